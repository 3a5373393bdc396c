using System.CommandLine;
using SkillAi.Queue.Bench.Comments;
using SkillAi.Queue.Bench.Duel;
using SkillAi.Queue.Bench.Load;
using SkillAi.Queue.Bench.Micro;
using SkillAi.Queue.Bench.Pipeline;
using SkillAi.Queue.Bench.Scaling;

namespace SkillAi.Queue.Bench;

static class Program
{
    static Task<int> Main(string[] arguments)
    {
        var root = new RootCommand("Measurements of SkillAi.Queue; results go to docs/bench/.")
        {
            CommentsVerb.Create(),
            LoadVerb.Create(TimeProvider.System),
            DuelVerb.Create(TimeProvider.System),
            PipelineVerb.Create(TimeProvider.System),
            WorkerVerb.Create(),
            ScalingVerb.Create(),
            MicroVerb.Create(),
        };
        return root.Parse(arguments).InvokeAsync();
    }
}
