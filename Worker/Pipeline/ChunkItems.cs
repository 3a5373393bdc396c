using System.Buffers;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Worker.Models.Text;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>The items of a chunk: their texts and ids one after another in one pooled buffer, and how each ended.</summary>
sealed class ChunkItems : IDisposable
{
    readonly byte[] _buffer;
    readonly Entry[] _entries;
    int _used;

    /// <param name="count">Items that will be read.</param>
    /// <param name="bytes">Bytes of their lines, which bound those of their texts and ids.</param>
    public ChunkItems(int count, int bytes)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(bytes);
        _entries = ArrayPool<Entry>.Shared.Rent(count);
    }

    public int Count { get; private set; }

    /// <summary>The chunk is broken: they are <see cref="Unreadable"/>.</summary>
    public bool IsUnreadable { get; private init; }

    public void Read(ReadOnlySpan<byte> line, TextInput input)
    {
        var item = input.Read(line, _buffer, _used);
        _used = item.Id.End;
        _entries[Count++] = new() { Item = item, Fault = item.Fault };
    }

    /// <summary>Items of which nothing is known but that they were sent.</summary>
    public static ChunkItems Unreadable(int count)
    {
        var items = new ChunkItems(count, bytes: 1) { Count = count, IsUnreadable = true };
        Array.Clear(items._entries, 0, count);
        items.FailAll(ItemFault.ChunkUnreadable);
        return items;
    }

    /// <summary>None of them can be run, for a reason that is not theirs.</summary>
    public void FailAll(ItemFault fault)
    {
        for (var item = 0; item < Count; item++)
            _entries[item].Fault = fault;
    }

    public ReadOnlySpan<byte> Text(int item) => _entries[item].Item.Text.Of(_buffer);

    public ReadOnlySpan<byte> Id(int item) => _entries[item].Item.Id.Of(_buffer);

    public ItemFault Fault(int item) => _entries[item].Fault;

    public Outcome Outcome(int item) => _entries[item].Outcome;

    public void End(int item, Outcome outcome, ItemFault fault) =>
        (_entries[item].Outcome, _entries[item].Fault) = (outcome, fault);

    /// <summary>An answer that came too late is none.</summary>
    public void ExpireAnswer(int item)
    {
        ref var entry = ref _entries[item];
        if (entry.Outcome == Contracts.Outcome.Succeeded)
            (entry.Outcome, entry.IsLate) = (Contracts.Outcome.Expired, true);
    }

    /// <summary>It has expired although it had run.</summary>
    public bool IsLate(int item) => _entries[item].IsLate;

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        ArrayPool<Entry>.Shared.Return(_entries);
    }

    struct Entry
    {
        public TextItem Item;
        public Outcome Outcome;
        public ItemFault Fault;
        public bool IsLate;
    }
}
