using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SkillAi.Queue.Transport.Blobs;

/// <summary>Forces to the disk which names a folder holds: a file that is there itself may still lack its name after a
/// power cut. The runtime opens no folders, so the system is asked. Windows keeps names in a journal of its own.</summary>
static partial class FolderFlush
{
    const int ReadOnly = 0;
    const int NotFound = 2;

    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">The disk fails.</exception>
    public static void Run(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;

        using var handle = Open(folder, ReadOnly);
        if (!handle.IsInvalid && Sync(handle) == 0)
            return;

        throw Marshal.GetLastPInvokeError() == NotFound
            ? new DirectoryNotFoundException()
            : new IOException($"The folder could not be forced to the disk: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle handle);
}
