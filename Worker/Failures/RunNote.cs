using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using SkillAi.Queue.Worker.Pipeline;

namespace SkillAi.Queue.Worker.Failures;

/// <summary>A file that says what one stream of this process runs right now: written before each run, wiped after it. The
/// system keeps what it was handed when the process dies, so that the next one on this disk finds what the dead one ran
/// (<see cref="DeadNotes"/>). Locked as long as its process lives.</summary>
sealed class RunNote : IDisposable
{
    const int Tries = 5;

    readonly ArrayBufferWriter<byte> _text = new();
    readonly string _path;
    readonly SafeFileHandle _file;

    RunNote(string path, SafeFileHandle file) => (_path, _file) = (path, file);

    /// <param name="process">Id of this process: its notes are one death.</param>
    /// <exception cref="IOException">The folder takes no file.</exception>
    public static RunNote Create(string folder, Guid process)
    {
        for (var tries = 1; ; tries++)
        {
            var path = Path.Combine(folder, $"{process:N}.{Guid.NewGuid():N}{DeadNotes.Extension}");
            try
            {
                return new(path, File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (tries < Tries && File.Exists(path))
            {
                // Somebody who looks for dead notes took it for one, in the instant before it was locked.
            }
        }
    }

    /// <summary>The id of the process that a note's path names.</summary>
    public static string ProcessOf(string path) => Path.GetFileName(path).Split('.')[0];

    /// <summary>Whether others see that it is held: there are volumes on which no file can be locked.</summary>
    public bool IsHeld
    {
        get
        {
            using var file = DeadNotes.TryOpen(_path);
            return file is null;
        }
    }

    /// <summary>A run of these items begins.</summary>
    public void Write(IReadOnlyList<ItemRef> items)
    {
        _text.ResetWrittenCount();
        if (items.Count == 1)
            Append(Suspects.ItemName(items[0]));
        else
            AppendPieces(items);

        _text.Write("\n"u8);
        Put(_text.WrittenSpan);
    }

    /// <summary>It has ended.</summary>
    public void Clear() => Put("\n"u8);

    public void Dispose()
    {
        _file.Dispose();
        try
        {
            File.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its folder is gone.
        }
    }

    void Put(ReadOnlySpan<byte> text)
    {
        try
        {
            RandomAccess.Write(_file, text, fileOffset: 0);
        }
        catch (IOException)
        {
            // A full disk must cost the note, and not the run.
        }
    }

    void AppendPieces(IReadOnlyList<ItemRef> items)
    {
        Part? last = null;
        foreach (var item in items)
        {
            // Neighbours mostly belong together; a name that comes twice is read once.
            if (item.Part != last)
                Append(Suspects.PieceName(item));

            last = item.Part;
        }
    }

    void Append(string name)
    {
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name}\n"), _text);
    }
}
