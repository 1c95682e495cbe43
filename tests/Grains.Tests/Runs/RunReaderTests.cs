using AsyncOpt.Core;
using AsyncOpt.Experiments;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Reporting.Gateway;
using Microsoft.Extensions.Options;

namespace AsyncOpt.Grains.Tests.Runs;

public sealed class RunReaderTests : IDisposable
{
    const string OnFile = """
        workers: 2
        problem: { name: logistic-regression, regularization: 0.1, data: { name: csv, file: FILE, label: y } }
        method: { name: async-sgd, step: 0.1 }
        compute: { per-task: 10ms }
        stop: { time: 2s }
        samples: 4
        """;

    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;

    public RunReaderTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "data"));
        foreach (var place in (string[])["outside.csv", "data/inside.csv"])
            File.WriteAllText(Path.Combine(_folder, place), "a,y\n1,0\n2,1\n3,0\n4,1\n");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Partitions_threads_and_metrics_of_the_request_are_those_of_the_plan()
    {
        var request = Requests.Of() with { Partitions = 3, Threads = 2, Metrics = false };

        var plan = RunReader.Applied(Read(request).Arms[0].PlanWithoutOptimum(0), request);

        Assert.Equal((3, 2, false), (plan.Partitions, plan.Threads, plan.Metrics));
    }

    [Fact]
    public void A_file_inside_the_data_folder_is_read() =>
        Assert.Single(Read(Requests.Of("file", OnFile.Replace("FILE", "inside.csv"))).Arms);

    [Theory]
    [InlineData("../outside.csv")]
    [InlineData("/etc/passwd")]
    [InlineData("x/../../outside.csv")]
    public void Files_outside_the_data_folder_are_refused(string file)
    {
        var e = Assert.Throws<InputException>(() => Read(Requests.Of("file", OnFile.Replace("FILE", file))));

        Assert.Contains($"'{file}' is outside the silo's data folder", e.Message);
    }

    [Fact]
    public void Data_that_are_not_here_are_named()
    {
        var e = Assert.Throws<InputException>(() => Read(Requests.Of("file", OnFile.Replace("FILE", "missing.csv"))));

        Assert.Contains("the silo has no data file or set 'missing.csv'", e.Message);
    }

    [Fact]
    public void Everything_wrong_beside_the_specification_is_said_at_once()
    {
        var e = Assert.Throws<InputException>(() => Read(Requests.Of("../up") with
        {
            Arm = "",
            Repetition = -1,
            Partitions = 0,
            Threads = 5000,
            TimeFactor = double.NaN,
            Mode = RunMode.Live,
            CheckpointEvery = -2,
        }));

        Assert.Equal(
            ["name", "arm", "repetition", "partitions", "threads", "timeFactor", "checkpointEvery", "checkpointEvery"],
            e.Message.Split('\n').Select(line => line.Split(':')[0]));
    }

    [Fact]
    public void A_live_run_that_is_over_before_a_timer_fires_is_refused()
    {
        var live = Requests.Of() with { Mode = RunMode.Live };

        var e = Assert.Throws<InputException>(() => Read(live with { TimeFactor = 1e-9 }));

        Assert.Equal("timeFactor: with 1E-09, stop.time of 2 s would be over after 2e-9 s on the wall, and timers tick "
            + "every 1 ms; expected at least 5e-3, or 0 for as fast as it goes", e.Message);
        Assert.Single(Read(live with { TimeFactor = 0.005 }).Arms);
        Assert.Single(Read(live with { TimeFactor = 0 }).Arms);
    }

    [Fact]
    public void Several_arms_are_several_runs()
    {
        var text = Requests.Specification + "\narms: { a: {}, b: { method: { step: 0.2 } } }";

        var e = Assert.Throws<InputException>(() => Read(Requests.Of("two", text)));

        Assert.Contains("expected one arm, got 2", e.Message);
    }

    [Fact]
    public void A_device_that_the_silo_lacks_is_refused_and_so_is_any_in_a_live_run()
    {
        var cuda = Requests.Of("cuda", Requests.Specification + "\ndevice: cuda");

        Assert.Equal(
            "specification: device: cuda cannot be had here, this silo evaluates on its processor: set device: cpu, or "
            + "run without --silo", Assert.Throws<InputException>(() => Read(cuda)).Message);
        Assert.Equal(
            "specification: device: cuda is for runs in virtual time: the agents of a live run evaluate on the processors "
            + "of their silos; set device: cpu",
            Assert.Throws<InputException>(() => Read(cuda with { Mode = RunMode.Live })).Message);
        Assert.Single(Read(Requests.Of("auto", Requests.Specification + "\ndevice: auto")).Arms);
    }

    Experiment Read(RunRequest request)
    {
        var options = Options.Create(new GrainsOptions());
        var data = new SiloData(Path.Combine(_folder, "data"), programFolder: _folder);
        return new RunReader(options, data, new NoDevices()).Read(request, data.Locate, new ResourceCache());
    }
}
