using System.CommandLine;
using AsyncOpt.Benchmarks.Gpu;
using AsyncOpt.Core;
using AsyncOpt.Kernels.Devices;
using AsyncOpt.Kernels.Gpu;

namespace AsyncOpt.Benchmarks.Commands;

/// <summary>
/// <c>gpu [KIND]</c>: kernels of the device library beside what the card can do at most, measured in the same run.
/// Without a card the CPU accelerator shows that the program works; its numbers mean nothing.
/// </summary>
static class GpuCommand
{
    static readonly string[] Kinds = ["cuda", "opencl", "cpu"];

    public static Command Create()
    {
        var command = new Command("gpu", "Measures kernels on a device beside what it can do at most.");
        var kind = new Argument<string?>("KIND")
        {
            Description = $"{string.Join(", ", Kinds)}; without, the best that is here.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        CommandLine.Expect(kind, "kind of device", Kinds);
        command.Arguments.Add(kind);
        command.SetAction(parsed => Run(parsed.GetValue(kind)));
        return command;
    }

    static void Run(string? kind)
    {
        using var provider = new GpuProvider();
        DeviceKind? wanted = kind is null ? null : Enum.Parse<DeviceKind>(kind, ignoreCase: true);
        var description = provider.Devices.FirstOrDefault(
            d => (wanted is null || d.Kind == wanted) && (d.Unfit is null || d.Kind == DeviceKind.Cpu))
            ?? throw new InputException(
                $"there is no {kind} device here: {string.Join("; ", provider.Devices.Select(d => d.Name))}");
        new GpuReport((GpuDevice)provider.Open(description), isCard: description.Kind != DeviceKind.Cpu)
            .Write($"{description.Numerics}; {description.MemoryBytes / 1e9:F1} GB");
    }
}
