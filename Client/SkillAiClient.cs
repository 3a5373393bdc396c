using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using SkillAi.Queue.Contracts.DeadLetters;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Client;

/// <summary>Typed access to a SkillAi.Queue service. Every call throws <see cref="SkillAiException"/> when the service
/// answers with a problem, and <see cref="HttpRequestException"/> when it does not answer.</summary>
/// <param name="http">Its base address is the service's.</param>
public sealed class SkillAiClient(HttpClient http)
{
    /// <summary>Submits one request.</summary>
    /// <param name="wait">How long to wait for the result in this call; null: return at once.</param>
    /// <returns>The request, terminal when it ended within <paramref name="wait"/>.</returns>
    public async Task<RequestResource> SubmitAsync(
        SubmitRequest request, TimeSpan? wait, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/requests");
        message.Content = JsonContent.Create(request, WireJson.Default.SubmitRequest);
        if (wait is { } time)
            message.Headers.Add("Prefer", $"wait={Seconds(time)}");

        return await SendAsync(message, WireJson.Default.RequestResource, cancellationToken);
    }

    /// <summary>A request's state, held back up to <paramref name="wait"/> until it is terminal.</summary>
    public Task<RequestResource> GetRequestAsync(string id, TimeSpan? wait, CancellationToken cancellationToken) =>
        GetAsync($"/v1/requests/{id}{Wait(wait)}", WireJson.Default.RequestResource, cancellationToken);

