using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Producer.Jobs;

/// <summary>A chunk as cut from a body: its position in the job, and its item lines.</summary>
readonly record struct CutChunk(int Index, int Items, byte[] Lines);

/// <summary>Cuts a job's body into chunks while it arrives. Where it cuts follows from the bytes alone, never from how
/// they arrived: after <see cref="Limits.JobChunkItems"/> items, or before the item that would take the chunk over
/// <see cref="Limits.MaxChunkBytes"/>. It keeps one chunk and one line, whatever the size of the body.</summary>
sealed class ChunkCutter
{
    static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    readonly PartialLine _partial = new();
    readonly Queue<CutChunk> _ready = new();
    byte[] _lines = new byte[16 * 1024];
    int _length;
    int _items;
    int _chunks;
    int _markSeen;
    bool _isPastMark;

    /// <summary>Chunks cut so far.</summary>
    public int Chunks => _chunks;

    /// <summary>Whether an item has been seen, in a chunk already cut or not.</summary>
    public bool HasItems => _chunks > 0 || _items > 0;

    /// <summary>Chunks that are full; take them before going on, or they pile up.</summary>
    public bool TryTake(out CutChunk chunk) => _ready.TryDequeue(out chunk);

    public void Append(ReadOnlySpan<byte> input)
    {
        input = SkipMark(input);
        for (var end = input.IndexOf((byte)'\n'); end >= 0; end = input.IndexOf((byte)'\n'))
        {
            if (_partial.IsEmpty)
            {
                Add(Line.Create(input[..end]));
            }
            else
            {
                _partial.Append(input[..end]);
                AddPartial();
            }

            input = input[(end + 1)..];
        }

        _partial.Append(input);
    }

    /// <summary>The body has ended. Its last line needs no end.</summary>
    public void Finish()
    {
        if (!_isPastMark)
            _partial.Append(ByteOrderMark[.._markSeen]);

        AddPartial();
        Cut();
    }

    void AddPartial()
    {
        Add(_partial.ToLine());
        _partial.Clear();
    }

    void Add(in Line line)
    {
        if (line.IsBlank)
            return;

        var bytes = line.IsOversized ? Oversized.Line(line.Length) : line.Bytes;
        if (_items > 0 && _length + 1 + bytes.Length > Limits.MaxChunkBytes)
            Cut();

        Reserve(_length + 1 + bytes.Length);
        if (_items > 0)
            _lines[_length++] = (byte)'\n';

        bytes.CopyTo(_lines.AsSpan(_length));
        _length += bytes.Length;
        _items++;
        if (_items == Limits.JobChunkItems)
            Cut();
    }

    void Cut()
    {
        if (_items == 0)
            return;

        _ready.Enqueue(new(_chunks++, _items, _lines.AsSpan(0, _length).ToArray()));
        (_length, _items) = (0, 0);
    }

    /// <summary>The mark may come in pieces too, and what only looked like its beginning belongs to the first line.</summary>
    ReadOnlySpan<byte> SkipMark(ReadOnlySpan<byte> input)
    {
        while (!_isPastMark && !input.IsEmpty)
        {
            if (input[0] != ByteOrderMark[_markSeen])
            {
                _partial.Append(ByteOrderMark[.._markSeen]);
                _isPastMark = true;
                break;
            }

            input = input[1..];
            _isPastMark = ++_markSeen == ByteOrderMark.Length;
        }

        return input;
    }

    void Reserve(int length)
    {
        if (length > _lines.Length)
            Array.Resize(ref _lines, Math.Max(length, 2 * _lines.Length));
    }
}
