using SkillAi.Queue.Producer.Problems;

namespace SkillAi.Queue.Producer.Security;

/// <summary>Before all routes: what <see cref="OriginPolicy"/> refuses ends here.</summary>
sealed class OriginMiddleware(RequestDelegate next, OriginPolicy origins)
{
    public Task InvokeAsync(HttpContext context) => origins.IsForeign(context.Request)
        ? throw new ProblemException(Problem.ForeignOrigin())
        : next(context);
}
