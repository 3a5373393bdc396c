namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>One item of a chunk, as lanes and runs carry it.</summary>
readonly record struct ItemRef(PendingChunk Chunk, int Index)
{
    public ReadOnlySpan<byte> Text => Chunk.Text(Index);

    public Part Part => Chunk.PartOf(Index);
}
