namespace SkillAi.Queue.Worker.Models.Text;

/// <summary>An item as read: where its text and its id lie in the chunk's buffer, or why it has no text.</summary>
/// <param name="Id">The id as it was written, quotes included; empty when it has none.</param>
readonly record struct TextItem(Slice Text, Slice Id, ItemFault Fault);

readonly record struct Slice(int Start, int Length)
{
    public int End => Start + Length;

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> buffer) => buffer.Slice(Start, Length);
}
