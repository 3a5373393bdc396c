using System.IO.Pipelines;

namespace SkillAi.Queue.Bench.Load;

/// <summary>The lines of a file, over and over, until a number of lines is reached.</summary>
static class LoopedFile
{
    public static Stream Open(byte[] lines, long items, CancellationToken cancellationToken)
    {
        var perRound = lines.LongCount(value => value == (byte)'\n');
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19));
        _ = Task.Run(async () =>
        {
            while (items >= perRound)
            {
                await pipe.Writer.WriteAsync(lines, cancellationToken);
                items -= perRound;
            }

            await pipe.Writer.WriteAsync(lines.AsMemory(0, End(lines, items)), cancellationToken);
            await pipe.Writer.CompleteAsync();
        }, cancellationToken);
        return pipe.Reader.AsStream();
    }

    static int End(byte[] lines, long items)
    {
        var end = 0;
        for (; items > 0; items--)
            end = Array.IndexOf(lines, (byte)'\n', end) + 1;

        return end;
    }
}
