using System.Buffers;
using System.Text;
using System.Text.Json;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Models;

namespace SkillAi.Queue.Worker.Models.Text;

/// <summary>Writes results: <c>{"index":0,"id":"c1","outcome":"succeeded","output":{"flagged":…,"categories":[…],
/// "scores":{…}}}</c> a line for jobs, the same without index as an entry of a request's <c>outputs</c>.</summary>
sealed class TextOutput
{
    const int SizeOfRest = 160;
    const int SizeOfScore = 20;

    readonly byte[][] _names;
    readonly float[] _thresholds;
    readonly int _size;

    public TextOutput(ModelOutput output)
    {
        _names = [.. output.Labels.Select(label => Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(label)}\""))];
        _thresholds = output.Thresholds?.ToArray() ?? [.. Enumerable.Repeat(0.5f, _names.Length)];
        _size = SizeOfRest + _names.Sum(name => (2 * name.Length) + SizeOfScore);
    }

    /// <summary>Labels, and so scores an item.</summary>
    public int Labels => _names.Length;

    /// <param name="index">Index in the job; null for requests, whose outputs are counted by position.</param>
    public void Write(IBufferWriter<byte> to, long? index, in ItemAnswer answer)
    {
        var error = answer.Outcome == Outcome.Failed ? answer.Fault.Error() : default;
        var cursor = new Utf8Cursor(to.GetSpan(_size + answer.Id.Length + error.Length));
        cursor.Add("{"u8);
        if (index is { } position)
        {
            cursor.Add("\"index\":"u8);
            cursor.Add(position);
            cursor.Add(","u8);
        }

        if (!answer.Id.IsEmpty)
        {
            cursor.Add("\"id\":"u8);
            cursor.Add(answer.Id);
            cursor.Add(","u8);
        }

        WriteOutcome(ref cursor, answer, error);
        cursor.Add("}"u8);
        to.Advance(cursor.Written);
    }

    void WriteOutcome(ref Utf8Cursor cursor, in ItemAnswer answer, ReadOnlySpan<byte> error)
    {
        switch (answer.Outcome)
        {
            case Outcome.Succeeded:
                cursor.Add("\"outcome\":\"succeeded\",\"output\":"u8);
                WriteScores(ref cursor, answer.Scores);
                break;
            case Outcome.Failed:
                cursor.Add("\"outcome\":\"failed\",\"error\":"u8);
                cursor.Add(error);
                break;
            case Outcome.Cancelled:
                cursor.Add("\"outcome\":\"cancelled\""u8);
                break;
            case Outcome.Expired:
                cursor.Add("\"outcome\":\"expired\""u8);
                break;
        }
    }

    void WriteScores(ref Utf8Cursor cursor, ReadOnlySpan<float> scores)
    {
        var flagged = 0;
        for (var i = 0; i < scores.Length; i++)
            flagged += scores[i] >= _thresholds[i] ? 1 : 0;

        cursor.Add(flagged > 0 ? "{\"flagged\":true,\"categories\":["u8 : "{\"flagged\":false,\"categories\":["u8);
        for (var i = 0; flagged > 0 && i < scores.Length; i++)
        {
            if (scores[i] < _thresholds[i])
                continue;

            cursor.Add(_names[i]);
            cursor.Add(--flagged > 0 ? ","u8 : ""u8);
        }

        cursor.Add("],\"scores\":{"u8);
        for (var i = 0; i < scores.Length; i++)
        {
            cursor.Add(i == 0 ? ""u8 : ","u8);
            cursor.Add(_names[i]);
            cursor.Add(":"u8);
            cursor.Add(scores[i]);
        }

        cursor.Add("}}"u8);
    }
}

/// <summary>An item that has ended: what its result is written from.</summary>
/// <param name="fault">Only for <see cref="Contracts.Outcome.Failed"/>.</param>
readonly ref struct ItemAnswer(ReadOnlySpan<byte> id, Outcome outcome, ItemFault fault, ReadOnlySpan<float> scores)
{
    public ReadOnlySpan<byte> Id { get; } = id;

    public Outcome Outcome { get; } = outcome;

    public ItemFault Fault { get; } = fault;

    public ReadOnlySpan<float> Scores { get; } = scores;
}
