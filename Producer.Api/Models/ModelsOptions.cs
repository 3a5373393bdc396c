using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace SkillAi.Queue.Producer.Models;

/// <summary>Bound from <c>Models</c>.</summary>
sealed class ModelsOptions
{
    /// <summary>Folder of <c>name/version/model.json</c>. Default: none, only workers declare models.</summary>
    [StringLength(4096, MinimumLength = 1, ErrorMessage = "Models:Path must not be empty.")]
    public string? Path { get; set; }
}

[OptionsValidator]
sealed partial class ModelsOptionsValidator : IValidateOptions<ModelsOptions>;
