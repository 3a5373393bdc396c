using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace SkillAi.Queue.Transport.Blobs;

/// <summary>Where the input of jobs waits, bound from <c>Spool</c>.</summary>
public sealed class SpoolOptions
{
    /// <summary>Default <see cref="SpoolKind.Redis"/>.</summary>
    [EnumDataType(typeof(SpoolKind), ErrorMessage = "Spool:Kind must be redis or folder.")]
    public SpoolKind Kind { get; set; }

    /// <summary>Folder of the spool, seen by every process that feeds; required for <see cref="SpoolKind.Folder"/>.</summary>
    public string? Folder { get; set; }

    /// <summary>Whether a chunk is forced to the disk before it counts as stored. Default true.</summary>
    public bool Fsync { get; set; } = true;
}

public enum SpoolKind
{
    Redis,
    Folder,
}

[OptionsValidator]
sealed partial class SpoolOptionsValidator : IValidateOptions<SpoolOptions>;
