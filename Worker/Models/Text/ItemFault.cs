using System.Text.Json;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Worker.Models.Text;

/// <summary>Why an item failed, alone. From <see cref="VersionGone"/> on it was not the sender's mistake.</summary>
enum ItemFault : byte
{
    None,
    NotUtf8,
    NotJson,
    NotAnItem,
    TextMissing,
    TextNotText,
    IdNotPlain,
    TooLarge,
    VersionGone,
    ModelError,
    ModelNan,
    RetriesExhausted,
    ChunkUnreadable,
    WorkerDied,
}

/// <summary>What a failed item's result says: a stable code and a sentence, with nothing in it that the user sent.</summary>
static class ItemFaults
{
    static readonly byte[] TooLarge = Json("item_too_large", $"The item is larger than {Limits.MaxItemBytes} bytes.");

    /// <summary>The <c>error</c> of a result line, as JSON.</summary>
    public static ReadOnlySpan<byte> Error(this ItemFault fault) => fault switch
    {
        ItemFault.NotUtf8 => """{"code":"invalid_item","message":"The item is not valid UTF-8."}"""u8,
        ItemFault.NotJson => """{"code":"invalid_item","message":"The item is not valid JSON."}"""u8,
        ItemFault.NotAnItem => """{"code":"invalid_item","message":"An item is a JSON object or a JSON string."}"""u8,
        ItemFault.TextMissing => """{"code":"invalid_item","message":"The item has no text."}"""u8,
        ItemFault.TextNotText => """{"code":"invalid_item","message":"The item's text is not a string."}"""u8,
        ItemFault.IdNotPlain => """{"code":"invalid_item","message":"The item's id is neither a string nor a number."}"""u8,
        ItemFault.TooLarge => TooLarge,
        ItemFault.VersionGone => """{"code":"model_version_gone","message":"No worker has this version of the model any more."}"""u8,
        ItemFault.ModelError => """{"code":"model_error","message":"The model cannot process this item."}"""u8,
        ItemFault.ModelNan => """{"code":"model_nan","message":"The model's scores for this item are not numbers."}"""u8,
        ItemFault.RetriesExhausted => """{"code":"retries_exhausted","message":"Every try of this item met a fault that may pass."}"""u8,
        ItemFault.ChunkUnreadable => """{"code":"chunk_unreadable","message":"What the item travelled in cannot be read."}"""u8,
        ItemFault.WorkerDied => """{"code":"worker_died","message":"The worker's process died each time that it ran this item alone."}"""u8,
        ItemFault.None => throw new ArgumentOutOfRangeException(nameof(fault), fault, message: null),
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, message: null),
    };

    /// <summary>Whether the system gave up on an item that was in order: then there is a dead letter.</summary>
    public static bool IsGivenUp(this ItemFault fault) => fault >= ItemFault.VersionGone;

    /// <summary>Every code that a dead letter may name as its reason.</summary>
    public static IEnumerable<string> Reasons =>
        Enum.GetValues<ItemFault>().Where(fault => fault.IsGivenUp()).Select(fault => fault.Describe().Code);

    /// <summary>The parts of <see cref="Error"/>.</summary>
    public static (string Code, string Message) Describe(this ItemFault fault)
    {
        using var error = JsonDocument.Parse(fault.Error().ToArray());
        return (Text("code"), Text("message"));

        string Text(string name) => error.RootElement.GetProperty(name).GetString() ?? "";
    }

    static byte[] Json(string code, string message) =>
        System.Text.Encoding.UTF8.GetBytes($$"""{"code":"{{code}}","message":"{{message}}"}""");
}
