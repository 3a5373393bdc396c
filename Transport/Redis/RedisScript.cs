using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>A Lua script of the folder <c>Scripts</c>. It is sent by its hash, and in full where the server does not
/// know it (yet, or any more: scripts do not survive a restart).</summary>
sealed class RedisScript
{
    readonly string _source;
    readonly byte[] _hash;

    RedisScript(string source)
    {
        _source = source;
        _hash = Hash(source);
    }

    /// <summary>Reads scripts by name; several are one script, in that order.</summary>
    public static RedisScript Load(params ReadOnlySpan<string> names)
    {
        var source = new StringBuilder();
        foreach (var name in names)
            source.Append(Read(name)).Append('\n');

        return new(source.ToString());
    }

    public async Task<RedisResult> RunAsync(IDatabase database, RedisKey[] keys, RedisValue[] arguments)
    {
        try
        {
            return await database.ScriptEvaluateAsync(_hash, keys, arguments);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return await database.ScriptEvaluateAsync(_source, keys, arguments);
        }
    }

    static string Read(string name)
    {
        var resource = $"{typeof(RedisScript).Namespace}.Scripts.{name}.lua";
        using var stream = typeof(RedisScript).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"Script '{resource}' is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [SuppressMessage("Security", "CA5350", Justification = "Redis names scripts by their SHA-1.")]
    static byte[] Hash(string source) => SHA1.HashData(Encoding.UTF8.GetBytes(source));
}
