using System.Diagnostics;
using System.Globalization;

namespace AsyncOpt.Benchmarks.Measure;

/// <summary>
/// References in Python with numpy: scripts that print one number, each in a process of its own, by default on one core.
/// </summary>
static class Python
{
    const int TimeLimitSeconds = 300;

    // Debian's own first: its numpy takes the BLAS that the system selects.
    static readonly string[] Interpreters = ["/usr/bin/python3", "python3"];

    const string Install = "apt-get install python3-numpy python3-simpy3 libopenblas0-pthread";

    static readonly Lazy<(string Interpreter, PythonFacts Facts)?> Found = new(Find);

    static string _why = "not found";

    /// <summary>Interpreter, numpy, SimPy and BLAS in use, with one thread; null where there is no numpy.</summary>
    public static PythonFacts? About => Found.Value?.Facts;

    /// <summary>The same as a line of a report's head: there, once, stands also how to get what is missing.</summary>
    public static string Line => About?.ToString() ?? $"none with numpy ({_why}), which references need: {Install}";

    /// <summary>A reference that runs <c>references/SCRIPT ARGUMENTS</c>.</summary>
    /// <param name="name">What the table calls it.</param>
    /// <param name="mustReach">The ratio ours / this must reach, if any.</param>
    /// <param name="script">The script's file name.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Contender Reference(string name, double? mustReach, string script, params object[] arguments) =>
        OnCores(name, mustReach, script, 1, arguments);

    /// <summary>A reference that needs SimPy besides.</summary>
    /// <param name="name">What the table calls it.</param>
    /// <param name="script">The script's file name.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Contender WithSimPy(string name, string script, params object[] arguments)
    {
        var reference = OnCores(name, null, script, 1, arguments);
        return About switch
        {
            { Simpy: null } => reference with { Missing = "needs SimPy" },
            { Simpy: { } version } => reference with { Ran = $"{reference.Ran}, SimPy {version}" },
            null => reference,
        };
    }

    /// <summary>A reference on several cores.</summary>
    /// <param name="name">What the table calls it.</param>
    /// <param name="mustReach">The ratio ours / this must reach, if any.</param>
    /// <param name="script">The script's file name.</param>
    /// <param name="threads">Threads of its BLAS.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Contender OnCores(string name, double? mustReach, string script, int threads, params object[] arguments)
    {
        var facts = FactsOf(threads);
        return new(name, () => Run(Found.Value!.Value.Interpreter, script, threads, arguments))
        {
            Missing = facts is null ? "needs numpy" : null,
            Ran = facts is null ? null : $"numpy {facts.Numpy}, {facts.Blas}",
            Handicap = facts?.Handicap(threads),
            MustReach = mustReach,
            WarmsUp = true,
        };
    }

    /// <summary>A process that imports numpy and ends, in runs per second of wall time.</summary>
    public static Contender Start => OnCores("python3 that imports numpy", null, "about.py", 1) with
    {
        Rate = StartRate,
        Handicap = null, // no matrix is multiplied
    };

    static double StartRate()
    {
        var clock = Stopwatch.StartNew();
        Output(Found.Value!.Value.Interpreter, "about.py", 1, []);
        return 1 / clock.Elapsed.TotalSeconds;
    }

    /// <summary>What references run on with so many threads; null where there is no numpy.</summary>
    static PythonFacts? FactsOf(int threads) => About is not { } one || threads == 1
        ? About
        : PythonFacts.Read(Output(Found.Value!.Value.Interpreter, "about.py", threads, []));

    static double Run(string interpreter, string script, int threads, object[] arguments)
    {
        var text = Output(interpreter, script, threads, arguments);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate)
            ? rate
            : throw new InvalidOperationException($"references/{script} printed '{text}' where a number was expected");
    }

    static (string, PythonFacts)? Find()
    {
        foreach (var interpreter in Interpreters)
        {
            try
            {
                return (interpreter, PythonFacts.Read(Output(interpreter, "about.py", 1, [])));
            }
            catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // Not there, or without numpy: the next one.
                _why = e.Message.Trim().Split('\n')[^1];
            }
        }
        return null;
    }

    static string Output(string interpreter, string script, int threads, object[] arguments)
    {
        var start = new ProcessStartInfo(interpreter)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(Places.Root, "benchmarks", "references", script));
        foreach (var argument in arguments)
            start.ArgumentList.Add(Convert.ToString(argument, CultureInfo.InvariantCulture)!);
        foreach (var variable in (string[])["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"])
            start.Environment[variable] = threads.ToString(CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(TimeSpan.FromSeconds(TimeLimitSeconds)))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"references/{script} took more than {TimeLimitSeconds} s");
        }
        return process.ExitCode == 0
            ? output.Result.Trim()
            : throw new InvalidOperationException($"references/{script} failed: {error.Result}");
    }
}
