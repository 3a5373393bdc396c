using System.Text.Json;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Bench.Load;

/// <summary>Items of requests, from texts.</summary>
static class Items
{
    public static JsonElement FromText(string text) =>
        JsonSerializer.SerializeToElement(new() { ["text"] = text }, WireJson.Default.DictionaryStringString);

    /// <summary>So many at once, the texts in turn.</summary>
    public static JsonElement FromTexts(IReadOnlyList<string> texts, int first, int count) => JsonSerializer.SerializeToElement(
        Enumerable.Range(first, count).Select(i => new { text = texts[i % texts.Count] }));
}
