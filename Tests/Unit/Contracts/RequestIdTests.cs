using SkillAi.Queue.Contracts.Requests;

namespace SkillAi.Queue.Tests.Unit.Contracts;

public sealed class RequestIdTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(63)]
    public void An_id_names_its_shard(int shard)
    {
        var id = RequestId.New(Now, shard);

        Assert.Equal(shard, RequestId.Shard(id));
        Assert.True(RequestId.IsIssued(id));
    }

    [Fact]
    public void An_id_tells_when_it_was_made()
    {
        var now = Now.AddMilliseconds(123);

        Assert.Equal(now, RequestId.MadeAt(RequestId.New(now.AddTicks(4567), shard: 63)));
        Assert.Throws<ArgumentException>(() => RequestId.MadeAt("req_1"));
    }

    [Fact]
    public void Ids_sort_by_time()
    {
        string[] ids = [.. Enumerable.Range(0, 200).Select(i => RequestId.New(Now.AddMilliseconds(i), 63 - (i % 64)))];

        Assert.Equal(ids, ids.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_id_with_any_digit_changed_was_never_issued()
    {
        var id = RequestId.New(Now, 17);

        for (var i = 4; i < id.Length; i++)
        {
            var other = id[i] == '0' ? '1' : '0';
            Assert.False(RequestId.IsIssued(string.Concat(id.AsSpan(0, i), [other], id.AsSpan(i + 1))));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("req_1")]
    [InlineData("job_019ab1f2c3d47e5f8a9b0c1d2e3f405111abcdef")]
    [InlineData("req_019ab1f2c3d47e5f8a9b0c1d2e3f4051ffabcdef")]
    [InlineData("req_019ab1f2c3d47e5f8a9b0c1d2e3f405111abcdefff")]
    public void What_is_no_id_is_neither_issued_nor_in_a_shard(string text)
    {
        Assert.False(RequestId.IsIssued(text));
        if (text.Length != RequestId.New(Now, 0).Length || text.Contains("4051ff", StringComparison.Ordinal))
            Assert.Throws<ArgumentException>(() => RequestId.Shard(text));
    }
}
