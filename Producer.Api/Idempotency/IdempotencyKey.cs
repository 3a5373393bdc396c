using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Problems;

namespace SkillAi.Queue.Producer.Idempotency;

/// <summary>The header <c>Idempotency-Key</c>: a quoted string as its draft has it, or the bare one that many send.</summary>
static class IdempotencyKey
{
    const int MaxLength = 255;

    public static string Read(in StringValues header)
    {
        var key = header is [{ } value] ? Unquoted(value.AsSpan().Trim()) : [];
        return key.Length is > 0 and <= MaxLength && !key.ContainsAnyExceptInRange('!', '~')
            ? key.ToString()
            : throw new ProblemException(Problem.Malformed(
                HttpHeaders.IdempotencyKey, $"must be one string of 1 to {MaxLength} visible ASCII characters"));
    }

    /// <summary>The name of a call in the store: fixed in length, and nothing that a caller wrote.</summary>
    public static string Scope(string tenant, string route, string key) => Digest($"{tenant}\n{route}\n{key}");

    public static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    static ReadOnlySpan<char> Unquoted(ReadOnlySpan<char> value) =>
        value is ['"', .., '"'] ? value[1..^1] : value;
}
