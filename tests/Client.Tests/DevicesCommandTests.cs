using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Kernels.Devices;
using AsyncOpt.Kernels.Gpu;

namespace AsyncOpt.Client.Tests;

public class DevicesCommandTests
{
    static readonly DeviceDescription Card = new("Card", DeviceKind.Cuda, 8L << 30, "cuda: Card");
    static readonly DeviceDescription Chip = new("Chip", DeviceKind.Opencl, 2L << 30, "opencl: Chip");
    static readonly DeviceDescription Old = new("Old", DeviceKind.Cuda, 1L << 30, "cuda: Old") { Unfit = "it is old" };

    [Fact]
    public void Lists_the_processor_and_what_ILGPU_finds_beside_it()
    {
        using var shell = new FakeShell { Devices = new Devices() };

        Assert.Equal(0, shell.Run("devices"));
        Assert.Contains("SIMD kernels", shell.Out, StringComparison.Ordinal);
        Assert.Matches(@"- +CPUAccelerator .*does not qualify: it\s+emulates a device", shell.Out);
        Assert.Matches(@"Kernels through ILGPU \d", shell.Out);
    }

    [Fact]
    public void A_driver_that_breaks_the_search_is_told_where_a_device_is_asked_for()
    {
        using var shell = new FakeShell { Devices = new Devices(() => throw new InputException("a driver is broken")) };
        shell.RunForReal();

        Assert.Equal(2, shell.Run("run", shell.Experiment(), "--quiet", "--device", "cuda", "--out", Path.Combine(shell.Folder, "out")));
        Assert.Contains("a driver is broken", shell.Error, StringComparison.Ordinal);
        Assert.Equal(0, shell.Run("run", shell.Experiment(), "--quiet", "--out", Path.Combine(shell.Folder, "out")));
    }

    [Fact]
    public void Lists_devices_with_their_memory_and_why_they_do_not_qualify()
    {
        using var shell = new FakeShell { Devices = Found([Card, Old]), Width = 140 };

        Assert.Equal(0, shell.Run("devices"));
        Assert.Matches("cuda +Card +8.0 GiB", shell.Out);
        Assert.Matches("cuda +Old +1.0 GiB +does not qualify: it is old", shell.Out);
        Assert.Contains("Kernels through Fake 1", shell.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_takes_CUDA_then_OpenCL_then_the_processor()
    {
        Assert.Equal(Card, Found([Chip, Old, Card]).Open(DeviceChoice.Auto)!.Description);
        Assert.Equal(Chip, Found([Old, Chip]).Open(DeviceChoice.Auto)!.Description);
        Assert.Null(Found([Old]).Open(DeviceChoice.Auto));
        Assert.Null(Found([]).Open(DeviceChoice.Auto));
        Assert.Null(Found([Card]).Open(DeviceChoice.Cpu));
        Assert.Equal(Chip, Found([Card, Chip]).Open(DeviceChoice.Opencl)!.Description);
    }

    [Fact]
    public void A_device_that_is_not_there_is_one_message_with_a_remedy()
    {
        string Message(Devices devices, DeviceChoice choice) =>
            Assert.Throws<InputException>(() => devices.Open(choice)).Message;

        Assert.Equal(
            "device: opencl: there is none here. Here are: cpu, cuda (Card); choose one with --device or the key device",
            Message(Found([Card]), DeviceChoice.Opencl));
        Assert.Equal(
            "device: cuda: Old: it is old. Here are: cpu; choose one with --device or the key device",
            Message(Found([Old]), DeviceChoice.Cuda));
        Assert.Equal("the library is broken", new Devices(() => throw new InputException("the library is broken"))
            .Problem(DeviceChoice.Cuda));
    }

    [Theory]
    [InlineData("run")]
    [InlineData("sweep")]
    [InlineData("verify")]
    public void A_missing_device_is_told_with_all_else_that_is_wrong_before_any_run(string command)
    {
        using var shell = new FakeShell { Devices = Found([Chip]) };
        shell.Runs = (_, _) => throw new InvalidOperationException("a run began");
        var path = shell.Experiment();

        Assert.Equal(2, shell.Run(command, path, "--device", "cuda", "--set", "partitions=-1"));
        Assert.Contains("--device: cuda: there is none here. Here are: cpu, opencl (Chip)", shell.Error, StringComparison.Ordinal);
        Assert.Contains("partitions", shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_device_of_a_file_has_its_line_and_files_are_valid_wherever_they_are_read()
    {
        using var shell = new FakeShell { Devices = Found([]) };
        shell.Runs = (_, _) => throw new InvalidOperationException("a run began");
        var path = shell.Experiment();
        File.AppendAllText(path, "\ndevice: cuda\n");

        Assert.Equal(2, shell.Run("run", path, "--quiet", "--out", Path.Combine(shell.Folder, "out")));
        Assert.Matches(@"\.yaml:\d+:9: device: cuda: there is none here", shell.Error);
        Assert.Equal(0, shell.Run("validate", path));
    }

    [Fact]
    public void The_option_goes_into_the_plan_and_wrong_words_are_refused()
    {
        using var shell = new FakeShell { Devices = Found([Card, Chip]) };
        var seen = new List<DeviceChoice>();
        shell.Runs = (plan, _) =>
        {
            lock (seen)
                seen.Add(plan.Device);
            return FakeRecord.Of(plan);
        };
        var path = shell.Experiment();

        Assert.Equal(0, shell.Run("run", path, "--quiet", "--device", "cuda", "--out", Path.Combine(shell.Folder, "cuda")));
        Assert.All(seen, d => Assert.Equal(DeviceChoice.Cuda, d));
        seen.Clear();
        Assert.Equal(0, shell.Run("run", path, "--quiet", "--set", "device=auto", "--out", Path.Combine(shell.Folder, "auto")));
        Assert.All(seen, d => Assert.Equal(DeviceChoice.Auto, d));
        seen.Clear();
        Assert.Equal(0, shell.Run("verify", path, "--device", "opencl"));
        Assert.All(seen, d => Assert.Equal(DeviceChoice.Opencl, d));
        Assert.Equal(2, shell.Run("run", path, "--device", "tpu"));
        Assert.Equal(2, shell.Run("run", path, "--device", "cuda", "--silo", "http://localhost:1"));
        Assert.Contains("--device cannot be had with --silo", shell.Error, StringComparison.Ordinal);
    }

    static Devices Found(DeviceDescription[] devices) => new(() => new FakeDevices(devices));
}
