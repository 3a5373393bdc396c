using System.Buffers;
using System.IO.Pipelines;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Problems;

namespace SkillAi.Queue.Producer.Requests;

/// <summary>Gets a submission out of an HTTP request.</summary>
static class RequestBody
{
    /// <summary>One item at its largest, with room for the other fields.</summary>
    const int MaxBytes = Limits.MaxItemBytes + 64 * 1024;

    public static async ValueTask<Submission> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        RequireJson(request);
        if (request.ContentLength > MaxBytes)
            throw TooLarge();

        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read.Buffer.Length > MaxBytes)
                throw TooLarge();

            if (read.IsCompleted)
                return Parse(reader, read.Buffer);

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    static Submission Parse(PipeReader reader, in ReadOnlySequence<byte> body)
    {
        try
        {
            if (body.IsEmpty)
                throw new ProblemException(Problem.NoBody());

            if (body.IsSingleSegment)
                return SubmissionReader.Read(body.FirstSpan);

            var rented = ArrayPool<byte>.Shared.Rent((int)body.Length);
            try
            {
                body.CopyTo(rented);
                return SubmissionReader.Read(rented.AsSpan(0, (int)body.Length));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
        finally
        {
            reader.AdvanceTo(body.End);
        }
    }

    static void RequireJson(HttpRequest request)
    {
        if (!request.HasJsonContentType())
            throw new ProblemException(Problem.UnsupportedMediaType("Send Content-Type: application/json."));
        if (request.Headers.ContentEncoding.Count > 0)
            throw new ProblemException(Problem.UnsupportedMediaType("This route takes no Content-Encoding."));
    }

    static ProblemException TooLarge() => new(Problem.TooLarge($"The body may be at most {MaxBytes} bytes."));
}
