using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Worker.Models.Onnx;
using SkillAi.Queue.Worker.Models.Simulated;

namespace SkillAi.Queue.Worker.Models;

/// <summary>Turns a version's folder into a model on a device.</summary>
sealed class ModelLoader(OnnxLoader onnx, ModelOptions options, IHostEnvironment environment, TimeProvider time)
{
    public IModel Load(ModelFolder folder) => folder.Manifest switch
    {
        { Simulated: { } device } => LoadSimulated(folder, device),
        _ => onnx.Load(folder),
    };

    SimulatedModel LoadSimulated(ModelFolder folder, SimulatedDevice device) =>
        options.AllowSimulated || !environment.IsProduction()
            ? new SimulatedModel(device, time, OpenLog())
            : throw new ModelLoadException(
                $"Model {folder} is a simulated device, which answers at random: set Models:AllowSimulated to serve it in production.");

    RunLog? OpenLog()
    {
        if (string.IsNullOrEmpty(options.RunLog))
            return null;

        return options.AllowSimulated
            ? new(options.RunLog)
            : throw new ModelLoadException("Models:RunLog writes down what callers sent: it needs Models:AllowSimulated.");
    }
}
