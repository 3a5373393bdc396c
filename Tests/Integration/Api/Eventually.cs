namespace SkillAi.Queue.Tests.Integration.Api;

/// <summary>For what happens soon on another thread: asks until it is so, and fails when it takes too long.</summary>
static class Eventually
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task IsTrueAsync(Func<bool> condition) => IsTrueAsync(() => Task.FromResult(condition()));

    /// <param name="what">Said when it does not become true.</param>
    public static async Task IsTrueAsync(Func<Task<bool>> condition, string what = "It")
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"{what} did not become true in time.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }
}
