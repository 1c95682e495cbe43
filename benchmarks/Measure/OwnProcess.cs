using System.Diagnostics;
using System.Reflection;

namespace AsyncOpt.Benchmarks.Measure;

/// <summary>This program once more, in a process of its own.</summary>
static class OwnProcess
{
    const int TimeLimitSeconds = 300;

    /// <summary>Runs it to its end and returns what it wrote.</summary>
    /// <param name="arguments">Its command line: a command, a workload, how many agents.</param>
    /// <exception cref="InvalidOperationException">It failed, or took too long.</exception>
    public static string Run(params string[] arguments)
    {
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        // 'dotnet PROGRAM.dll' needs the program's name, a program of its own does not.
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            start.ArgumentList.Add(Assembly.GetExecutingAssembly().Location);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(TimeLimitSeconds)))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"'{string.Join(' ', arguments)}' took more than {TimeLimitSeconds} s");
        }
        return process.ExitCode == 0
            ? output.Result
            : throw new InvalidOperationException($"'{string.Join(' ', arguments)}' failed");
    }
}
