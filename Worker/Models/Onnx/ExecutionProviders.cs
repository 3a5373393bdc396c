namespace SkillAi.Queue.Worker.Models.Onnx;

/// <summary>What runs ONNX models, as asked for by <c>ExecutionProvider</c>.</summary>
public enum ExecutionProvider
{
    /// <summary>The fastest that works, else the processor; which one, and why, is logged.</summary>
    Auto,
    Cpu,
    Cuda,
    TensorRt,
}

/// <summary>Which providers to try, best first. Asking for one by name never falls back.</summary>
static class ExecutionProviders
{
    public static IReadOnlyList<ExecutionProvider> ToTry(ExecutionProvider asked, IReadOnlyCollection<string> available)
    {
        if (asked == ExecutionProvider.Auto)
        {
            return available.Contains(OnnxName(ExecutionProvider.Cuda))
                ? [ExecutionProvider.Cuda, ExecutionProvider.Cpu]
                : [ExecutionProvider.Cpu];
        }

        if (!available.Contains(OnnxName(asked)))
        {
            throw new ModelLoadException(
                $"ExecutionProvider is {Name(asked)}, but this build carries an ONNX Runtime with {string.Join(", ", available)} only: "
                + "build with -p:OnnxRuntimeFlavor=Gpu on a platform that has it, or set ExecutionProvider to auto or cpu.",
                exitCode: ModelLoadException.NoProvider);
        }

        return [asked];
    }

    public static string Name(ExecutionProvider provider) => provider switch
    {
        ExecutionProvider.Auto => "auto",
        ExecutionProvider.Cpu => "cpu",
        ExecutionProvider.Cuda => "cuda",
        ExecutionProvider.TensorRt => "tensorrt",
        _ => throw new ArgumentOutOfRangeException(nameof(provider), provider, message: null),
    };

    static string OnnxName(ExecutionProvider provider) => provider switch
    {
        ExecutionProvider.Cuda => "CUDAExecutionProvider",
        ExecutionProvider.TensorRt => "TensorrtExecutionProvider",
        _ => "CPUExecutionProvider",
    };
}