    public async Task<RequestResource> CancelRequestAsync(string id, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Delete, $"/v1/requests/{id}");
        return await SendAsync(message, WireJson.Default.RequestResource, cancellationToken);
    }

    /// <summary>Submits a job: a body of item lines, streamed. Work begins while the body is still on its way.</summary>
    /// <param name="body">NDJSON, an item a line.</param>
    public async Task<JobResource> SubmitJobAsync(
        Stream body, JobParameters parameters, CancellationToken cancellationToken)
    {
        var version = parameters.Version is null ? "" : $"&version={Uri.EscapeDataString(parameters.Version)}";
        var priority = JsonNamingPolicy.SnakeCaseLower.ConvertName(parameters.Priority.ToString());
        using var message = new HttpRequestMessage(
            HttpMethod.Post, $"/v1/jobs?model={Uri.EscapeDataString(parameters.Model)}{version}&priority={priority}");
        message.Content = new StreamContent(body);
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        if (parameters.IsGzip)
            message.Content.Headers.ContentEncoding.Add("gzip");
        if (parameters.IdempotencyKey is { } key)
            message.Headers.Add(Contracts.HttpHeaders.IdempotencyKey, key);

        return await SendAsync(message, WireJson.Default.JobResource, cancellationToken);
    }

    /// <summary>A job's state, held back up to <paramref name="wait"/> until it is terminal.</summary>
    public Task<JobResource> GetJobAsync(string id, TimeSpan? wait, CancellationToken cancellationToken) =>
        GetAsync($"/v1/jobs/{id}{Wait(wait)}", WireJson.Default.JobResource, cancellationToken);

    /// <summary>Jobs, newest first; pass <see cref="JobList.Next"/> for the page after.</summary>
    public Task<JobList> ListJobsAsync(string? after, int limit, CancellationToken cancellationToken) =>
        GetAsync(
            string.Create(CultureInfo.InvariantCulture, $"/v1/jobs?limit={limit}{(after is null ? "" : $"&after={after}")}"),
            WireJson.Default.JobList, cancellationToken);

    public Task<JobResource> CancelJobAsync(string id, CancellationToken cancellationToken) =>
        ChangeJobAsync(id, "cancel", cancellationToken);

    /// <summary>Holds a job back; what of it is on its way is finished.</summary>
    public Task<JobResource> PauseJobAsync(string id, CancellationToken cancellationToken) =>
        ChangeJobAsync(id, "pause", cancellationToken);

    public Task<JobResource> ResumeJobAsync(string id, CancellationToken cancellationToken) =>
        ChangeJobAsync(id, "resume", cancellationToken);

    /// <summary>Result lines in item order, as far as the job has come; dispose the stream.</summary>
    /// <param name="from">Index of the first item.</param>
    public async Task<Stream> OpenResultsAsync(string id, long from, CancellationToken cancellationToken)
    {
        var response = await http.GetAsync(
            string.Create(CultureInfo.InvariantCulture, $"/v1/jobs/{id}/results?from={from}"),
            HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            using (response)
                throw await SkillAiException.FromAsync(response, cancellationToken);
        }

        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    /// <summary>What the service gave up on, newest first. A page may be short: go on while it names a next one.</summary>
    public Task<DeadLetterList> ListDeadLettersAsync(DeadLetterFilter filter, int limit, CancellationToken cancellationToken) =>
        GetAsync(
            string.Create(CultureInfo.InvariantCulture, $"/v1/dead-letters?limit={limit}{Query(filter)}"),
            WireJson.Default.DeadLetterList, cancellationToken);

    /// <param name="withPayload">Whether the item itself is wanted.</param>
    public Task<DeadLetterResource> GetDeadLetterAsync(string id, bool withPayload, CancellationToken cancellationToken) =>
        GetAsync(
            $"/v1/dead-letters/{id}{(withPayload ? "?payload=true" : "")}", WireJson.Default.DeadLetterResource, cancellationToken);

    /// <summary>Has the item tried again.</summary>
    public async Task<DeadLetterResource> ReplayDeadLetterAsync(string id, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, $"/v1/dead-letters/{id}/replay");
        return await SendAsync(message, WireJson.Default.DeadLetterResource, cancellationToken);
    }

    /// <summary>Has a batch of those that match tried again; go on with <see cref="DeadLetterBatch.Next"/>.</summary>
    public async Task<DeadLetterBatch> ReplayDeadLettersAsync(DeadLetterFilter filter, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/dead-letters/replay");
        message.Content = JsonContent.Create(filter, WireJson.Default.DeadLetterFilter);
        return await SendAsync(message, WireJson.Default.DeadLetterBatch, cancellationToken);
    }

    public async Task DeleteDeadLetterAsync(string id, CancellationToken cancellationToken)
    {
        using var response = await http.DeleteAsync($"/v1/dead-letters/{id}", cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw await SkillAiException.FromAsync(response, cancellationToken);
    }

    /// <summary>Deletes a batch of those that match; go on with <see cref="DeadLetterBatch.Next"/>.</summary>
    public async Task<DeadLetterBatch> DeleteDeadLettersAsync(DeadLetterFilter filter, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Delete, $"/v1/dead-letters?{Query(filter).TrimStart('&')}");
        return await SendAsync(message, WireJson.Default.DeadLetterBatch, cancellationToken);
    }

    static string Query(DeadLetterFilter filter)
    {
        var query = new StringBuilder();
        Add("reason", filter.Reason);
        Add("model", filter.Model);
        Add("version", filter.Version);
        Add("job", filter.Job);
        Add("request", filter.Request);
        Add("since", filter.Since?.ToString("O", CultureInfo.InvariantCulture));
        Add("all", filter.All ? "true" : null);
        Add("after", filter.After);
        return query.ToString();

        void Add(string name, string? value)
        {
            if (value is not null)
                query.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
    }

    async Task<JobResource> ChangeJobAsync(string id, string action, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, $"/v1/jobs/{id}/{action}");
        return await SendAsync(message, WireJson.Default.JobResource, cancellationToken);
    }

    async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(message, type, cancellationToken);
    }

    async Task<T> SendAsync<T>(HttpRequestMessage message, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await http.SendAsync(message, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw await SkillAiException.FromAsync(response, cancellationToken);

        return await response.Content.ReadFromJsonAsync(type, cancellationToken)
            ?? throw new SkillAiException((int)response.StatusCode, "The service answered with an empty document.");
    }

    static string Wait(TimeSpan? wait) => wait is { } time ? $"?wait={Seconds(time)}" : "";

    static string Seconds(TimeSpan time) => ((int)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
