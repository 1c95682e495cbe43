using System.Text.Json;
using System.Text.RegularExpressions;

namespace AsyncOpt.Benchmarks.Measure;

/// <summary>What references in Python run on, as <c>references/about.py</c> tells.</summary>
/// <param name="Python">The version of Python.</param>
/// <param name="Numpy">The version of numpy.</param>
/// <param name="Simpy">The version of SimPy; null where there is none.</param>
/// <param name="Libraries">Paths of the libraries of linear algebra that numpy has loaded, links followed.</param>
/// <param name="Config">What OpenBLAS says of itself; null for another library.</param>
/// <param name="Threads">How many threads OpenBLAS takes; null for another library.</param>
sealed partial record PythonFacts(
    string Python, string Numpy, string? Simpy, IReadOnlyList<string> Libraries, string? Config, int? Threads)
{
    static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Reads what the script printed.</summary>
    public static PythonFacts Read(string json) => JsonSerializer.Deserialize<PythonFacts>(json, Options)!;

    /// <summary>The library that multiplies matrices, by its name and version.</summary>
    public string Blas => Config is not null || Loaded("openblas") ? $"OpenBLAS {Version ?? "of unknown version"}"
        : Loaded("mkl") ? "MKL"
        : Loaded("blis") ? "BLIS"
        : Loaded("libblas.so") ? "the reference BLAS"
        : "an unknown BLAS";

    /// <summary>Why ratios against it say nothing; null where it is what one would use.</summary>
    /// <param name="threads">The threads that it should take.</param>
    public string? Handicap(int threads) =>
        IsSlow ? $"numpy runs on {Blas}, which may be many times slower"
        : Threads is { } taken && taken != threads ? $"{Blas} takes {taken} threads in place of {threads}"
        : null;

    /// <summary>Everything, for the head of a report.</summary>
    public override string ToString() =>
        $"Python {Python}, numpy {Numpy}, {(Simpy is null ? "no SimPy" : $"SimPy {Simpy}")}, BLAS: {Blas}"
        + (Libraries.Count > 0 ? $" ({string.Join(", ", Libraries.Select(Path.GetFileName))})" : "")
        + (Simpy is null ? "; for SimPy: apt-get install python3-simpy3" : "")
        + (IsSlow ? "; for a faster BLAS: apt-get install libopenblas0-pthread" : "");

    bool IsSlow => Blas is "the reference BLAS" or "an unknown BLAS";

    string? Version => VersionOf().Match(Config ?? string.Join(' ', Libraries.Select(Path.GetFileName))) is
    { Success: true } found
        ? found.Value
        : null;

    bool Loaded(string name) => Libraries.Any(
        path => Path.GetFileName(path).Contains(name, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"\d+\.\d+(\.\d+)?")]
    private static partial Regex VersionOf();
}
