using Microsoft.Extensions.Options;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>How much is kept of what was given up, bound from <c>DeadLetters</c>. What comes last stays, the oldest
/// makes room; nothing is kept for longer than seven days.</summary>
public sealed class DeadLettersOptions
{
    /// <summary>Most dead letters. Default 100,000.</summary>
    [SettingRange(1, 10_000_000, ErrorMessage = "DeadLetters:MaxCount must be between 1 and 10,000,000.")]
    public int MaxCount { get; set; } = 100_000;

    /// <summary>Most bytes of their payloads. Default 256 MiB.</summary>
    [SettingRange(1, long.MaxValue, ErrorMessage = "DeadLetters:MaxBytes must be at least 1.")]
    public long MaxBytes { get; set; } = 256L * 1024 * 1024;
}

[OptionsValidator]
sealed partial class DeadLettersOptionsValidator : IValidateOptions<DeadLettersOptions>;
