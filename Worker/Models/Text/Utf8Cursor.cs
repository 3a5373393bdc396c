using System.Buffers.Text;
using System.Diagnostics;

namespace SkillAi.Queue.Worker.Models.Text;

/// <summary>Writes JSON text into memory that its owner has measured.</summary>
ref struct Utf8Cursor(Span<byte> memory)
{
    readonly Span<byte> _memory = memory;

    public int Written { get; private set; }

    public void Add(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_memory[Written..]);
        Written += text.Length;
    }

    public void Add(long number)
    {
        var fits = Utf8Formatter.TryFormat(number, _memory[Written..], out var length);
        Debug.Assert(fits, "The memory was measured too small.");
        Written += length;
    }

    /// <summary>A score with four decimals at most, as short as it can be. Scores outside 0..1 (a model without a
    /// final sigmoid) are written with nine significant digits.</summary>
    public void Add(float score)
    {
        if (score is not (>= 0 and <= 1))
        {
            score.TryFormat(_memory[Written..], out var length, "G9", System.Globalization.CultureInfo.InvariantCulture);
            Written += length;
            return;
        }

        var units = (int)((score * 10_000f) + 0.5f);
        if (units is 0 or 10_000)
        {
            _memory[Written++] = (byte)(units == 0 ? '0' : '1');
            return;
        }

        _memory[Written++] = (byte)'0';
        _memory[Written++] = (byte)'.';
        for (var unit = 1000; units > 0; unit /= 10)
        {
            var digit = units / unit;
            _memory[Written++] = (byte)('0' + digit);
            units -= digit * unit;
        }
    }
}
