using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;

namespace SkillAi.Queue.Bench.Load;

/// <summary>Counts result lines and checks that their indices are 0, 1, 2, ...</summary>
static class ResultLines
{
    public static async Task<(long Lines, bool InOrder)> CheckAsync(Stream results, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(results, new(bufferSize: 256 * 1024));
        long lines = 0;
        var inOrder = true;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                inOrder &= IndexOf(buffer.Slice(0, end)) == lines++;
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
                return (lines, inOrder);
        }
    }

    static long IndexOf(in ReadOnlySequence<byte> line)
    {
        Span<byte> beginning = stackalloc byte[40];
        var length = (int)Math.Min(line.Length, beginning.Length);
        line.Slice(0, length).CopyTo(beginning);
        var start = """{"index":"""u8.Length;
        return beginning.StartsWith("""{"index":"""u8) && Utf8Parser.TryParse(beginning[start..length], out long index, out _)
            ? index
            : -1;
    }
}
