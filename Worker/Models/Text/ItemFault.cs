using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Worker.Models.Text;

/// <summary>Why an item failed, alone.</summary>
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
        ItemFault.None => throw new ArgumentOutOfRangeException(nameof(fault), fault, message: null),
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, message: null),
    };

    static byte[] Json(string code, string message) =>
        System.Text.Encoding.UTF8.GetBytes($$"""{"code":"{{code}}","message":"{{message}}"}""");
}
