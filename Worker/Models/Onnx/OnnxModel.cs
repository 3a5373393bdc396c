using Microsoft.ML.OnnxRuntime;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace SkillAi.Queue.Worker.Models.Onnx;

/// <summary>An ONNX session over the batch's own memory: nothing is copied on the way in or out.</summary>
sealed class OnnxModel : IModel
{
    readonly InferenceSession _session;
    readonly string[] _inputs;
    readonly string[] _outputs;

    public OnnxModel(ModelFolder folder, ExecutionProvider provider, SessionOptions options)
    {
        _session = new InferenceSession(folder.ModelFile, options);
        try
        {
            _inputs = [folder.Manifest.Input.Name];
            _outputs = [folder.Manifest.Output.Name];
            Check(folder, _session.InputMetadata, _inputs[0], TensorElementType.UInt8, "input");
            Check(folder, _session.OutputMetadata, _outputs[0], TensorElementType.Float, "output");
        }
        catch
        {
            _session.Dispose();
            throw;
        }

        Provider = ExecutionProviders.Name(provider);
    }

    public string Provider { get; }

    public void Run(RunBatch batch, CancellationToken terminate = default)
    {
        // Its terminate flag is sticky, so every run has options of its own. It is looked at before each node.
        using var options = new RunOptions();
        using var asked = terminate.UnsafeRegister(static options => ((RunOptions)options!).Terminate = true, options);
        using var input = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, batch.Input, [batch.Rung, batch.Length]);
        using var output = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, batch.Output, [batch.Rung, batch.Labels]);
        try
        {
            _session.Run(options, _inputs, [input], _outputs, [output]);
        }
        catch (OnnxRuntimeException failed) when (terminate.IsCancellationRequested)
        {
            throw new ModelRunException(RunFailure.Terminated, "Terminated.", failed);
        }
        catch (OnnxRuntimeException failed)
        {
            throw new ModelRunException(OnnxErrors.Classify(failed.Message), OnnxErrors.Shorten(failed.Message), failed);
        }
    }

    public void Dispose() => _session.Dispose();

    static void Check(
        ModelFolder folder, IReadOnlyDictionary<string, NodeMetadata> nodes, string name, TensorElementType type, string what)
    {
        if (!nodes.TryGetValue(name, out var node))
        {
            throw new ModelLoadException(
                $"Model {folder}: the graph has no {what} '{name}'; it has {string.Join(", ", nodes.Keys)}.");
        }

        if (node.ElementDataType != type)
        {
            throw new ModelLoadException(
                $"Model {folder}: its {what} '{name}' is of type {node.ElementDataType}, the manifest needs {type}.");
        }
    }
}
