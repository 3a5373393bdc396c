using RabbitMQ.Client;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Tests.Contract.Broker;
using SkillAi.Queue.Transport.RabbitMq;
using Headers = SkillAi.Queue.Contracts.Headers;

namespace SkillAi.Queue.Tests.Unit.Transport;

public sealed class ChunkCodecTests
{
    [Fact]
    public void Every_message_has_properties_of_its_own()
    {
        var chunk = Chunks.OfJob("m");

        Assert.NotSame(ChunkCodec.Encode(chunk).Headers, ChunkCodec.Encode(chunk).Headers);
    }

    [Fact]
    public void The_body_is_copied()
    {
        var lent = new byte[] { 1, 2, 3 };
        var chunk = ChunkCodec.Decode(OnTheWire(Chunks.One("m", 0)), lent);

        lent[0] = 9;

        Assert.Equal([1, 2, 3], chunk.Body.ToArray());
    }

    [Fact]
    public void Messages_are_persistent_and_say_what_they_are()
    {
        var properties = ChunkCodec.Encode(Chunks.OfJob("m"));

        Assert.Equal(DeliveryModes.Persistent, properties.DeliveryMode);
        Assert.Equal(Topology.ChunkType, properties.Type);
        Assert.Equal("gzip", properties.ContentEncoding);
        Assert.Equal("job_1/70000", properties.MessageId);
    }

    [Theory]
    [InlineData(Headers.Model)]
    [InlineData(Headers.Version)]
    [InlineData(Headers.Lane)]
    [InlineData(Headers.Items)]
    [InlineData(Headers.EnqueuedAt)]
    public void Without_a_needed_header_it_is_not_a_chunk(string header)
    {
        var properties = OnTheWire(Chunks.OfJob("m"));
        properties.Headers!.Remove(header);

        Assert.Throws<FormatException>(() => ChunkCodec.Decode(properties, default));
    }

    [Theory]
    [InlineData(Headers.Lane, "slow")]
    [InlineData(Headers.Items, "many")]
    [InlineData(Headers.EnqueuedAt, long.MaxValue)]
    [InlineData(Headers.Model, 5)]
    [InlineData(Headers.Segments, "[{")]
    [InlineData(Headers.Segments, "\u001f\u008b broken")]
    public void A_header_with_an_impossible_value_is_not_a_chunk(string header, object value)
    {
        var properties = OnTheWire(Chunks.OfJob("m"));
        properties.Headers![header] = value is string text ? System.Text.Encoding.Latin1.GetBytes(text) : value;

        Assert.Throws<FormatException>(() => ChunkCodec.Decode(properties, default));
    }

    [Fact]
    public void A_replay_of_a_requests_item_keeps_its_place_and_its_letter()
    {
        var sent = Chunks.OfRequests("m", 1, "t") with { Replay = "dead_req_0_3", First = 3 };

        Chunks.AssertSame(sent, ChunkCodec.Decode(OnTheWire(sent), sent.Body));
    }

    [Fact]
    public void An_unknown_encoding_or_type_is_not_a_chunk()
    {
        var other = OnTheWire(Chunks.OfJob("m"));
        other.ContentEncoding = "br";
        Assert.Throws<FormatException>(() => ChunkCodec.Decode(other, default));

        Assert.Throws<FormatException>(() => ChunkCodec.Decode(new BasicProperties(), default));
    }

    /// <summary>Text arrives as bytes.</summary>
    static BasicProperties OnTheWire(Chunk chunk)
    {
        var properties = ChunkCodec.Encode(chunk);
        foreach (var (name, value) in properties.Headers!.ToList())
            properties.Headers![name] = value is string text ? System.Text.Encoding.UTF8.GetBytes(text) : value;

        return properties;
    }
}
