using System.Diagnostics;

namespace SkillAi.Queue.Tests.Architecture;

/// <summary>The batching law is pure: durations in, a decision out. That is what lets a simulation run the very class
/// that the worker runs, a day of traffic in a second.</summary>
public sealed class BatchingPurityTests
{
    const string Space = "SkillAi.Queue.Worker.Batching";

    static readonly Type[] Clocks =
        [typeof(TimeProvider), typeof(DateTime), typeof(DateTimeOffset), typeof(Stopwatch), typeof(Environment)];

    public static TheoryData<string> Types =>
        [.. Checkout.Assembly("Worker").GetTypes()
            .Where(type => type.Namespace == Space)
            .Select(type => type.FullName!)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Batching_touches_no_clock_lock_task_logger_or_package(string name)
    {
        var type = Checkout.Assembly("Worker").GetType(name)!;

        Assert.Empty(IlReader.TypesUsedBy(type).Where(IsForbidden).Select(used => used.FullName));
    }

    [Theory]
    [InlineData(typeof(UsesClock))]
    [InlineData(typeof(UsesLock))]
    [InlineData(typeof(UsesTask))]
    [InlineData(typeof(UsesPackage))]
    public void The_check_finds_what_it_looks_for(Type offender) =>
        Assert.Contains(IlReader.TypesUsedBy(offender), IsForbidden);

    static bool IsForbidden(Type type) =>
        Clocks.Contains(type)
        || (type.Namespace?.StartsWith("System.Threading", StringComparison.Ordinal) == true && type != typeof(Timeout))
        || !(type.Assembly == typeof(object).Assembly
            || type.Assembly.GetName().Name is { } assembly
            && (assembly.StartsWith("System.", StringComparison.Ordinal)
                || assembly is "SkillAi.Queue.Worker" or "SkillAi.Queue.Contracts"));

    sealed class UsesClock
    {
        public static long Now => TimeProvider.System.GetTimestamp();
    }

    sealed class UsesLock
    {
        readonly object _gate = new();

        public void Enter() => Monitor.Enter(_gate);
    }

    sealed class UsesTask
    {
        public static List<Task> None => [];
    }

    sealed class UsesPackage
    {
        public static object? Logger(IServiceProvider services) =>
            services.GetService(typeof(Microsoft.Extensions.Logging.ILogger));
    }
}
