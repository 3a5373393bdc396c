namespace SkillAi.Queue.Transport.Blobs;

/// <summary>Containers and blobs become parts of paths and keys, so that only plain names are let through.</summary>
static class BlobNames
{
    const int MaxLength = 128;

    /// <exception cref="ArgumentException">The name is empty, long, starts with a dot or holds anything but ASCII
    /// letters, digits, '-', '_' and '.'.</exception>
    public static string Checked(string name)
    {
        var isPlain = name.Length is > 0 and <= MaxLength && name[0] != '.'
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
        return isPlain ? name : throw new ArgumentException("Not a plain name for a blob or container.", nameof(name));
    }
}
