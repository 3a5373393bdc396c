namespace SkillAi.Queue.Embedded;

static class Program
{
    static void Main()
    {
    }
}
