namespace SkillAi.Queue.Worker;

static class Program
{
    static void Main()
    {
    }
}
