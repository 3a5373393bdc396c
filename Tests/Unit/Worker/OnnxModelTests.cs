using System.Text;
using SkillAi.Queue.Worker.Models;
using SkillAi.Queue.Worker.Models.Onnx;

namespace SkillAi.Queue.Tests.Unit.Worker;

public sealed class OnnxModelTests
{
    static readonly string[] Texts =
        ["You are a wonderful person.", "You are a stupid idiot", "WIN a free prize now, call 0800!!!", "ok", "", "Grüße aus München"];

    [Fact]
    public void The_shipped_model_tells_an_insult_from_a_compliment()
    {
        using var model = Shipped.Load();

        var scores = Run(model, 128, Texts);

        Assert.All(scores.SelectMany(row => row), score => Assert.InRange(score, 0f, 1f));
        Assert.True(scores[1][1] > scores[0][1] + 0.3, $"insult: {scores[1][1]} against {scores[0][1]}");
        Assert.True(scores[2][5] > 0.5, $"spam: {scores[2][5]}");
    }

    [Theory]
    [InlineData(64)]
    [InlineData(512)]
    public void Neither_company_nor_padding_changes_a_score(int length)
    {
        using var model = Shipped.Load();
        var together = Run(model, length, Texts, rung: 16);

        for (var i = 0; i < Texts.Length; i++)
        {
            var alone = Run(model, 64, [Texts[i]])[0];

            for (var label = 0; label < alone.Length; label++)
                Assert.Equal(alone[label], together[i][label], 1e-5f);
        }
    }

    [Theory]
    [InlineData("[ErrorCode:InvalidArgument] indices element out of data bounds", 1)]
    [InlineData("[ErrorCode:Fail] Non-zero status code returned while running Add node", 0)]
    [InlineData("[ErrorCode:Fail] Failed to allocate memory for requested buffer of size 201326592", 2)]
    [InlineData("[ErrorCode:RuntimeException] BFCArena::AllocateRawInternal Available memory of 1 is smaller", 2)]
    [InlineData("CUDA error 2: out of memory", 2)]
    public void Errors_are_told_apart_by_their_text(string message, int failure)
    {
        Assert.Equal((RunFailure)failure, OnnxErrors.Classify(message));
    }

    [Fact]
    public void An_input_that_the_graph_refuses_is_the_inputs_fault()
    {
        var folder = Shipped.Moderation;
        using var model = Shipped.Load();
        var batch = new RunBatch(1, 64, labels: 5);
        batch.Open(1, 64);
        batch.Add("x"u8);

        var failed = Assert.Throws<ModelRunException>(() => model.Run(batch));

        Assert.Equal(6, folder.Manifest.Output.Labels.Count);
        Assert.NotEqual(RunFailure.OutOfMemory, failed.Failure);
        Assert.DoesNotContain("\n", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExecutionProvider.Cuda, "cuda")]
    [InlineData(ExecutionProvider.TensorRt, "tensorrt")]
    public void A_provider_that_the_build_lacks_ends_with_its_own_exit_code(ExecutionProvider asked, string name)
    {
        var missing = Assert.Throws<ModelLoadException>(() => ExecutionProviders.ToTry(asked, ["CPUExecutionProvider"]));

        Assert.Equal(78, missing.ExitCode);
        Assert.Contains($"ExecutionProvider is {name}", missing.Message, StringComparison.Ordinal);
        Assert.Contains("OnnxRuntimeFlavor=Gpu", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_takes_the_gpu_where_there_is_one()
    {
        Assert.Equal([ExecutionProvider.Cpu], ExecutionProviders.ToTry(ExecutionProvider.Auto, ["CPUExecutionProvider"]));
        Assert.Equal(
            [ExecutionProvider.Cuda, ExecutionProvider.Cpu],
            ExecutionProviders.ToTry(ExecutionProvider.Auto, ["CUDAExecutionProvider", "CPUExecutionProvider"]));
    }

    [Theory]
    [InlineData("", 8, 8)]
    [InlineData("max 100000", 8, 8)]
    [InlineData("400000 100000\n", 8, 4)]
    [InlineData("150000 100000", 8, 1)]
    [InlineData("50000 100000", 8, 1)]
    [InlineData("-1 100000", 8, 8)]
    [InlineData("1600000 100000", 8, 8)]
    public void Threads_follow_the_quota_of_the_container(string cgroup, int processors, int threads)
    {
        Assert.Equal(threads, CpuQuota.Threads(cgroup, processors));
    }

    static float[][] Run(IModel model, int length, string[] texts, int? rung = null)
    {
        var batch = new RunBatch(rung ?? texts.Length, length, labels: 6);
        batch.Open(rung ?? texts.Length, length);
        foreach (var text in texts)
            batch.Add(Encoding.UTF8.GetBytes(text));

        batch.Close();
        model.Run(batch);
        return [.. texts.Select((_, row) => batch.Scores(row).ToArray())];
    }
}
