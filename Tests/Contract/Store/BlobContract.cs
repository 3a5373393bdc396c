using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Blobs;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>What the spool promises, wherever it is.</summary>
public abstract class BlobContract
{
    readonly string _container = Guid.NewGuid().ToString("N");

    protected abstract IBlobStore Blobs { get; }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_blob_comes_back_as_it_was_put()
    {
        var bytes = new byte[300_000];
        new Random(1).NextBytes(bytes);

        await Blobs.PutAsync(_container, "0", bytes, Token);
        await Blobs.PutAsync(_container, "1", Array.Empty<byte>(), Token);

        Assert.Equal(bytes, await Blobs.FindAsync(_container, "0", Token));
        Assert.Empty((await Blobs.FindAsync(_container, "1", Token))!);
    }

    [Fact]
    public async Task Putting_a_blob_again_is_allowed()
    {
        await Blobs.PutAsync(_container, "0", "same"u8.ToArray(), Token);
        await Blobs.PutAsync(_container, "0", "same"u8.ToArray(), Token);

        Assert.Equal("same"u8.ToArray(), await Blobs.FindAsync(_container, "0", Token));
    }

    [Fact]
    public async Task What_is_not_there_is_null()
    {
        Assert.Null(await Blobs.FindAsync(_container, "0", Token));
        await Blobs.PutAsync(_container, "1", "x"u8.ToArray(), Token);
        Assert.Null(await Blobs.FindAsync(_container, "0", Token));
    }

    [Fact]
    public async Task Deleting_takes_the_whole_container_and_nothing_else()
    {
        var other = Guid.NewGuid().ToString("N");
        for (var i = 0; i < 20; i++)
            await Blobs.PutAsync(_container, $"{i}", "x"u8.ToArray(), Token);
        await Blobs.PutAsync(other, "0", "y"u8.ToArray(), Token);

        await Blobs.DeleteAsync(_container, Token);
        await Blobs.DeleteAsync(_container, Token);

        Assert.Null(await Blobs.FindAsync(_container, "7", Token));
        Assert.NotNull(await Blobs.FindAsync(other, "0", Token));
    }

    [Fact]
    public async Task Many_puts_at_once_all_arrive()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            Blobs.PutAsync(_container, $"{i}", BitConverter.GetBytes(i), Token)));

        for (var i = 0; i < 50; i++)
            Assert.Equal(BitConverter.GetBytes(i), await Blobs.FindAsync(_container, $"{i}", Token));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../other")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("/etc")]
    [InlineData(".hidden")]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("a}b")]
    public async Task Names_that_lead_elsewhere_are_refused(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Blobs.PutAsync(name, "0", "x"u8.ToArray(), Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Blobs.PutAsync(_container, name, "x"u8.ToArray(), Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Blobs.FindAsync(_container, name, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Blobs.FindAsync(name, "0", Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Blobs.DeleteAsync(name, Token));
    }
}

public abstract class RedisBlobContract : BlobContract, IAsyncDisposable
{
    readonly RedisConnection _redis;

    protected RedisBlobContract(string connectionString)
    {
        _redis = new(connectionString);
        Blobs = new RedisBlobStore(_redis);
    }

    protected sealed override IBlobStore Blobs { get; }

    [Fact]
    public async Task A_forgotten_container_outlives_the_longest_job()
    {
        var container = Guid.NewGuid().ToString("N");
        await Blobs.PutAsync(container, "0", "x"u8.ToArray(), TestContext.Current.CancellationToken);

        var life = await _redis.Database.KeyTimeToLiveAsync(Keys.Blobs(container));

        Assert.InRange(life!.Value, Limits.MaxTtl + Limits.MaxTtl, TimeSpan.FromDays(15));
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _redis.DisposeAsync();
    }
}

public sealed class BlobsInFolder : BlobContract, IDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("skillai-test-blobs-").FullName;

    protected override IBlobStore Blobs => new FolderBlobStore(_root, fsync: true);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_put_that_breaks_off_leaves_no_file()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Blobs.PutAsync("container", "0", new byte[1000], cancelled.Token));

        Assert.Empty(Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_blob_is_there_when_the_names_of_its_folder_and_of_that_one_are_flushed(bool isFolderThere)
    {
        // Made by a put that has not come further yet.
        if (isFolderThere)
            Directory.CreateDirectory(Path.Combine(_root, "container"));

        var flushed = new List<(string, bool)>();
        var blob = Path.Combine(_root, "container", "0");
        var blobs = new FolderBlobStore(_root, fsync: true, folder => flushed.Add((folder, File.Exists(blob))));

        await blobs.PutAsync("container", "0", new byte[1000], TestContext.Current.CancellationToken);

        Assert.Equal([(Path.Combine(_root, "container"), true), (_root, true)], flushed);
    }

    [Fact]
    public async Task A_containers_own_name_is_flushed_once()
    {
        var flushed = new List<string>();
        await Blobs.PutAsync("container", "0", new byte[1000], TestContext.Current.CancellationToken);

        await new FolderBlobStore(_root, fsync: true, flushed.Add)
            .PutAsync("container", "1", new byte[1000], TestContext.Current.CancellationToken);

        Assert.Equal([Path.Combine(_root, "container")], flushed);
    }

    [Fact]
    public void A_folder_that_cannot_be_flushed_is_told() =>
        Assert.Throws<DirectoryNotFoundException>(() => FolderFlush.Run(Path.Combine(_root, "nothing")));

    [Fact]
    public async Task A_deleted_container_leaves_no_folder()
    {
        await Blobs.PutAsync("container", "0", new byte[1000], TestContext.Current.CancellationToken);

        await Blobs.DeleteAsync("container", TestContext.Current.CancellationToken);

        Assert.Empty(Directory.EnumerateFileSystemEntries(_root));
    }
}
