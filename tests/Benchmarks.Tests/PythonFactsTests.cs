using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Benchmarks.Rows;

namespace AsyncOpt.Benchmarks.Tests;

/// <summary>A reference is named by what was found in its process, and held to what it should be.</summary>
public class PythonFactsTests
{
    static PythonFacts Facts(string libraries, string? config = null, int? threads = null, string simpy = "null") =>
        PythonFacts.Read($$"""
            { "python": "3.11.2", "numpy": "1.24.2", "simpy": {{simpy}}, "libraries": [{{libraries}}],
              "config": {{(config is null ? "null" : $"\"{config}\"")}}, "threads": {{threads?.ToString() ?? "null"}} }
            """);

    // Of Debian with and without its OpenBLAS, of numpy's own package, of Anaconda, of a system that tells nothing.
    [Theory]
    [InlineData(
        "\"/usr/lib/openblas-pthread/libblas.so.3\", \"/usr/lib/openblas-pthread/libopenblasp-r0.3.21.so\"",
        "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY Zen MAX_THREADS=64", "OpenBLAS 0.3.21")]
    [InlineData("\"/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblasp-r0.3.21.so\"", null, "OpenBLAS 0.3.21")]
    [InlineData("\"/x/numpy.libs/libscipy_openblas64_-ff651d7f.so\"", "OpenBLAS 0.3.27  USE64BITINT", "OpenBLAS 0.3.27")]
    [InlineData("\"/conda/lib/libmkl_core.so.2\", \"/conda/lib/libmkl_rt.so.2\"", null, "MKL")]
    [InlineData("\"/usr/lib/x86_64-linux-gnu/blis-openmp/libblis.so.4\"", null, "BLIS")]
    public void A_library_that_is_fast_is_named_and_fair(string libraries, string? config, string name)
    {
        var facts = Facts(libraries, config, threads: 1);

        Assert.Equal(name, facts.Blas);
        Assert.Null(facts.Handicap(1));
        Assert.StartsWith($"Python 3.11.2, numpy 1.24.2, no SimPy, BLAS: {name} (", facts.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "\"/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0\", \"/usr/lib/x86_64-linux-gnu/lapack/liblapack.so.3.11.0\"",
        "the reference BLAS")]
    [InlineData("", "an unknown BLAS")]
    public void One_that_is_slow_or_unknown_is_a_handicap(string libraries, string name) => Assert.Equal(
        $"numpy runs on {name}, which may be many times slower", Facts(libraries).Handicap(1));

    // Rows only say that something is missing or slow: there are some 25 of them.
    [Fact]
    public void What_to_install_is_said_once_for_all_rows() => Assert.EndsWith(
        "; for SimPy: apt-get install python3-simpy3; for a faster BLAS: apt-get install libopenblas0-pthread",
        Facts("").ToString(), StringComparison.Ordinal);

    [Fact]
    public void A_row_that_lacks_something_of_Python_does_not_say_how_to_install_it() => Assert.DoesNotContain(
        Row.All.SelectMany(r => r.Comparisons()).SelectMany(c => c.References),
        r => r.Missing?.Contains("apt-get", StringComparison.Ordinal) == true);

    [Fact]
    public void The_head_of_a_report_says_what_to_install_where_there_is_no_numpy() => Assert.Equal(
        Python.About is null, Python.Line.EndsWith(
            "which references need: apt-get install python3-numpy python3-simpy3 libopenblas0-pthread",
            StringComparison.Ordinal));

    [Fact]
    public void Other_threads_than_were_asked_for_are_a_handicap() => Assert.Equal(
        "OpenBLAS 0.3.21 takes 1 threads in place of 2",
        Facts("\"/lib/libopenblas-r0.3.21.so\"", threads: 1).Handicap(2));

    [Fact]
    public void The_version_of_SimPy_is_told() =>
        Assert.Contains("SimPy 4.1.1, ", Facts("", simpy: "\"4.1.1\"").ToString(), StringComparison.Ordinal);
}
