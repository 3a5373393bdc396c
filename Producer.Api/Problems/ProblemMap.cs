using System.Text.Json;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Problems;

/// <summary>The one place that knows which exception means which problem.</summary>
static class ProblemMap
{
    /// <summary>The problem, or null for an exception that nobody foresaw.</summary>
    public static Problem? Find(Exception exception) => exception switch
    {
        ProblemException known => known.Problem,
        BrokerRefusedException => Problem.QueueFull(),
        BrokerUnavailableException => Problem.BrokerUnavailable(),
        StoreUnavailableException => Problem.StoreUnavailable(),
        JsonException malformed => Problem.Unreadable(Position(malformed)),
        BadHttpRequestException { StatusCode: 413 } => Problem.TooLarge("The body is larger than this route takes."),
        BadHttpRequestException { StatusCode: 408 } => new(408, "too-slow", "The body arrived too slowly"),
        BadHttpRequestException bad => new(bad.StatusCode, "malformed", "The request cannot be read", bad.Message),
        _ => null,
    };

    /// <summary>For a response that something else ended with a bare status code.</summary>
    public static Problem ForStatus(int status) => status switch
    {
        404 => Problem.NoRoute(),
        405 => Problem.MethodNotAllowed(),
        413 => Problem.TooLarge("The body is larger than this route takes."),
        415 => Problem.UnsupportedMediaType("See the description of the route."),
        _ => new(status, "http", Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status)),
    };

    static string Position(JsonException malformed) =>
        $"Not valid JSON at line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}.";
}
