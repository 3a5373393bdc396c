using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace SkillAi.Queue.Client.Input;

/// <summary>Text as UTF-8, which is what a file without a byte order mark is taken for.</summary>
static class TextEncodings
{
    /// <summary>The text behind its mark.</summary>
    public static async Task<PipeReader> OpenUtf8Async(Stream text, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(text, new(bufferSize: 64 * 1024));
        var read = await reader.ReadAtLeastAsync(3, cancellationToken);
        var start = read.Buffer.Slice(0, Math.Min(3, read.Buffer.Length)).ToArray();
        var (encoding, mark) = start switch
        {
            [0xEF, 0xBB, 0xBF] => (Encoding.UTF8, 3),
            [0xFF, 0xFE, ..] => (Encoding.Unicode, 2),
            [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode, 2),
            _ => (Encoding.UTF8, 0),
        };
        reader.AdvanceTo(read.Buffer.GetPosition(mark));
        return encoding is UTF8Encoding
            ? reader
            : PipeReader.Create(Encoding.CreateTranscodingStream(reader.AsStream(), encoding, Encoding.UTF8));
    }
}
