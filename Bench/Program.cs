namespace SkillAi.Queue.Bench;

static class Program
{
    static void Main()
    {
    }
}
