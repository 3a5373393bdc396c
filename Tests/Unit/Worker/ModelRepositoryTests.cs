using SkillAi.Queue.Worker.Models;

namespace SkillAi.Queue.Tests.Unit.Worker;

public sealed class ModelRepositoryTests : IDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("skillai-models-").FullName;

    const string Manifest =
        """
        {"task":"text_classification","input":{"name":"text","kind":"utf8_bytes","max_length":512,"length_buckets":[64,512]},
         "output":{"name":"scores","labels":["toxic"]}, "something_new": 1}
        """;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Finds_every_version_of_every_model()
    {
        Write("a", "1", Manifest);
        Write("a", "2", Manifest);
        Write("b", "1", Manifest);

        Assert.Equal(["a/1", "a/2", "b/1"], new ModelRepository(_root).Scan().Select(folder => folder.ToString()));
    }

    [Fact]
    public void What_a_manifest_leaves_out_has_its_default()
    {
        Write("a", "1", Manifest);

        var manifest = new ModelRepository(_root).Scan()[0].Manifest;

        Assert.Equal((256, "model.onnx", "text"), (manifest.MaxRunItems, manifest.File, manifest.Input.Field));
    }

    [Theory]
    [InlineData("\"text_classification\"", "\"sorting\"", "$.task")]
    [InlineData("\"utf8_bytes\"", "\"image\"", "$.input.kind")]
    [InlineData("\"max_length\":512", "\"max_length\":\"long\"", "$.input.max_length")]
    [InlineData("\"output\"", "\"outputs\"", "output")]
    [InlineData("[64,512]", "[64,256]", "input.length_buckets must end with")]
    [InlineData("[64,512]", "[512,64,512]", "input.length_buckets must ascend")]
    [InlineData("[\"toxic\"]", "[]", "output.labels")]
    [InlineData("[\"toxic\"]", "[\"toxic\"],\"thresholds\":[0.1,0.2]", "output.thresholds has 2 entries for 1 labels")]
    [InlineData("\"something_new\": 1", "\"max_run_items\": 0", "max_run_items must be between")]
    [InlineData("\"something_new\": 1", "\"file\": \"../other.onnx\"", "file must be the name of a file")]
    [InlineData("\"something_new\": 1", "\"backend\": \"simulated\"", "simulated.cost")]
    [InlineData("\"something_new\": 1", "\"backend\": \"simulated\", \"simulated\": {\"cost\":[{\"items\":8,\"ms\":1},{\"items\":2,\"ms\":1}]}", "simulated.cost must ascend")]
    [InlineData("\"something_new\": 1", "\"sha256\": \"00\"", "is corrupt or another file")]
    [InlineData("}", "", "is not a valid manifest")]
    public void A_manifest_that_is_wrong_is_named_with_its_fault(string sound, string wrong, string expected)
    {
        Write("a", "1", Manifest.Replace(sound, wrong, StringComparison.Ordinal));

        var fault = Assert.Throws<ModelLoadException>(() => new ModelRepository(_root).Scan());

        Assert.Equal(1, fault.ExitCode);
        Assert.Contains(Path.Combine(_root, "a", "1"), fault.Message, StringComparison.Ordinal);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_model_file_is_named()
    {
        Write("a", "1", Manifest);
        File.Delete(Path.Combine(_root, "a", "1", "model.onnx"));

        var fault = Assert.Throws<ModelLoadException>(() => new ModelRepository(_root).Scan());

        Assert.Equal($"Model a/1: its file {_root}/a/1/model.onnx does not exist.", fault.Message);
    }

    [Fact]
    public void A_folder_without_models_and_a_missing_folder_are_told_apart()
    {
        Assert.Contains("holds no model", Assert.Throws<ModelLoadException>(() => new ModelRepository(_root).Scan()).Message, StringComparison.Ordinal);
        Assert.Contains("is not a folder", Assert.Throws<ModelLoadException>(() => new ModelRepository($"{_root}/no").Scan()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_one_model_is_named_the_others_do_not_count()
    {
        Write("a", "1", Manifest);
        Write("b", "1", "not even a manifest");

        Assert.Equal(["a/1"], new ModelRepository(_root, "a").Scan().Select(folder => folder.ToString()));
        Assert.Contains(
            "Models:Only is 'c'",
            Assert.Throws<ModelLoadException>(() => new ModelRepository(_root, "c").Scan()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2000)]
    public void A_corrupt_model_file_is_one_sentence(int length)
    {
        var sound = File.ReadAllBytes(Shipped.Moderation.ModelFile);
        Write("a", "1", Manifest);
        File.WriteAllBytes(Path.Combine(_root, "a", "1", "model.onnx"), sound[..length]);
        var folder = new ModelRepository(_root).Scan()[0];

        var fault = Assert.Throws<ModelLoadException>(() => Shipped.Load(folder));

        Assert.StartsWith($"Model a/1: {_root}/a/1/model.onnx cannot be loaded, it is corrupt or not an ONNX model", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_without_the_inputs_of_the_manifest_is_refused()
    {
        Write("a", "1", Manifest.Replace("\"name\":\"text\"", "\"name\":\"pixels\"", StringComparison.Ordinal));
        File.Copy(Shipped.Moderation.ModelFile, Path.Combine(_root, "a", "1", "model.onnx"), overwrite: true);
        var folder = new ModelRepository(_root).Scan()[0];

        var fault = Assert.Throws<ModelLoadException>(() => Shipped.Load(folder));

        Assert.StartsWith("Model a/1: the graph has no input 'pixels'; it has ", fault.Message, StringComparison.Ordinal);
    }

    void Write(string name, string version, string manifest)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root, name, version)).FullName;
        File.WriteAllText(Path.Combine(folder, "model.json"), manifest);
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), [1, 2, 3]);
    }
}
