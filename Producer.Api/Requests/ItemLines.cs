using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Problems;

namespace SkillAi.Queue.Producer.Requests;

/// <summary>Puts items on one line each. Line breaks between the tokens of an item go (inside a JSON string there are
/// none); everything else stays as sent.</summary>
sealed class ItemLines
{
    byte[] _lines = [];
    int _length;

    public int Count { get; private set; }

    public ReadOnlyMemory<byte> Lines => _lines.AsMemory(0, _length);

    public void Add(ReadOnlySpan<byte> item)
    {
        if (item.Length > Limits.MaxItemBytes)
            throw new ProblemException(Problem.TooLarge($"An item may be at most {Limits.MaxItemBytes} bytes."));

        if (++Count > Limits.MaxChunkItems)
            throw new ProblemException(Problem.Invalid("input", $"may hold at most {Limits.MaxChunkItems} items"));

        var separator = Count > 1 ? 1 : 0;
        Reserve(separator + item.Length);
        if (separator == 1)
            _lines[_length++] = (byte)'\n';

        for (var at = item.IndexOfAny((byte)'\n', (byte)'\r'); at >= 0; at = item.IndexOfAny((byte)'\n', (byte)'\r'))
        {
            Append(item[..at]);
            item = item[(at + 1)..];
        }

        Append(item);
    }

    void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_lines.AsSpan(_length));
        _length += bytes.Length;
    }

    void Reserve(int bytes)
    {
        if (_length + bytes <= _lines.Length)
            return;

        // The first item sizes the buffer exactly: a request of one item is the common one.
        Array.Resize(ref _lines, _length == 0 ? bytes : Math.Max(_length + bytes, 2 * _lines.Length));
    }
}
