using System.Security.Cryptography;
using SkillAi.Queue.Contracts.Models;

namespace SkillAi.Queue.Worker.Models;

/// <summary>A version's folder, its manifest read and found sound.</summary>
sealed record ModelFolder(string Path, ModelVersion Version)
{
    public ModelManifest Manifest => Version.Manifest;

    public string ModelFile => System.IO.Path.Combine(Path, Manifest.File);

    public override string ToString() => $"{Version.Name}/{Version.Version}";
}

/// <summary>The folder of models: <c>name/version/model.json</c>, and beside it what the manifest names.</summary>
/// <param name="only">The one model that counts; null: every one.</param>
sealed class ModelRepository(string path, string? only = null)
{
    /// <summary>All versions, checked as far as that goes without loading them.</summary>
    public IReadOnlyList<ModelFolder> Scan()
    {
        if (!Directory.Exists(path))
            throw new ModelLoadException($"Models:Path is '{path}', which is not a folder.");

        var found = Directory.EnumerateDirectories(path)
            .Where(folder => string.IsNullOrEmpty(only) || Path.GetFileName(folder) == only)
            .SelectMany(Directory.EnumerateDirectories)
            .Where(folder => File.Exists(Path.Combine(folder, ManifestReader.FileName)))
            .Order(StringComparer.Ordinal)
            .Select(Open)
            .ToList();

        return found.Count > 0
            ? found
            : throw new ModelLoadException(string.IsNullOrEmpty(only)
                ? $"Models:Path '{path}' holds no model: none of its folders is <name>/<version>/model.json."
                : $"Models:Only is '{only}', and Models:Path '{path}' holds no {only}/<version>/model.json.");
    }

    static ModelFolder Open(string folder)
    {
        var version = Path.GetFileName(folder);
        var name = Path.GetFileName(Path.GetDirectoryName(folder)!);
        if (!ManifestReader.IsName(name) || !ManifestReader.IsName(version))
        {
            throw new ModelLoadException(
                $"{folder}: names of models and versions are up to 64 of a-z, 0-9, '.', '_', '-' and start with a letter or digit.");
        }

        var opened = new ModelFolder(folder, new(name, version, ManifestReader.Read(folder)));
        if (opened.Manifest.Backend == ModelBackend.Onnx)
            CheckFile(opened);

        return opened;
    }

    static void CheckFile(ModelFolder folder)
    {
        if (!File.Exists(folder.ModelFile))
            throw new ModelLoadException($"Model {folder}: its file {folder.ModelFile} does not exist.");

        if (folder.Manifest.Sha256 is not { } expected)
            return;

        using var file = File.OpenRead(folder.ModelFile);
        var actual = Convert.ToHexStringLower(SHA256.HashData(file));
        if (!actual.Equals(expected, StringComparison.OrdinalIgnoreCase))
        {
            throw new ModelLoadException(
                $"Model {folder}: {folder.ModelFile} is corrupt or another file: its SHA-256 is {actual}, the manifest says {expected}.");
        }
    }
}
