using System.ComponentModel;
using System.Diagnostics;

namespace AsyncOpt.Benchmarks.Measure;

/// <summary>The source that the program was built from.</summary>
static class Checkout
{
    /// <summary>Whether code differs from the commit that the build names; false also where git is not there.</summary>
    public static bool IsChanged
    {
        get
        {
            var start = new ProcessStartInfo("git", ["status", "--porcelain", "--", "src", "benchmarks"])
            {
                WorkingDirectory = Places.Root,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            try
            {
                using var git = Process.Start(start)!;
                return git.StandardOutput.ReadToEnd().Length > 0;
            }
            catch (Win32Exception)
            {
                return false;
            }
        }
    }
}
