namespace SkillAi.Queue.Worker.Batching;

/// <summary>A model at one instant, as others on its device see it.</summary>
/// <param name="LatestStart">When its priority items must start at the latest, as time left; null without any.</param>
/// <param name="Quantum">Its own bound on a run; null when it serves no priority lane.</param>
public readonly record struct ModelView(TimeSpan? LatestStart, TimeSpan? Quantum, bool HasBulk)
{
    /// <summary>The shortest bulk run of it that is worth a run of its own.</summary>
    public TimeSpan LeastBulk { get; init; }
}

/// <summary>Which model runs next, and how long it may.</summary>
/// <param name="Model">Position of the model; −1 when none has anything.</param>
/// <param name="WithoutFill">Its bulk is too far ahead of the others to join urgent runs.</param>
public readonly record struct ModelTurn(int Model, TimeSpan? Cap, bool WithoutFill);

/// <summary>
/// Shares a device between models: deficit round robin on device time, not on items or runs, since an item of one
/// model may cost a hundred of another. Every run obeys the smallest quantum of all.
/// <list type="bullet">
/// <item>Priority items come first, across models by latest start rather than by deadline.</item>
/// <item>Their run waits for another model's bulk run where it has no bulk of its own to share it with: priority items of
/// different models, or bulk of another, cannot share a run, and company gathers meanwhile. Only for a run that is worth
/// it and ends before the latest start.</item>
/// <item>A model whose bulk is two quanta ahead of another that waits gets no fill in its urgent runs.</item>
/// </list>
/// </summary>
public sealed class ModelScheduler(IReadOnlyList<double> weights)
{
    readonly double[] _owed = new double[weights.Count];
    readonly double _total = weights.Sum();

    public ModelScheduler(int models) : this([.. Enumerable.Repeat(1.0, models)])
    {
    }

    public ModelTurn Next(ReadOnlySpan<ModelView> models)
    {
        int urgent = -1, bulk = -1;
        TimeSpan? cap = null;
        for (var i = 0; i < models.Length; i++)
        {
            if (models[i].LatestStart is { } start && (urgent < 0 || start < models[urgent].LatestStart))
                urgent = i;
            if (models[i].HasBulk && (bulk < 0 || _owed[i] > _owed[bulk]))
                bulk = i;
            if (models[i].Quantum is { } quantum && !(cap < quantum))
                cap = quantum;
        }

        if (urgent < 0)
            return new(bulk, cap, WithoutFill: false);

        var ahead = bulk < 0 ? 0 : _owed[bulk] - _owed[urgent];
        var withoutFill = ahead > 2 * (cap ?? TimeSpan.MaxValue).TotalMilliseconds;
        return FindWorthwhile(models, urgent, bulk, cap, withoutFill) ?? new(urgent, cap, withoutFill);
    }

    /// <summary>Charges a model for bulk that it ran, and credits all by their weights.</summary>
    public void Ran(int model, TimeSpan bulkTime)
    {
        _owed[model] -= bulkTime.TotalMilliseconds;
        for (var i = 0; i < _owed.Length; i++)
            _owed[i] += bulkTime.TotalMilliseconds * weights[i] / _total;
    }

    /// <summary>A model without bulk saves up nothing: what it did not want it does not get later.</summary>
    public void Idled(int model) => _owed[model] = Math.Min(_owed[model], 0);

    // Another model's bulk run, for which the urgent one waits.
    static ModelTurn? FindWorthwhile(ReadOnlySpan<ModelView> models, int urgent, int bulk, TimeSpan? cap, bool withoutFill)
    {
        var canShare = models[urgent].HasBulk && !withoutFill;
        // Priority items of that model would come later than these, yet be run with its bulk.
        if (canShare || bulk < 0 || bulk == urgent || models[bulk].LatestStart is not null)
            return null;

        var limit = models[urgent].LatestStart!.Value;
        limit = cap < limit ? cap.Value : limit;
        return models[bulk].LeastBulk <= limit ? new(bulk, limit, WithoutFill: false) : null;
    }
}
