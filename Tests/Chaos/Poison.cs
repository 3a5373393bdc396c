using SkillAi.Queue.Tests.EndToEnd;

namespace SkillAi.Queue.Tests.Chaos;

/// <summary>Items that the model refuses: a few of a job's, and some requests.</summary>
static class Poison
{
    public static bool IsItem(int index) => index % 50_000 == 123;

    public static bool IsRequest(int number) => number % 50 == 49;

    public static string Text(string name, bool isPoison) => isPoison ? $"{SlowModel.Poison} {name}" : name;
}
