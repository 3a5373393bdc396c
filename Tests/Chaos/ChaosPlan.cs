using System.Globalization;

namespace SkillAi.Queue.Tests.Chaos;

/// <summary>How long, how hard and in what order: the same seed strikes with the same faults in the same order.</summary>
sealed record ChaosPlan
{
    public required int Seed { get; init; }

    /// <summary>Faults are begun for this long; afterwards the rest is drained.</summary>
    public required TimeSpan Duration { get; init; }

    public required int JobItems { get; init; }

    public required int RequestsPerSecond { get; init; }

    /// <summary>How long the broker is frozen. Beyond what heartbeats and timeouts bear, or nobody would notice.</summary>
    public required TimeSpan Freeze { get; init; }

    /// <summary>Whether a rolling restart takes every program, or one of each kind.</summary>
    public required bool RollsAll { get; init; }

    /// <summary>Longest pause between two faults.</summary>
    public required TimeSpan Calm { get; init; }

    /// <summary>Longest that the rest may take once nothing strikes any more; what is left then is stuck.</summary>
    public required TimeSpan Drain { get; init; }

    /// <summary>Of both programs, besides <see cref="Queues"/>.</summary>
    public required IReadOnlyDictionary<string, string> Timeouts { get; init; }

    /// <summary>Type of the broker's queues: quorum, as shipped, or classic.</summary>
    public string Queues { get; } = Text("SKILLAI_CHAOS_QUEUES", "quorum");

    /// <summary>When Redis forces its log to the disk: always, as shipped, or everysec.</summary>
    public string Fsync { get; } = Text("SKILLAI_CHAOS_FSYNC", "always");

    public IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string>(Timeouts) { ["RabbitMq__QueueType"] = Queues };

    /// <summary>About a minute: every kind once, with timeouts short enough for that.</summary>
    public static ChaosPlan Short { get; } = new()
    {
        Seed = Number("SKILLAI_CHAOS_SEED", new Random().Next(1_000_000)),
        Duration = TimeSpan.FromSeconds(50),
        JobItems = 20_000,
        RequestsPerSecond = 50,
        Freeze = TimeSpan.FromSeconds(5),
        RollsAll = false,
        Calm = TimeSpan.FromSeconds(1),
        Drain = TimeSpan.FromSeconds(75),
        Timeouts = new Dictionary<string, string>
        {
            ["RabbitMq__PublishTimeout"] = "00:00:02",
            ["RabbitMq__OperationTimeout"] = "00:00:02",
            ["RabbitMq__Heartbeat"] = "00:00:01",
            ["RabbitMq__MaxReconnectDelay"] = "00:00:01",
            ["Feeder__Lease"] = "00:00:02",
            ["Feeder__RefeedAfter"] = "00:00:05",
            ["Models__WarmUp"] = "00:00:00.500",
        },
    };

    /// <summary>What <c>./test chaos</c> runs: the settings as they are shipped.</summary>
    public static ChaosPlan Long { get; } = Short with
    {
        Duration = TimeSpan.FromMinutes(Number("SKILLAI_CHAOS_MINUTES", 10)),
        JobItems = 200_000,
        RequestsPerSecond = 200,
        Freeze = TimeSpan.FromSeconds(30),
        RollsAll = true,
        Calm = TimeSpan.FromSeconds(5),
        Drain = TimeSpan.FromMinutes(5),
        Timeouts = new Dictionary<string, string>(),
    };

    static string Text(string variable, string otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? text : otherwise;

    static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number)
            ? number : otherwise;
}
