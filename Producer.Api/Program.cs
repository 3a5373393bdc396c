namespace SkillAi.Queue.Producer;

static class Program
{
    static void Main()
    {
    }
}
