using System.Net;
using System.Text.Json.Nodes;
using AsyncOpt.Client.Remote;
using AsyncOpt.Client.Running;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Client.Tests;

public sealed class RemoteRunTests : IDisposable
{
    const string Silo = "http://silo.test:8080";

    readonly FakeShell _shell = new() { Width = 120 };
    readonly string _file;
    readonly string _out;

    public RemoteRunTests()
    {
        _file = _shell.Experiment();
        _out = Path.Combine(_shell.Folder, "out");
    }

    public void Dispose() => _shell.Dispose();

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("0123456789abcdef\r\n", "0123456789abcdef")]
    [InlineData("of two words", "of two words")]
    public void A_key_is_taken_without_the_line_break_behind_it(string? text, string? key) =>
        Assert.Equal(key, GatewayClient.KeyOf(text));

    [Theory]
    [InlineData("a\nb")]
    [InlineData("schlüssel")]
    public void A_key_that_no_header_can_have_is_refused(string text) => Assert.StartsWith(
        "ASYNCOPT_API_KEY: expected letters, digits and signs of ASCII",
        Assert.Throws<Core.InputException>(() => GatewayClient.KeyOf(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_run_on_a_silo_gives_the_table_and_the_folders_of_one_in_this_process()
    {
        Assert.Equal(0, _shell.Run("run", _file, "--out", Path.Combine(_shell.Folder, "here"), "--quiet"));
        var (here, summary) = (_shell.Out, File.ReadAllText(Path.Combine(_shell.Folder, "here", "summary.csv")));
        using var gateway = Gateway(new FakeGateway());

        Assert.Equal(0, Run("--quiet"));

        Assert.Equal(summary, File.ReadAllText(Path.Combine(_out, "summary.csv")));
        Assert.Equal(Table(here), Table(_shell.Out[here.Length..]));
        Assert.Equal("Bearer secret", gateway.Key);
        foreach (var arm in (string[])["async", "minibatch"])
            foreach (var k in (int[])[0, 1])
            {
                var folder = RunFolder.PathOf(_out, arm, k);
                Assert.True(RunFolder.IsWhole(folder));
                Assert.Equal("a log", File.ReadAllText(Path.Combine(folder, "order.log")));
            }
        Assert.Equal("warning: the silo warns (in all arms)" + Environment.NewLine, _shell.Error);
    }

    [Fact]
    public void A_silo_is_told_the_whole_specification_with_the_seeds_of_the_run_and_all_options()
    {
        using var gateway = Gateway(new FakeGateway());

        Run("--seed", "40", "--jobs", "1", "--mode", "live", "--time-factor", "0.5", "--replay-log", "--no-metrics",
            "--threads", "3", "--set", "stop.time=3s");

        Assert.Equal(
            ["async 0", "async 1", "minibatch 0", "minibatch 1"],
            gateway.Submitted.Select(r => $"{r.Arm} {r.Repetition}"));
        var last = gateway.Submitted[^1];
        Assert.Equal(("small", RunMode.Live, 0.5, true, false, 3),
            (last.Name, last.Mode, last.TimeFactor, last.ReplayLog, last.Metrics, last.Threads));
        var specification = JsonNode.Parse(last.Specification)!;
        Assert.Equal(
            ("minibatch-sgd", 3, 41),
            ((string?)specification["method"]!["name"], (double)specification["stop"]!["time"]!,
                (int)specification["seed"]!["run"]!));
    }

    [Fact]
    public void Runs_without_the_log_that_is_asked_for_now_are_told_with_what_makes_them_anew()
    {
        using var gateway = Gateway(new FakeGateway());
        Run("--mode", "live");
        var before = _shell.Out.Length;

        Run("--mode", "live", "--replay-log");

        var said = _shell.Out[before..];
        Assert.Contains("4 of 4 runs are there already and are not made again", said, StringComparison.Ordinal);
        Assert.Contains("4 of them have no replay log, which --replay-log asks for, such as ", said, StringComparison.Ordinal);
        Assert.Contains("; --fresh makes all runs anew, with logs", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_breaks_is_picked_up_where_it_broke()
    {
        var gateway = new FakeGateway { Lines = 6 };
        // Broken at once, in the middle of an event, and ended without an end.
        foreach (var events in (int[])[0, 2, 1])
            gateway.Breaks.Enqueue(events);
        using var client = gateway.Client(new Uri(Silo));
        var heard = new Heard();

        var request = new RunRequest { Name = "x", Arm = "y", Specification = "{}" };
        var run = new RemoteRun(client, (await client.Submit(request, TestContext.Current.CancellationToken)).Id);

        var status = await run.Follow(heard, TestContext.Current.CancellationToken);

        Assert.Equal(RunState.Ended, status.State);
        Assert.Equal([1, 2, 3, 4, 5, 6], heard.Times);
        string[] each =
        [
            $"lost the connection to {Silo} (the connection was reset); trying again for 0 s",
            $"connected to {Silo} again",
        ];
        Assert.Equal([.. each, .. each, .. each], heard.Said);
        Assert.Equal(
            ["GET /runs/run-1/progress", "GET /runs/run-1/progress", "GET /runs/run-1/progress after 2",
                "GET /runs/run-1/progress after 3"],
            gateway.Requests.Skip(1));
    }

    [Fact]
    public async Task A_run_that_was_begun_again_is_said_to_be()
    {
        var gateway = new FakeGateway { Lines = 4, Times = [0, 2.5, 0, 1.25] };
        using var client = gateway.Client(new Uri(Silo));
        var heard = new Heard();
        var request = new RunRequest { Name = "x", Arm = "y", Specification = "{}" };
        var run = new RemoteRun(client, (await client.Submit(request, TestContext.Current.CancellationToken)).Id);

        await run.Follow(heard, TestContext.Current.CancellationToken);

        Assert.Equal([0, 2.5, 0, 1.25], heard.Times);
        Assert.Equal(
            "its silo was lost or stopped after t = 2.50 s; it was begun again from t = 0 s", Assert.Single(heard.Said));
    }

    /// <summary>What is told of a run.</summary>
    sealed class Heard : IRunProgress
    {
        public List<double> Times { get; } = [];

        public List<string> Said { get; } = [];

        public void Say(string what) => Said.Add(what);

        public void Report(RunProgress progress) => Times.Add(progress.VirtualTime);

        public void End()
        {
        }

        public void Dispose()
        {
        }
    }

    [Theory]
    [InlineData()]
    [InlineData("--fresh")]
    public void A_silo_that_is_not_there_leaves_the_runs_that_are(params string[] more)
    {
        using var gateway = Gateway(new FakeGateway());
        Assert.Equal(0, Run("--quiet"));
        var manifest = Path.Combine(RunFolder.PathOf(_out, "async", 0), RunFolder.ManifestFile);
        var before = File.ReadAllText(manifest);
        gateway.Before = _ => throw new HttpRequestException("connection refused");

        Assert.Equal(1, Run(["--quiet", "--set", "stop.time=3s", .. more]));

        Assert.StartsWith($"{Silo} cannot be reached: connection refused", Assert.Single(Errors()[^1..]));
        Assert.Equal(before, File.ReadAllText(manifest));
        Assert.Equal([_out], Directory.GetDirectories(_shell.Folder, "out*"));
    }

    [Fact]
    public void A_connection_that_is_lost_for_good_names_the_run_and_how_to_come_back()
    {
        var gateway = Gateway(new FakeGateway());
        gateway.Before = request =>
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("progress", StringComparison.Ordinal))
                throw new HttpRequestException("connection refused");
        };

        Assert.Equal(1, Run("--seeds", "1", "--jobs", "1", "--quiet"));
        Assert.StartsWith($"lost the connection to {Silo} (", _shell.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"run run-1 goes on there as soon as a silo of its cluster is up: 'asyncopt runs run-1 --out DIR --silo {Silo}' "
                + "then follows it", _shell.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Where_a_gateway_is_lost_the_next_one_serves_the_same_runs()
    {
        using var gateway = Gateway(new FakeGateway { Lines = 4 });
        gateway.Breaks.Enqueue(2);
        var (lost, asked) = ("", new List<string>());
        gateway.Before = request =>
        {
            asked.Add(request.RequestUri!.Authority);
            if (request.RequestUri.Authority == lost)
                throw new HttpRequestException("connection refused");
            // Once its stream is open, the first one is lost.
            if (request.RequestUri.AbsolutePath.EndsWith("progress", StringComparison.Ordinal))
                lost = "silo.test:8080";
        };

        var code = _shell.Run(
            "run", _file, "--seeds", "1", "--jobs", "1", "--out", _out, "--silo", $"{Silo}, http://other.test:8080/");

        Assert.True(code == 0, _shell.Error);
        Assert.Equal(2, gateway.Submitted.Count);
        Assert.Contains("connected to http://other.test:8080 again", _shell.Error, StringComparison.Ordinal);
        // The lost one was asked once more, and never again.
        Assert.Equal(asked.LastIndexOf("silo.test:8080"), asked.IndexOf("other.test:8080") - 1);
        Assert.Contains("GET /runs/run-1/progress after 2", gateway.Requests);
    }

    [Fact]
    public void Where_no_gateway_can_be_reached_the_message_says_of_how_many()
    {
        using var gateway = Gateway(new FakeGateway());
        gateway.Before = _ => throw new HttpRequestException("connection refused");

        Assert.Equal(1, _shell.Run("run", _file, "--quiet", "--out", _out, "--silo", $"{Silo},http://other.test"));

        Assert.EndsWith(
            "cannot be reached: connection refused; nor can the other 1 of --silo or ASYNCOPT_SILO",
            Assert.Single(Errors()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_submission_that_cannot_be_kept_for_a_moment_is_sent_again_under_the_same_key()
    {
        using var gateway = Gateway(new FakeGateway());
        var keys = new List<string?>();
        gateway.Before = request =>
        {
            if (request.Method == HttpMethod.Post)
                keys.Add(GatewayJson.Read<RunRequest>(request.Content!.ReadAsStringAsync().Result).Key);
        };
        for (var k = 0; k < 2; k++)
            gateway.Answers.Enqueue(FakeGateway.Problem(HttpStatusCode.ServiceUnavailable, "PostgreSQL cannot be used"));

        Assert.Equal(0, Run("--seeds", "1", "--jobs", "1"));

        Assert.Equal([keys[0], keys[0], keys[0]], keys.Take(3));
        Assert.Equal(4, keys.Count);
        Assert.NotEqual(keys[0], keys[3]);
        Assert.Contains(
            $"async: {Silo} fails: PostgreSQL cannot be used; trying again", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_ones_own_is_sent_once_for_all_runs_that_name_it()
    {
        var targets = Path.Combine(_shell.Folder, "targets.csv");
        File.WriteAllText(targets, "1,2\n");
        var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("1,2\n"u8));
        using var gateway = Gateway(new FakeGateway());

        var code = Run("--quiet", "--jobs", "1", "--set", "problem.targets=null", $"problem.file={targets}");

        Assert.True(code == 0, _shell.Error);

        Assert.Equal((sha256, "1,2\n"), (Assert.Single(gateway.Sent).Key, gateway.Sent[sha256]));
        Assert.Equal(4, gateway.Submitted.Count);
        Assert.All(gateway.Submitted, r => Assert.Equal(new InputFile("", targets, targets, 4, sha256), Assert.Single(r.Inputs)));
    }

    [Fact]
    public async Task A_silent_stream_counts_as_broken()
    {
        await using var never = new IdleTimeoutStream(new SilentStream(), TimeSpan.FromMilliseconds(1));

        var broken = await Assert.ThrowsAsync<IOException>(
            () => never.ReadAsync(new byte[1], TestContext.Current.CancellationToken).AsTask());

        Assert.StartsWith("nothing came", broken.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, 2, "small.yaml: method.step: too large")]
    [InlineData(HttpStatusCode.Unauthorized, 2, Silo + " refuses: why")]
    [InlineData(HttpStatusCode.RequestEntityTooLarge, 2, Silo + " refuses: why")]
    [InlineData(HttpStatusCode.InternalServerError, 1, Silo + " fails: why")]
    public void A_refusal_is_one_message(HttpStatusCode status, int code, string words)
    {
        var errors = new JsonObject { ["specification"] = new JsonArray("small.yaml: method.step: too large") };
        var gateway = Gateway(new FakeGateway());
        gateway.Answers.Enqueue(FakeGateway.Problem(status, "why.", errors));

        Assert.Equal(code, Run("--jobs", "1", "--quiet"));
        Assert.Contains(words, Assert.Single(Errors()), StringComparison.Ordinal);
        Assert.Single(gateway.Requests);
    }

    [Fact]
    public void A_silo_without_room_is_asked_again_and_then_given_up()
    {
        var gateway = Gateway(new FakeGateway());
        for (var k = 0; k < 2; k++)
            gateway.Answers.Enqueue(Full());
        Assert.Equal(0, Run("--seeds", "1", "--jobs", "1"));
        Assert.Contains($"async: {Silo} has no room: 4 runs at a time; waiting", _shell.Error, StringComparison.Ordinal);

        gateway.Answers.Enqueue(null); // there is a gateway
        for (var k = 0; k < 5; k++)
            gateway.Answers.Enqueue(Full());
        Assert.Equal(1, Run("--seeds", "1", "--jobs", "1", "--quiet", "--fresh"));
        Assert.Equal($"{Silo} has no room: 4 runs at a time", Errors()[^1]);
    }

    [Theory]
    [InlineData("http://silo.test:8080", "cannot be reached: no such host is known; is a silo running there?")]
    [InlineData("silo.test", "--silo expects an address such as http://localhost:5080; got 'silo.test'")]
    public void A_silo_that_is_not_there_is_told_at_once(string silo, string words)
    {
        Assert.NotEqual(0, _shell.Run("run", _file, "--quiet", "--out", _out, "--silo", silo));
        Assert.Contains(words, Assert.Single(Errors()), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_gateway_is_said_so()
    {
        var gateway = Gateway(new FakeGateway());
        gateway.Answers.Enqueue(new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new StringContent("<html>") });
        Assert.Equal(2, Run("--jobs", "1", "--quiet"));
        gateway.Answers.Enqueue(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("<html>") });
        Assert.Equal(2, Run("--jobs", "1", "--quiet"));

        Assert.All(Errors(), e => Assert.StartsWith(
            $"{Silo} answers, but not as a gateway of AsyncOpt", e, StringComparison.Ordinal));
    }

    [Fact]
    public void Control_c_cancels_the_run_and_brings_what_there_is()
    {
        var gateway = Gateway(new FakeGateway());
        gateway.Before = request =>
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("progress", StringComparison.Ordinal))
                _shell.PressControlC();
        };

        Assert.Equal(1, Run("--jobs", "1", "--quiet"));

        Assert.Contains("DELETE /runs/run-1", gateway.Requests);
        var folder = RunFolder.PathOf(_out, "async", 0);
        Assert.Equal(Outcome.Cancelled, StoredRun.Read(folder).Record.Outcome);
        Assert.Contains("async seed-0: cancelled: cancelled at 1 s", _shell.Error, StringComparison.Ordinal);
        Assert.Contains("4 of 4 runs are missing; the same command makes them", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_fails_on_the_silo_says_why()
    {
        Gateway(new FakeGateway { End = RunState.Failed });

        Assert.Equal(1, Run("--seeds", "1", "--jobs", "1", "--quiet"));
        Assert.Equal($"async: run run-1 at {Silo} failed: data set 'a9a' is not here", Assert.Single(Errors()));
    }

    [Theory]
    [InlineData("1e-9", 2)]
    [InlineData("0.004", 2)]
    [InlineData("0.005", 0)]
    [InlineData("0", 0)]
    public void A_time_factor_at_which_no_timer_fires_is_refused_and_older_runs_stay(string factor, int code)
    {
        using var gateway = Gateway(new FakeGateway());
        Assert.Equal(0, Run("--quiet"));

        Assert.Equal(code, Run("--quiet", "--mode", "live", "--time-factor", factor));

        Assert.Equal(
            code == 0, Directory.EnumerateDirectories(_shell.Folder, "*.earlier-*", SearchOption.AllDirectories).Any());
        if (code != 0)
            Assert.Contains("expected at least 5e-3, or 0 for as fast as it goes", _shell.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("it needs --mode live", "--replay-log")]
    [InlineData("it needs --mode live", "--silos", "3")]
    [InlineData("it needs --mode live", "--mode", "virtual", "--telemetry", "http://a")]
    [InlineData("it needs --silo URL", "--checkpoint-every", "1")]
    [InlineData("a live run has none", "--mode", "live", "--checkpoint-every", "1")]
    [InlineData("a live run has none", "--mode", "live", "--partitions", "2")]
    [InlineData("live agents compute on the processor", "--mode", "live", "--device", "cuda")]
    [InlineData("the experiment says it, as in --set device=cuda", "--silo", Silo, "--device", "cuda")]
    [InlineData("--silos expects at most 32; got '33'", "--mode", "live", "--silos", "33")]
    [InlineData("--silos is for silos of this process", "--silo", Silo, "--mode", "live", "--silos", "3")]
    [InlineData("--telemetry is for silos of this process", "--silo", Silo, "--mode", "live", "--telemetry", "http://a")]
    [InlineData("a silo has plug-ins and data of its own", "--silo", Silo, "--plugin", "x.dll")]
    [InlineData("a silo has plug-ins and data of its own", "--silo", Silo, "--data", "x")]
    [InlineData("it needs --mode live", "--silo", Silo, "--time-factor", "2")]
    [InlineData("is for virtual time", "--silo", Silo, "--mode", "live", "--partitions", "2")]
    [InlineData("of at least 0; got '-1'", "--silo", Silo, "--mode", "live", "--time-factor", "-1")]
    public void Options_that_make_no_sense_together_are_refused(string words, params string[] options)
    {
        Assert.Equal(2, _shell.Run(["run", _file, .. options]));
        Assert.Contains(words, _shell.Error, StringComparison.Ordinal);
    }

    FakeGateway Gateway(FakeGateway gateway)
    {
        _shell.Gateway = gateway.Client;
        return gateway;
    }

    static HttpResponseMessage Full()
    {
        var answer = FakeGateway.Problem(HttpStatusCode.TooManyRequests, "4 runs at a time");
        answer.Headers.RetryAfter = new(TimeSpan.Zero);
        return answer;
    }

    // Without the lines on folders and wall time.
    static string Table(string output) => output[..output.IndexOf("run folders: ", StringComparison.Ordinal)];

    string[] Errors() => _shell.Error.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    int Run(params string[] more) => _shell.Run(["run", _file, "--out", _out, "--silo", Silo, .. more]);

    sealed class SilentStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }

    [Fact]
    public void A_silo_that_cannot_be_reached_ends_no_run()
    {
        Assert.Equal(1, _shell.Run("run", _file, "--silo", Silo, "--out", _out));

        Assert.StartsWith($"{Silo} cannot be reached", _shell.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("ended", _shell.Error, StringComparison.Ordinal);
    }
}
