using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Contracts.Wire;
using SkillAi.Queue.Producer.Hosting;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Requests;

/// <summary>What callers see of a request.</summary>
static class RequestViews
{
    public static RequestResource Found(this Lookup<RequestResource> lookup) => lookup.Found
        ?? throw new ProblemException(lookup.IsGone ? Problem.Gone("request") : Problem.Unknown("request"));

    public static Task ShowAsync(this HttpResponse response, int status, RequestResource resource)
    {
        if (!resource.State.IsTerminal())
            response.RetryAfter(1);

        return response.WriteAsync(status, resource, WireJson.Default.RequestResource);
    }
}
