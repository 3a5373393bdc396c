using Microsoft.ML.OnnxRuntime;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;
using SkillAi.Queue.Worker.Telemetry;

namespace SkillAi.Queue.Worker.Models.Onnx;

/// <summary>Opens ONNX models on the provider that was asked for.</summary>
sealed class OnnxLoader(ExecutionProvider asked, OnnxOptions settings, ILogger<OnnxLoader> log)
{
    public IModel Load(ModelFolder folder)
    {
        var candidates = ExecutionProviders.ToTry(asked, OrtEnv.Instance().GetAvailableProviders());
        foreach (var provider in candidates.SkipLast(1))
        {
            try
            {
                return Open(folder, provider);
            }
            catch (ModelLoadException unusable) when (unusable.ExitCode == ModelLoadException.NoProvider)
            {
                log.ProviderUnusable(ExecutionProviders.Name(provider), unusable.Message);
            }
        }

        return Open(folder, candidates[^1]);
    }

    OnnxModel Open(ModelFolder folder, ExecutionProvider provider)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = settings.IntraOpThreads ?? CpuQuota.Threads(),
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", settings.AllowSpinning ? "1" : "0");
        Append(options, provider);
        try
        {
            return new OnnxModel(folder, provider, options);
        }
        catch (OnnxRuntimeException failed)
        {
            // A file that ONNX Runtime cannot read is the model's fault, whatever the provider.
            var isFile = failed.Message.Contains("InvalidProtobuf", StringComparison.Ordinal)
                || failed.Message.Contains("No graph was found", StringComparison.Ordinal)
                || provider == ExecutionProvider.Cpu;
            throw isFile
                ? new ModelLoadException(
                    $"Model {folder}: {folder.ModelFile} cannot be loaded, it is corrupt or not an ONNX model ({OnnxErrors.Shorten(failed.Message)}).", failed)
                : Unusable(provider, failed);
        }
    }

    void Append(SessionOptions options, ExecutionProvider provider)
    {
        if (provider is ExecutionProvider.Cpu)
            return;

        try
        {
            if (provider == ExecutionProvider.TensorRt)
                options.AppendExecutionProvider_Tensorrt();

            // TensorRT hands nodes that it does not know to CUDA.
            using var cuda = new OrtCUDAProviderOptions();
            cuda.UpdateOptions(CudaSettings());
            options.AppendExecutionProvider_CUDA(cuda);
        }
        catch (Exception missing) when (missing is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
        {
            throw Unusable(provider, missing);
        }
    }

    Dictionary<string, string> CudaSettings()
    {
        var cuda = new Dictionary<string, string>
        {
            // An exhaustive search costs a second for every new shape.
            ["cudnn_conv_algo_search"] = "HEURISTIC",
            // Doubling overshoots; with warmed sizes the arena settles.
            ["arena_extend_strategy"] = "kSameAsRequested",
        };
        if (settings.GpuMemoryMiB is { } limit)
            cuda["gpu_mem_limit"] = (limit * 1024L * 1024).ToString(System.Globalization.CultureInfo.InvariantCulture);

        return cuda;
    }

    static ModelLoadException Unusable(ExecutionProvider provider, Exception cause) => new(
        $"ExecutionProvider {ExecutionProviders.Name(provider)} cannot be used here: {OnnxErrors.Shorten(cause.Message)}. "
        + "It needs a GPU, its driver (libcuda.so.1) and the CUDA libraries that ONNX Runtime was built for.",
        cause, ModelLoadException.NoProvider);
}
