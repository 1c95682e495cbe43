using System.Diagnostics;

namespace AsyncOpt.Tests;

/// <summary>Builds plug-ins as their authors do: outside of the project, against a folder of AsyncOpt's.</summary>
public static class PluginBuild
{
    /// <summary>Copies a plug-in's folder and builds it there, with the AsyncOpt of the tests.</summary>
    /// <param name="source">The plug-in's folder below the project's.</param>
    /// <param name="work">An empty folder of the test's.</param>
    /// <param name="name">The plug-in's name.</param>
    /// <param name="cancellation">Ends the build.</param>
    /// <returns>The path of its assembly.</returns>
    /// <exception cref="InvalidOperationException">It does not build; the message is the compiler's.</exception>
    public static async Task<string> Build(string source, string work, string name, CancellationToken cancellation)
    {
        var copy = Directory.CreateDirectory(Path.Combine(work, "plugin")).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(ProjectFolder(), source)))
        {
            // The project's name is the plug-in's.
            var isProject = Path.GetExtension(file) == ".csproj";
            File.Copy(file, Path.Combine(copy, isProject ? $"{name}.csproj" : Path.GetFileName(file)));
        }
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = copy,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "build", "-c", "Release", "-o", "out", "-nodeReuse:false", "-p:UseSharedCompilation=false",
                $"-p:AsyncOptFolder={AppContext.BaseDirectory}",
            },
        };
        // The build leaves folders behind, and servers unless told not to.
        start.Environment["TMPDIR"] = Directory.CreateDirectory(Path.Combine(work, "temporary")).FullName;
        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience.Limit);
        string output;
        try
        {
            output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        return process.ExitCode == 0
            ? Path.Combine(copy, "out", $"{name}.dll")
            : throw new InvalidOperationException(output);
    }

    /// <summary>The folder of the project that the tests run inside of.</summary>
    public static string ProjectFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "AsyncOpt.sln")))
                return folder.FullName;
        throw new InvalidOperationException("the tests do not run inside the project");
    }
}
