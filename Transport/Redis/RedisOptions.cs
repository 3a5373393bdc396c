using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>Where Redis is.</summary>
public sealed class RedisOptions
{
    /// <summary><c>ConnectionStrings:Redis</c>, as StackExchange.Redis reads it: <c>host:6379,password=…</c>.</summary>
    [Required(ErrorMessage = "ConnectionStrings:Redis is not set. Example: localhost:6379")]
    public string ConnectionString { get; set; } = "";

    /// <summary><c>Redis:FlushAof</c>: whether to have the server write its log before a write counts as done. For
    /// the embedded store only; Redis itself does so with <c>appendfsync always</c>. Default false.</summary>
    public bool FlushAof { get; set; }
}

[OptionsValidator]
sealed partial class RedisOptionsValidator : IValidateOptions<RedisOptions>;
