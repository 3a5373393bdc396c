using RabbitMQ.Client;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Tests.Contract.Store;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.RabbitMq;

namespace SkillAi.Queue.Tests.Contract.Broker;

public sealed class RabbitMqBrokerTests(SharedServers servers) : BrokerContract
{
    readonly Dictionary<IChunkSource, RabbitMqProcess> _workers = [];
    RabbitMqServer _server = null!;
    RabbitMqProcess _producer = null!;

    protected override IChunkPublisher Publisher => _producer.Publisher;

    public override async ValueTask InitializeAsync()
    {
        _server = await servers.RabbitMqAsync();
        _producer = new(_server.Url);
    }

    public override async ValueTask DisposeAsync()
    {
        await _producer.DisposeAsync();
        foreach (var worker in _workers.Values)
            await worker.DisposeAsync();
    }

    protected override IChunkSource NewWorker()
    {
        var worker = new RabbitMqProcess(_server.Url);
        _workers.Add(worker.Source, worker);
        return worker.Source;
    }

    protected override async Task KillAsync(IChunkSource worker)
    {
        _workers.Remove(worker, out var process);
        await process!.DisposeAsync();
    }

    protected override Task LimitAsync(int messages, int bytes) => _server.ControlAsync(
        "set_policy", Model, $"^skillai\\.{Model}\\.", $$"""{"max-length":{{messages}},"max-length-bytes":{{bytes}}}""",
        "--apply-to", "queues");

    protected override async Task<Chunk> NextDeadLetterAsync()
    {
        var factory = new ConnectionFactory { Uri = new(_server.Url) };
        await using var connection = await factory.CreateConnectionAsync(Cancelled);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancelled);
        Chunk? found = null;
        await Eventually.IsTrueAsync(async () =>
        {
            // Taking them all is safe: only this class looks here, and its tests run one after another. Others reject
            // what cannot be read at all.
            var letter = await channel.BasicGetAsync(Topology.DeadLetters, autoAck: true, Cancelled);
            found = letter?.BasicProperties.Type == Topology.ChunkType
                ? ChunkCodec.Decode(letter.BasicProperties, letter.Body)
                : null;
            return found?.Model == Model;
        });
        return found!;
    }
}
