using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AsyncOpt.Client.Remote;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Client.Tests;

/// <summary>A gateway in this process, by the contract of HTTP. Its runs end when their streams are read to the end.</summary>
sealed class FakeGateway : HttpMessageHandler
{
    readonly Lock _lock = new();
    readonly Dictionary<string, Run> _runs = [];

    /// <summary>Lines of progress of each run.</summary>
    public int Lines { get; init; } = 3;

    /// <summary>Their virtual times; null for 1, 2, ...</summary>
    public double[]? Times { get; init; }

    /// <summary>How many events each connection to a progress stream carries before it breaks; the last one is whole.</summary>
    public Queue<int> Breaks { get; } = new();

    /// <summary>Answers in place of those of the contract, the first ones first; null for that of the contract.</summary>
    public Queue<HttpResponseMessage?> Answers { get; } = new();

    /// <summary>Called before a request is answered.</summary>
    public Action<HttpRequestMessage>? Before { get; set; }

    public List<RunRequest> Submitted { get; } = [];

    /// <summary>Files that were sent, by their checksums.</summary>
    public Dictionary<string, string> Sent { get; } = [];

    /// <summary>Method, path and Last-Event-ID of every request.</summary>
    public List<string> Requests { get; } = [];

    public string? Key { get; private set; }

    /// <summary>How runs end that are not cancelled.</summary>
    public RunState End { get; init; } = RunState.Ended;

