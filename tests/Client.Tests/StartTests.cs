using System.Diagnostics;
using System.Reflection.PortableExecutable;
using System.Text;

namespace AsyncOpt.Client.Tests;

/// <summary>What a command does before its own work: counted, as times depend on the machine.</summary>
public sealed class StartTests : IDisposable
{
    readonly FakeShell _shell = new();

    public void Dispose() => _shell.Dispose();

    // They are 7, 34 and some 140. Where setters are compiled validate compiles 321, and where code of other assemblies
    // is not compiled ahead 444; where every command is made version compiles 34.
    [Theory]
    [InlineData(30, "version")]
    [InlineData(200, "validate")]
    [InlineData(60, "describe", "async-sgd")]
    public void Few_methods_are_compiled_at_run_time(int most, params string[] args)
    {
        var client = BuiltClient.Assembly;
        Assert.SkipUnless(IsCompiledAhead(client), "the client is not compiled ahead (-p:ReadyToRun=false, or Debug)");
        var log = Path.Combine(_shell.Folder, "compiled");
        var start = new ProcessStartInfo("dotnet", [client, .. args]) { RedirectStandardOutput = true };
        if (args is ["validate"])
            start.ArgumentList.Add(_shell.Experiment());
        start.Environment["DOTNET_JitStdOutFile"] = log;
        start.Environment["DOTNET_JitDisasmSummary"] = "1";

        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.Equal(0, process.ExitCode);
        Assert.NotEqual("", said);
        // What is compiled once more, as it runs often, depends on the machine.
        var compiled = File.ReadAllLines(log).Where(line => line.Contains("JIT compiled", StringComparison.Ordinal)
            && !line.Contains("Tier1", StringComparison.Ordinal)).ToList();
        Assert.True(compiled.Count <= most, $"{compiled.Count} methods:\n{string.Join('\n', compiled)}");
    }

    [Theory]
    [InlineData("version")]
    [InlineData("--help")]
    [InlineData("validate", "FILE")]
    [InlineData("run", "FILE", "--quiet", "--out", "out")]
    public async Task Orleans_is_loaded_for_silos_alone(params string[] args) =>
        Assert.DoesNotContain("Orleans", await Loaded(args), StringComparison.Ordinal);

    [Theory]
    [InlineData("list")]
    [InlineData("describe", "async-sgd")]
    [InlineData("validate", "FILE")]
    public async Task What_looks_something_up_loads_nothing_that_draws_tables_reads_xml_or_makes_code(
        params string[] args)
    {
        var loaded = await Loaded(args);

        Assert.DoesNotContain("System.Reflection.Emit", loaded, StringComparison.Ordinal);
        Assert.DoesNotContain("Spectre.Console.Ansi", loaded, StringComparison.Ordinal);
        Assert.DoesNotContain("System.Private.Xml", loaded, StringComparison.Ordinal);
    }

    // The runtime's own trace names the assemblies that it loads.
    async Task<string> Loaded(string[] args)
    {
        var trace = Path.Combine(_shell.Folder, "loaded");
        var file = _shell.Experiment();
        var start = new ProcessStartInfo("dotnet", [BuiltClient.Assembly, .. args.Select(a => a == "FILE" ? file : a)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _shell.Folder,
        };
        start.Environment["DOTNET_EnableEventPipe"] = "1";
        start.Environment["DOTNET_EventPipeConfig"] = "Microsoft-Windows-DotNETRuntime:0x8:4";
        start.Environment["DOTNET_EventPipeOutputPath"] = trace;

        using var process = Process.Start(start)!;
        var wrong = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, await wrong);
        var bytes = File.ReadAllBytes(trace);
        var loaded = Encoding.Unicode.GetString(bytes) + Encoding.Unicode.GetString(bytes.AsSpan(1));
        Assert.Contains("AsyncOpt.Core", loaded, StringComparison.Ordinal);
        return loaded;
    }

    static bool IsCompiledAhead(string assembly)
    {
        using var reader = new PEReader(File.OpenRead(assembly));
        return reader.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
    }
}
