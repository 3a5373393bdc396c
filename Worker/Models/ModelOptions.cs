using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Worker.Models;

/// <summary>Which models a worker serves, bound from <c>Models</c>.</summary>
public sealed class ModelOptions
{
    /// <summary>Folder of <c>name/version/model.json</c>. Default <c>models</c> in the working folder.</summary>
    [Required(ErrorMessage = "Models:Path must name a folder.")]
    public string Path { get; set; } = "models";

    /// <summary>The one model of the folder that is served; without it every one of them.</summary>
    public string? Only { get; set; }

    /// <summary>Whether a simulated device may be served in production, where it is most likely a mistake.</summary>
    public bool AllowSimulated { get; set; }

    /// <summary>File to which a simulated device appends the text of every item that it runs; only together with
    /// <see cref="AllowSimulated"/>. For tests that compare what was run with what was answered.</summary>
    public string? RunLog { get; set; }

    /// <summary>Most time that the warm-up of one model takes; what it has not measured by then is learned from real
    /// runs. Default 3 s.</summary>
    [SettingRange(typeof(TimeSpan), "00:00:00", "00:10:00", ErrorMessage = "Models:WarmUp must be between 0 and 10 minutes.")]
    public TimeSpan WarmUp { get; set; } = TimeSpan.FromSeconds(3);
}

[OptionsValidator]
sealed partial class ModelOptionsValidator : IValidateOptions<ModelOptions>;