    public GatewayClient Client(Uri silo) => new(silo, "secret", this)
    {
        RetryDelays = [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(1), 3)],
    };

    public static HttpResponseMessage Problem(HttpStatusCode status, string detail, JsonNode? errors = null) => new(status)
    {
        Content = new StringContent(
            new JsonObject { ["title"] = "refused", ["detail"] = detail, ["errors"] = errors }.ToJsonString(),
            Encoding.UTF8, "application/problem+json"),
    };

    static HttpResponseMessage Missing(List<string> files) => new(HttpStatusCode.Conflict)
    {
        Content = new StringContent(
            new JsonObject { ["detail"] = "files are not here", ["missing"] = new JsonArray([.. files]) }.ToJsonString(),
            Encoding.UTF8, "application/problem+json"),
    };

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Before?.Invoke(request);
        cancellationToken.ThrowIfCancellationRequested();
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        lock (_lock)
        {
            var after = request.Headers.TryGetValues("Last-Event-ID", out var ids) ? ids.Single() : null;
            Requests.Add($"{request.Method} {request.RequestUri!.AbsolutePath}{(after is null ? "" : " after " + after)}");
            Key = request.Headers.Authorization?.ToString();
            return Answers.TryDequeue(out var answer) && answer is not null
                ? answer
                : Answer(request, body, after is null ? 0 : int.Parse(after));
        }
    }

    HttpResponseMessage Answer(HttpRequestMessage request, string body, int after)
    {
        var path = request.RequestUri!.AbsolutePath.Trim('/').Split('/');
        if (request.Method == HttpMethod.Put)
        {
            Sent.Add(path[1], body);
            return new HttpResponseMessage(HttpStatusCode.NoContent);
        }
        if (request.Method == HttpMethod.Post)
        {
            var inputs = GatewayJson.Read<RunRequest>(body).Inputs;
            if (inputs.Where(f => !Sent.ContainsKey(f.Sha256)).ToList() is { Count: > 0 } missing)
                return Missing(missing.ConvertAll(f => f.Sha256));
            Submitted.Add(GatewayJson.Read<RunRequest>(body));
            var created = new Run($"run-{Submitted.Count}", Submitted[^1]);
            _runs.Add(created.Id, created);
            return Json(Status(created), HttpStatusCode.Created);
        }
        if (path.Length == 1)
            return Json(_runs.Values.Reverse().Select(Status).ToArray());
        if (!_runs.TryGetValue(path[1], out var run))
            return Problem(HttpStatusCode.NotFound, $"there is no run {path[1]}; GET /runs lists those there are");
        if (request.Method == HttpMethod.Delete)
        {
            run.State = run.State == RunState.Running ? RunState.Cancelled : run.State;
            return Json(Status(run), HttpStatusCode.Accepted);
        }
        return path.ElementAtOrDefault(2) switch
        {
            null => Json(Status(run)),
            "progress" => Progress(run, after),
            "folder" when run.State == RunState.Running => Problem(HttpStatusCode.Conflict, "it still runs"),
            "folder" => new(HttpStatusCode.OK) { Content = new ByteArrayContent(Folder(run)) },
            _ => Problem(HttpStatusCode.NotFound, "nothing there"),
        };
    }

    HttpResponseMessage Progress(Run run, int after)
    {
        var (text, events) = (new StringBuilder(": hello\n\n"), 0);
        var most = Breaks.TryDequeue(out var left) ? left : int.MaxValue;
        for (var k = after + 1; k <= Lines && run.State == RunState.Running; k++)
        {
            if (events++ == most)
                return Stream(text.Append("event: progress\nid: ").ToString(), breaks: true);
            var progress = new RunProgress(k / (double)Lines, Times?[k - 1] ?? k, 100 * k, 10 * k, [("gap", double.NaN)]);
            text.Append($"event: progress\nid: {k}\ndata: {GatewayJson.Write(progress)}\n\n");
        }
        if (events == most)
            return Stream(text.ToString(), breaks: false);
        run.State = run.State == RunState.Running ? End : run.State;
        return Stream(text.Append($"event: end\ndata: {GatewayJson.Write(Status(run))}\n\n").ToString(), breaks: false);
    }

    static HttpResponseMessage Stream(string text, bool breaks) => new(HttpStatusCode.OK)
    {
        Content = new StreamContent(new BreakingStream(Encoding.UTF8.GetBytes(text), breaks)),
    };

    static HttpResponseMessage Json<T>(T value, HttpStatusCode status = HttpStatusCode.OK) => new(status)
    {
        Content = new StringContent(GatewayJson.Write(value), Encoding.UTF8, "application/json"),
    };

    static RunStatus Status(Run run) => new()
    {
        Id = run.Id,
        Name = run.Request.Name,
        Arm = run.Request.Arm,
        Repetition = run.Request.Repetition,
        Mode = run.Request.Mode,
        State = run.State,
        Submitted = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        HasRecord = run.State is RunState.Ended or RunState.Cancelled,
        Outcome = run.State switch
        {
            RunState.Ended => Outcome.BudgetSpent,
            RunState.Cancelled => Outcome.Cancelled,
            _ => null,
        },
        Reason = run.State == RunState.Failed ? "data set 'a9a' is not here" : null,
    };

    // The run folder as a silo writes it, replay log and all.
    static byte[] Folder(Run run)
    {
        using var experiment = new TemporaryFolder();
        var file = Path.Combine(experiment.Path, "run.yaml");
        File.WriteAllText(file, run.Request.Specification);
        var arm = Experiments.Experiment.Load(file, new() { OptimumFolder = experiment.Path }).Arms[0];
        var plan = arm.Plan(0);
        var record = FakeRecord.Of(plan) with { Warnings = ["the silo warns"] };
        if (run.State == RunState.Cancelled)
            record = record with { Outcome = Outcome.Cancelled, Reason = "cancelled at 1 s" };
        var folder = Path.Combine(experiment.Path, "folder");
        var names = (run.Request.Name, run.Request.Arm, run.Request.Repetition);
        RunFolder.Write(folder, RunFacts.Of(names, plan, JsonNode.Parse(run.Request.Specification)!, []) with
        {
            TimeFactor = run.Request.Mode == RunMode.Live ? run.Request.TimeFactor : null,
        }, record);
        File.WriteAllText(Path.Combine(folder, "order.log"), "a log");
        var archive = new MemoryStream();
        ZipFile.CreateFromDirectory(folder, archive);
        return archive.ToArray();
    }

    sealed class Run(string id, RunRequest request)
    {
        public string Id => id;

        public RunRequest Request => request;

        public RunState State { get; set; } = RunState.Running;
    }

    // Ends, or fails as a connection does that is cut.
    sealed class BreakingStream(byte[] bytes, bool breaks) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            breaks && Position == Length
                ? ValueTask.FromException<int>(new IOException("the connection was reset"))
                : base.ReadAsync(buffer, cancellationToken);
    }
}

sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("asyncopt-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
