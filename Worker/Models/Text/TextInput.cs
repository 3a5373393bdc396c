using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Worker.Models.Text;

/// <summary>Reads item lines: <c>{"text":"…"}</c>, with an optional <c>id</c>, or a bare string. A line that is
/// neither fails alone; whatever id could be read goes with it.</summary>
sealed class TextInput(ModelInput input)
{
    readonly byte[] _field = Encoding.UTF8.GetBytes(input.Field);

    /// <summary>Appends a line's text and id to <paramref name="buffer"/> at <paramref name="start"/>; they take no
    /// more room than the line itself.</summary>
    public TextItem Read(ReadOnlySpan<byte> line, Span<byte> buffer, int start)
    {
        if (Oversized.Is(line))
            return Fault(ItemFault.TooLarge, start);

        if (!Utf8.IsValid(line))
            return Fault(ItemFault.NotUtf8, start);

        try
        {
            return ReadLine(line, buffer, start);
        }
        catch (JsonException)
        {
            return Fault(ItemFault.NotJson, start);
        }
    }

    TextItem ReadLine(ReadOnlySpan<byte> line, Span<byte> buffer, int start)
    {
        var reader = new Utf8JsonReader(line);
        reader.Read();
        var (text, id) = (new Slice(start, 0), default(Slice));
        var fault = reader.TokenType switch
        {
            JsonTokenType.String => CopyText(ref reader, buffer, ref text),
            JsonTokenType.StartObject => ReadObject(ref reader, buffer, ref text, ref id),
            _ => SkipOther(ref reader),
        };

        // Anything after the value makes the reader throw.
        while (reader.Read())
        {
        }

        id.Of(line).CopyTo(buffer[text.End..]);
        return new(text, new(text.End, id.Length), fault);
    }

    ItemFault ReadObject(ref Utf8JsonReader reader, Span<byte> buffer, ref Slice text, ref Slice id)
    {
        var (textFault, idFault) = (ItemFault.TextMissing, ItemFault.None);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isText = reader.ValueTextEquals(_field);
            var isId = !isText && reader.ValueTextEquals("id"u8);
            reader.Read();
            if (isText)
            {
                textFault = CopyText(ref reader, buffer, ref text);
            }
            else if (isId)
            {
                idFault = reader.TokenType is JsonTokenType.String or JsonTokenType.Number
                    ? ItemFault.None : ItemFault.IdNotPlain;
                id = idFault == ItemFault.None ? Raw(ref reader) : default;
            }

            reader.Skip();
        }

        return textFault == ItemFault.None ? idFault : textFault;
    }

    static ItemFault SkipOther(ref Utf8JsonReader reader)
    {
        reader.Skip();
        return ItemFault.NotAnItem;
    }

    static Slice Raw(ref Utf8JsonReader reader) =>
        new((int)reader.TokenStartIndex, (int)(reader.BytesConsumed - reader.TokenStartIndex));

    ItemFault CopyText(ref Utf8JsonReader reader, Span<byte> buffer, ref Slice text)
    {
        text = text with { Length = 0 };
        if (reader.TokenType != JsonTokenType.String)
            return ItemFault.TextNotText;

        var target = buffer[text.Start..];
        if (!reader.ValueIsEscaped)
        {
            var cut = Cut(reader.ValueSpan);
            cut.CopyTo(target);
            text = text with { Length = cut.Length };
            return ItemFault.None;
        }

        int length;
        try
        {
            length = reader.CopyString(target);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped: no character at all.
            return ItemFault.NotUtf8;
        }

        text = text with { Length = Cut(target[..length]).Length };
        // The model reads zero as the end of the text, and only an escape can smuggle one in.
        target[..text.Length].Replace((byte)0, (byte)' ');
        return ItemFault.None;
    }

    /// <summary>What the model reads of a text, without half a character at the end.</summary>
    ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> text)
    {
        if (text.Length <= input.MaxLength)
            return text;

        var end = input.MaxLength;
        while (end > 0 && (text[end] & 0xC0) == 0x80)
            end--;

        return text[..end];
    }

    static TextItem Fault(ItemFault fault, int start) => new(new(start, 0), new(start, 0), fault);
}
