using System.Security.Cryptography;
using System.Text;

namespace SkillAi.Queue.Worker.Failures;

/// <summary>Where workers that share a store keep their <see cref="RunNote"/>s.</summary>
static class NotesFolder
{
    /// <summary>In the temporary folder, which outlives a container's restart: one for each user and store, since a death
    /// told to another store helps nobody.</summary>
    public static string Default(string? store)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(store ?? "")))[..12];
        return Path.Combine(Path.GetTempPath(), $"skillai-runs-{Environment.UserName}-{digest}");
    }

    /// <summary>Makes it where it is missing. Whether notes can be kept there.</summary>
    public static bool TryOpen(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            using var note = RunNote.Create(folder, Guid.NewGuid());
            return note.IsHeld;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
