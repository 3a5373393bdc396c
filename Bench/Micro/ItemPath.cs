using System.IO.Compression;
using System.Text;
using BenchmarkDotNet.Attributes;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Worker.Batching;
using SkillAi.Queue.Worker.Models;
using SkillAi.Queue.Worker.Models.Simulated;
using SkillAi.Queue.Worker.Pipeline;

namespace SkillAi.Queue.Bench.Micro;

/// <summary>What an item costs a worker, apart from the model, the broker and the store: in chunks of 128, told an item.</summary>
[InProcess]
[MemoryDiagnoser]
public class ItemPath
{
    const int Items = Contracts.Limits.JobChunkItems;

    static readonly ModelManifest Manifest = new()
    {
        Task = ModelTask.TextClassification,
        Backend = ModelBackend.Simulated,
        Simulated = new() { Cost = [new(1, 0)] },
        Input = new() { Name = "text", Kind = ModelInputKind.Utf8Bytes },
        Output = new() { Name = "scores", Labels = ["toxic", "insult", "obscene", "threat", "identity_hate", "spam"] },
    };

    readonly WorkerClock _clock = new(TimeProvider.System);
    readonly RunBatch _memory = new(256, 512, 6);
    readonly RunRecord _run = new(256, CloseReason.Full, default, default, default);
    SimulatedModel _model = null!;
    ServedModel _served = null!;
    ResultWriter _writer = null!;
    Chunk _chunk = null!;

    [GlobalSetup]
    public void Setup()
    {
        _model = new(Manifest.Simulated!, TimeProvider.System);
        _served = new(new("bench", "1", Manifest), new ModelSlot(_model), null!, new(Manifest.Input.LengthBuckets));
        _writer = new(_clock);
        var random = new Random(1);
        var lines = Enumerable.Range(0, Items).Select(i =>
            $$"""{"id":"c{{i}}","text":"{{string.Join(' ', Enumerable.Range(0, random.Next(3, 40)).Select(_ => $"w{random.Next(5_000)}"))}}"}""");
        _chunk = new()
        {
            Model = "bench", Version = "1", Lane = Lane.Bulk, Items = Items, Job = "job", EnqueuedAt = _clock.UtcNow,
            IsGzip = true, Body = Zip(Encoding.UTF8.GetBytes(string.Join('\n', lines))),
        };
    }

    [GlobalCleanup]
    public void Cleanup() => _model.Dispose();

    [Benchmark(OperationsPerInvoke = Items)]
    public int Read()
    {
        using var items = ChunkReader.Read(_chunk, _served.Input);
        return items.Count;
    }

    [Benchmark(OperationsPerInvoke = Items)]
    public int ReadRunAndWrite()
    {
        var part = new Part("job", 0, Items, _clock.UtcNow, default, isHard: false, replyTo: null);
        var chunk = new PendingChunk(
            new Unsettled(_chunk), ChunkReader.Read(_chunk, _served.Input), [part], _served, default, _clock.UtcNow);
        _memory.Open(Items, 512);
        for (var item = 0; item < Items; item++)
            _memory.Add(chunk.Text(item));

        _memory.Close();
        _model.Run(_memory);
        for (var item = 0; item < Items; item++)
            chunk.Succeed(item, _memory.Scores(item), _run);

        var result = _writer.WriteJob(chunk);
        chunk.Ack();
        return result.Lines.Length;
    }

    static byte[] Zip(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest))
            zip.Write(body);

        return packed.ToArray();
    }

    sealed class Unsettled(Chunk chunk) : Delivery(chunk, isRedelivered: false)
    {
        public override bool IsLost => false;

        protected override void Settle(Settlement settlement)
        {
        }
    }
}
