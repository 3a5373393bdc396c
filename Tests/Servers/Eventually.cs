namespace SkillAi.Queue.Tests.Servers;

/// <summary>For what happens soon on another thread or in another process: asks until it is so.</summary>
static class Eventually
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static Task IsTrueAsync(Func<bool> condition) => IsTrueAsync(() => Task.FromResult(condition()));

    /// <summary>Fails when it takes too long.</summary>
    /// <param name="what">Said then.</param>
    public static async Task IsTrueAsync(Func<Task<bool>> condition, string what = "It") =>
        Assert.True(await HappensAsync(condition), $"{what} did not become true in time.");

    public static Task<bool> HappensAsync(Func<bool> condition) => HappensAsync(() => Task.FromResult(condition()));

    /// <returns>Whether it became true while one may reasonably wait for it.</returns>
    public static async Task<bool> HappensAsync(Func<Task<bool>> condition, TimeSpan? patience = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > (patience ?? Patience))
                return false;

            await Task.Delay(Pause, TimeProvider.System);
        }

        return true;
    }
}
