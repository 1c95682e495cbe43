using System.Globalization;
using System.Runtime.InteropServices;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;

namespace AsyncOpt.Benchmarks.Measure;

/// <summary>What the numbers were measured on.</summary>
static class Machine
{
    /// <summary>Facts, one line each.</summary>
    public static IEnumerable<string> Facts()
    {
        yield return $"build: {Code.Here}{(Checkout.IsChanged ? ", changed since the commit" : "")}";
        yield return $"date: {DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC";
        yield return $"processor: {FromFile("/proc/cpuinfo", "model name") ?? "unknown"}, "
            + $"{FromFile("/proc/cpuinfo", "cpu MHz") ?? "unknown"} MHz, {Environment.ProcessorCount} cores";
        yield return $"caches: {Caches()}";
        yield return $"memory: {FromFile("/proc/meminfo", "MemTotal") ?? "unknown"}";
        yield return $"system: {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}";
        yield return $"numerics: {NumericsClass.Here(Precision.Float64)}";
        yield return $"python: {Python.Line}";
        yield return $"load average at the start: {Load()}";
    }

    /// <summary>The load averages of 1, 5 and 15 minutes: far above 0, and other work disturbed the numbers.</summary>
    public static string Load() => File.Exists("/proc/loadavg")
        ? string.Join(" ", File.ReadAllText("/proc/loadavg").Split(' ').Take(3))
        : "unknown";

    static string? FromFile(string path, string key) => !File.Exists(path) ? null : File.ReadLines(path)
        .Where(line => line.StartsWith(key, StringComparison.Ordinal))
        .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
        .FirstOrDefault();

    static string Caches()
    {
        const string Folder = "/sys/devices/system/cpu/cpu0/cache";
        if (!Directory.Exists(Folder))
            return "unknown";
        return string.Join(", ", Directory.GetDirectories(Folder, "index*").Order().Select(index =>
            $"L{Read(index, "level")} {Read(index, "type").ToLowerInvariant()} {Read(index, "size")}"));
    }

    static string Read(string folder, string name) =>
        Path.Combine(folder, name) is var path && File.Exists(path) ? File.ReadAllText(path).Trim() : "?";
}
