using System.ComponentModel;
using System.Diagnostics;
using AsyncOpt.Core;

namespace AsyncOpt.Client.Running;

/// <summary>Other programs.</summary>
static class Programs
{
    /// <summary>Runs a program on this terminal until it ends, or until the user has had enough.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="InputException">It cannot be started.</exception>
    public static int Run(ProcessStartInfo start, CancellationToken cancellation)
    {
        using var process = Started(start);
        using var kill = cancellation.Register(() => process.Kill(entireProcessTree: true));
        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        return process.ExitCode;
    }

    static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new InputException($"'{start.FileName}' cannot be started: {e.Message}; is it on the PATH?", e);
        }
    }
}
