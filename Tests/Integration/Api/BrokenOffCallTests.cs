using Microsoft.AspNetCore.Http;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Idempotency;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

/// <summary>What a repeat is told of a try that ended without an answer.</summary>
public sealed class BrokenOffCallTests(SharedServers servers) : ApiTest(servers)
{
    public static TheoryData<Exception, string?> Failures => new()
    {
        { new StoreUnavailableException("The reply was lost."), "noted" },
        { new BrokerUnavailableException("The confirm was lost."), "noted" },
        { new ProblemException(Problem.QueueFull()), null },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task Only_what_was_refused_is_forgotten(Exception failure, string? subject)
    {
        await using var host = await StartAsync();
        var calls = host.Get<KeyedCalls>();
        var first = calls.Guard("route", async context =>
        {
            await context.Features.Get<KeyedCall>()!.BindAsync("noted", isBodyRead: true);
            throw failure;
        });
        Assert.Same(failure, await Record.ExceptionAsync(() => first(Call())));

        var found = "nothing yet";
        await calls.Guard("route", context =>
        {
            found = context.Features.Get<KeyedCall>()!.Subject;
            return Task.CompletedTask;
        })(Call());

        Assert.Equal(subject, found);
    }

    static DefaultHttpContext Call() => new() { Request = { Headers = { [HttpHeaders.IdempotencyKey] = "key" } } };
}
