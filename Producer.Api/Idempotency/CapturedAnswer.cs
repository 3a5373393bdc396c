using Microsoft.AspNetCore.Http.Features;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Idempotency;

/// <summary>Holds an answer back until it is kept. Only for routes whose answers are small.</summary>
sealed class CapturedAnswer : IDisposable
{
    readonly HttpContext _context;
    readonly IHttpResponseBodyFeature _wire;
    readonly MemoryStream _body = new();

    public CapturedAnswer(HttpContext context)
    {
        _context = context;
        _wire = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(_body, _wire));
    }

    ReadOnlyMemory<byte> Body => _body.GetBuffer().AsMemory(0, (int)_body.Length);

    public KeyedAnswer ToAnswer() => new(
        _context.Response.StatusCode, _context.Response.Headers.Location, _context.Response.ContentType, Body);

    /// <summary>Lets the answer go out.</summary>
    public Task SendAsync()
    {
        Restore();
        return _context.Response.Body.WriteAsync(Body, _context.RequestAborted).AsTask();
    }

    public void Restore() => _context.Features.Set(_wire);

    public void Dispose() => _body.Dispose();
}
