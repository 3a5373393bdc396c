using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Wire;
using SkillAi.Queue.Producer.Hosting;
using SkillAi.Queue.Producer.Models;
using SkillAi.Queue.Producer.Problems;

namespace SkillAi.Queue.Producer.Scaling;

/// <summary><c>GET /scaling/{pool}</c>: what KEDA's metrics-api trigger reads where there is no Prometheus. A pool is
/// named by what it works on, <c>model.lane</c>.</summary>
sealed class ScalingEndpoint(ModelCatalog models, Arrivals arrivals, Backlog backlog)
{
    static readonly Lane[] Lanes = [Lane.Priority, Lane.Bulk];

    public async Task FindAsync(HttpContext context)
    {
        if (Read(context.Request.RouteValues["pool"] as string ?? "") is not var (model, lane)
            || !await IsKnownAsync(model, context.RequestAborted))
        {
            throw new ProblemException(Problem.UnknownPool());
        }

        // Not knowing is an error and never a zero: an outage of the store must not take workers away.
        var items = backlog.Items ?? throw new ProblemException(Problem.StoreUnavailable());
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(
            StatusCodes.Status200OK,
            new(Math.Round(arrivals.PerSecond(model, lane), 3), items.GetValueOrDefault((model, lane))),
            WireJson.Default.PoolLoad);
    }

    async Task<bool> IsKnownAsync(string model, CancellationToken cancellationToken)
    {
        if (!models.Now.Models.ContainsKey(model))
            await models.RefreshAsync(cancellationToken);

        return models.Now.Models.ContainsKey(model);
    }

    /// <summary>The lane is what follows the last dot; a model's name may have dots of its own.</summary>
    static (string Model, Lane Lane)? Read(string pool)
    {
        foreach (var lane in Lanes)
        {
            if (pool.EndsWith($".{lane.Name()}", StringComparison.Ordinal))
                return (pool[..^(lane.Name().Length + 1)], lane);
        }

        return null;
    }
}
