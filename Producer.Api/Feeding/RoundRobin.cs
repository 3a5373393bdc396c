namespace SkillAi.Queue.Producer.Feeding;

/// <summary>Shares by weight of what is taken, not by turns: each entry has credit, a turn adds its quantum to it, what
/// is taken is charged to it, and the turn passes on when the credit is used up. Credit may fall below zero by the
/// last thing taken, so that nothing has to be known about a thing before it is taken; an entry without work loses
/// its credit, so that idling saves nothing up.</summary>
sealed class RoundRobin<T>(Func<T, bool> hasWork, Func<T, int> quantumOf)
    where T : class
{
    readonly List<Entry> _ring = [];
    int _turn;

    public bool HasWork => _ring.Exists(entry => hasWork(entry.Item));

    public int Count => _ring.Count;

    public IEnumerable<T> Items => _ring.Select(entry => entry.Item);

    public void Add(T item) => _ring.Add(new(item));

    public void Remove(T item)
    {
        var at = _ring.FindIndex(entry => ReferenceEquals(entry.Item, item));
        if (at < 0)
            return;

        _ring.RemoveAt(at);
        if (at < _turn)
            _turn--;
    }

    /// <summary>Whose turn it is; null when nobody has work. Asking again without charging gives the same answer.</summary>
    public T? Peek()
    {
        // A quantum covers any debt, so that the second visit finds credit.
        for (var visits = 0; visits <= 2 * _ring.Count; visits++)
        {
            if (_turn >= _ring.Count)
                _turn = 0;

            if (_turn < _ring.Count && hasWork(_ring[_turn].Item) && _ring[_turn].Credit > 0)
                return _ring[_turn].Item;

            PassOn();
        }

        return null;
    }

    /// <summary>Charges what was taken to the entry that <see cref="Peek"/> gave.</summary>
    public void Charge(int weight) => _ring[_turn].Credit -= weight;

    void PassOn()
    {
        if (_ring.Count == 0)
            return;

        if (!hasWork(_ring[_turn].Item))
            _ring[_turn].Credit = 0;

        _turn = (_turn + 1) % _ring.Count;
        _ring[_turn].Credit += hasWork(_ring[_turn].Item) ? quantumOf(_ring[_turn].Item) : 0;
    }

    sealed class Entry(T item)
    {
        public T Item { get; } = item;

        public int Credit { get; set; }
    }
}
