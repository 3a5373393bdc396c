using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>How to reach and use RabbitMQ, bound from <c>RabbitMq</c>; the address comes from
/// <c>ConnectionStrings:RabbitMq</c>.</summary>
public sealed class RabbitMqOptions
{
    /// <summary><c>amqp://user:password@host:5672/vhost</c>, or <c>amqps://</c>; the nodes of a cluster stand one after
    /// the other, <c>one:5672,two:5672</c>.</summary>
    [Required(ErrorMessage = "ConnectionStrings:RabbitMq is missing; it is an amqp:// or amqps:// address.")]
    [RegularExpression(BrokerNodes.Pattern, ErrorMessage =
        "ConnectionStrings:RabbitMq must be an amqp:// or amqps:// address, with commas between several hosts.")]
    public string Url { get; set; } = "";

    /// <summary>Whether to create queues and exchanges or only to check that they exist. Default declare.</summary>
    public TopologyMode Topology { get; set; } = TopologyMode.Declare;

    /// <summary>Type of the queues that we create: replicated and synced to disk, or classic. Default quorum.</summary>
    public QueueType QueueType { get; set; } = QueueType.Quorum;

    /// <summary>Longest that a publish waits for its confirm. Default 5 s.</summary>
    [SettingRange(typeof(TimeSpan), "00:00:00.100", "00:01:00", ErrorMessage = "RabbitMq:PublishTimeout must be 0.1 to 60 s.")]
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Most publishes of one lane that wait for their confirms. Default 1024.</summary>
    [SettingRange(1, 65_536, ErrorMessage = "RabbitMq:MaxInFlight must be 1 to 65536.")]
    public int MaxInFlight { get; set; } = 1024;

    /// <summary>A silent peer is noticed after two to four of these. Default 10 s.</summary>
    [SettingRange(typeof(TimeSpan), "00:00:01", "00:05:00", ErrorMessage = "RabbitMq:Heartbeat must be 1 s to 5 min.")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest that connecting, and any answer of the broker but a confirm, may take. Default 5 s.</summary>
    [SettingRange(typeof(TimeSpan), "00:00:00.100", "00:01:00", ErrorMessage = "RabbitMq:OperationTimeout must be 0.1 to 60 s.")]
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest pause between two attempts to connect. Default 5 s.</summary>
    [SettingRange(typeof(TimeSpan), "00:00:00.100", "00:05:00", ErrorMessage = "RabbitMq:MaxReconnectDelay must be 0.1 s to 5 min.")]
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a finished chunk behind an unfinished one waits for a common ack. Default 50 ms.</summary>
    [SettingRange(typeof(TimeSpan), "00:00:00", "00:00:10", ErrorMessage = "RabbitMq:AckPatience must be 0 to 10 s.")]
    public TimeSpan AckPatience { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How often a consumer compares what waits with what arrives. Default 15 s.</summary>
    [SettingRange(typeof(TimeSpan), "00:00:00.100", "00:10:00", ErrorMessage = "RabbitMq:WatchdogInterval must be 0.1 s to 10 min.")]
    public TimeSpan WatchdogInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long messages may wait while a consumer with room gets none. Default 30 s.</summary>
    [SettingRange(typeof(TimeSpan), "00:00:00.100", "01:00:00", ErrorMessage = "RabbitMq:WatchdogPatience must be 0.1 s to 1 h.")]
    public TimeSpan WatchdogPatience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a consumer may get nothing before it makes room for a new one, whatever waits. Default 2 min.</summary>
    [SettingRange(typeof(TimeSpan), "00:00:00.100", "1.00:00:00", ErrorMessage = "RabbitMq:IdlePatience must be 0.1 s to 24 h.")]
    public TimeSpan IdlePatience { get; set; } = TimeSpan.FromMinutes(2);
}

public enum TopologyMode
{
    Declare,
    Verify,
}

public enum QueueType
{
    Quorum,
    Classic,
}

[OptionsValidator]
sealed partial class RabbitMqOptionsValidator : IValidateOptions<RabbitMqOptions>;
