using Microsoft.Extensions.Options;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Worker.Models.Onnx;

/// <summary>How ONNX Runtime uses the processor, bound from <c>Onnx</c>.</summary>
public sealed class OnnxOptions
{
    /// <summary>Threads of one run. Default: the container's CPU quota. ONNX Runtime's own default counts the cores
    /// of the host, which stalls a container that may use only some of them.</summary>
    [SettingRange(1, 256, ErrorMessage = "Onnx:IntraOpThreads must be between 1 and 256.")]
    public int? IntraOpThreads { get; set; }

    /// <summary>Whether idle threads spin. Faster on cores that nothing else uses, slow on shared ones. Default false.</summary>
    public bool AllowSpinning { get; set; }

    /// <summary>Device memory that the arena of a CUDA provider may take, in MiB. Default: no limit of ours.</summary>
    [SettingRange(64, 1 << 20, ErrorMessage = "Onnx:GpuMemoryMiB must be between 64 and 1048576.")]
    public int? GpuMemoryMiB { get; set; }
}

[OptionsValidator]
sealed partial class OnnxOptionsValidator : IValidateOptions<OnnxOptions>;
