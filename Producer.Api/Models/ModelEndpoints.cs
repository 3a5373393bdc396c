using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Contracts.Wire;
using SkillAi.Queue.Producer.Hosting;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Models;

/// <summary>Which models there are, and how the workers that serve them run them. Read from the store at each call.</summary>
sealed class ModelEndpoints(ModelDirectory directory)
{
    /// <summary><c>GET /v1/models</c></summary>
    public async Task ListAsync(HttpContext context)
    {
        var versions = (await directory.ListAsync()).GroupBy(version => version.Name, StringComparer.Ordinal).ToList();
        var live = await Task.WhenAll(versions.Select(model => directory.ListLiveAsync(model.Key)));
        var list = new ModelList(
            [.. versions.Zip(live).Select(pair => ModelView.Create([.. pair.First], pair.Second, reports: null))]);
        await context.Response.WriteAsync(StatusCodes.Status200OK, list, WireJson.Default.ModelList);
    }

    /// <summary><c>GET /v1/models/{name}</c></summary>
    public async Task FindAsync(HttpContext context)
    {
        var name = (string?)context.Request.RouteValues["name"] ?? "";
        var versions = (await directory.ListAsync()).Where(version => version.Name == name).ToList();
        if (versions.Count == 0)
            throw new ProblemException(Problem.UnknownModel(name));

        var model = ModelView.Create(
            versions, await directory.ListLiveAsync(name), await directory.ListReportsAsync(name));
        await context.Response.WriteAsync(StatusCodes.Status200OK, model, WireJson.Default.ModelResource);
    }
}
