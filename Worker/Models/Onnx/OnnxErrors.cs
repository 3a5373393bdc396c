namespace SkillAi.Queue.Worker.Models.Onnx;

/// <summary>ONNX Runtime tells the kind of an error in nothing but its text.</summary>
static class OnnxErrors
{
    static readonly string[] OutOfMemory = ["Failed to allocate memory", "out of memory", "BFCArena", "CUDA_ERROR_OUT_OF_MEMORY"];

    // Errors of CUDA that stay with the process: every later call gives the same one.
    static readonly string[] DeviceLost =
    [
        "illegal memory access", "unspecified launch failure", "device-side assert", "misaligned address",
        "uncorrectable ECC error", "no CUDA-capable device", "device is lost", "fallen off the bus",
    ];

    public static RunFailure Classify(string message)
    {
        if (OutOfMemory.Any(text => message.Contains(text, StringComparison.OrdinalIgnoreCase)))
            return RunFailure.OutOfMemory;

        if (DeviceLost.Any(text => message.Contains(text, StringComparison.OrdinalIgnoreCase)))
            return RunFailure.DeviceLost;

        return message.Contains("[ErrorCode:InvalidArgument]", StringComparison.Ordinal)
            ? RunFailure.Rejected
            : RunFailure.Transient;
    }

    /// <summary>The text without what repeats the code, on one line.</summary>
    public static string Shorten(string message)
    {
        var line = message.AsSpan();
        var end = line.IndexOfAny('\r', '\n');
        if (end >= 0)
            line = line[..end];

        var code = line.IndexOf("] ", StringComparison.Ordinal);
        if (line.StartsWith("[ErrorCode:", StringComparison.Ordinal) && code > 0)
            line = line[(code + 2)..];

        return line.Length <= 300 ? line.ToString() : $"{line[..300]}…";
    }
}
