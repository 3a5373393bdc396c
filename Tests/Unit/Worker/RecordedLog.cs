using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SkillAi.Queue.Tests.Unit.Worker;

/// <summary>Keeps what was logged at Information or above.</summary>
sealed class RecordedLog : ILogger
{
    public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = new();

    public bool IsEnabled(LogLevel level) => level >= LogLevel.Information;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(
        LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format)
    {
        if (IsEnabled(level))
            Lines.Enqueue((level, format(state, exception)));
    }
}
