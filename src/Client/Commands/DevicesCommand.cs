using System.CommandLine;
using System.Numerics;
using System.Runtime.InteropServices;
using AsyncOpt.Client.Display;
using AsyncOpt.Kernels.Devices;
using AsyncOpt.Reporting;
using Spectre.Console;

namespace AsyncOpt.Client.Commands;

/// <summary><c>devices</c>: where computations can be evaluated, and why not elsewhere.</summary>
static class DevicesCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("devices", "Lists where computations can be evaluated: --device of run and sweep.");
        command.SetAction(_ =>
        {
            var provider = session.Services.Devices.Provider;
            var table = ClosingTables.Plain();
            ClosingTables.Left(table, "--device");
            ClosingTables.Left(table, "name");
            ClosingTables.Right(table, "memory");
            ClosingTables.Left(table, "");
            Add(table, "cpu", Processor(), MachineFacts.Here().MemoryBytes, "SIMD kernels");
            foreach (var device in provider.Devices)
            {
                var word = device.Kind == DeviceKind.Cpu ? "-" : device.Kind.ToString().ToLowerInvariant();
                Add(table, word, device.Name, device.MemoryBytes, Note(device));
            }
            session.Terminal.Console.Write(table);
            session.Terminal.Line($"Kernels through {provider.Library}.");
            return ExitCode.Ok;
        });
        return command;
    }

    static string Note(DeviceDescription device) => device.Unfit is { } lack ? $"does not qualify: {lack}" : "";

    static string Processor() =>
        $"{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}, vectors of "
        + $"{Vector<byte>.Count * 8} bits, {Environment.ProcessorCount} cores";

    static void Add(Table table, string word, string name, long bytes, string note) => table.AddRow(
        new Spectre.Console.Text(word),
        new Spectre.Console.Text(name),
        new Spectre.Console.Text(bytes > 0 ? $"{bytes / 1073741824.0:F1} GiB" : ""),
        new Spectre.Console.Text(note));
}
