using System.Buffers;

namespace SkillAi.Queue.Worker.Models.Simulated;

/// <summary>What a simulated device was given to run, an item a line, so that a test can compare what was done with
/// what was answered. One write a run, handed to the system before the run begins: a killed process has told all.</summary>
sealed class RunLog(string path) : IDisposable
{
    readonly Lock _gate = new();
    readonly FileStream _file = new(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    readonly ArrayBufferWriter<byte> _lines = new();

    public void Write(RunBatch batch)
    {
        lock (_gate)
        {
            _lines.ResetWrittenCount();
            for (var row = 0; row < batch.Items; row++)
            {
                _lines.Write(batch.Row(row).TrimEnd((byte)0));
                _lines.Write("\n"u8);
            }

            _file.Write(_lines.WrittenSpan);
        }
    }

    public void Dispose() => _file.Dispose();
}
