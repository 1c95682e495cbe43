using System.Diagnostics;

namespace AsyncOpt.Packages.Tests;

/// <summary>
/// All packages, packed once from what is built, and folders of a user beside them, who knows nothing of this
/// repository. Other packages come from where those of the repository lie, so that no network is needed.
/// </summary>
public sealed class PackedFolder : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("packages").FullName;

    /// <summary>The repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The configuration that this is built in.</summary>
    public static string Configuration { get; } =
        AppContext.BaseDirectory.TrimEnd('/', '\\').EndsWith("release", StringComparison.Ordinal) ? "Release" : "Debug";

    /// <summary>Where the packages lie.</summary>
    public string Packages => Path.Combine(_folder, "packages");

    /// <summary>A new folder of the user.</summary>
    public string NewFolder() => Directory.CreateDirectory(Path.Combine(_folder, "user", Path.GetRandomFileName())).FullName;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "tmp"));
        Directory.CreateDirectory(Path.Combine(_folder, "user"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "user", "nuget.config"), $"""
            <configuration>
              <packageSources><clear /><add key="packed" value="{Packages}" /></packageSources>
            </configuration>
            """);
        await InRepository("dotnet", "pack", "AsyncOpt.sln", "-c", Configuration, "--no-build", "-o", Packages, "-v", "q");
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs a program in the repository, in the surroundings it was built in: nothing is built anew.</summary>
    /// <returns>What it wrote.</returns>
    public Task<string> InRepository(string program, params string[] arguments) => Run(Root, [], program, arguments);

    /// <summary>Runs a program as the user does, whose installed packages are those of here.</summary>
    /// <param name="folder">The current folder.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it wrote.</returns>
    public Task<string> AsUser(string folder, string program, params string[] arguments) => Run(
        folder,
        [
            ("DOTNET_CLI_HOME", _folder), ("XDG_DATA_HOME", Path.Combine(_folder, "data")),
            ("XDG_CACHE_HOME", Path.Combine(_folder, "cache")), ("ASYNCOPT_DATA", ""),
            ("NUGET_PACKAGES", Path.Combine(_folder, "installed")),
            ("NUGET_FALLBACK_PACKAGES", Environment.GetEnvironmentVariable("NUGET_PACKAGES")
                ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages")),
        ],
        program, arguments);

    async Task<string> Run(string folder, (string Name, string Value)[] variables, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // No server stays that compiles for the next one.
        foreach (var (name, value) in (IEnumerable<(string, string)>)
        [
            ("DOTNET_NOLOGO", "1"), ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"), ("DOTNET_CLI_USE_MSBUILD_SERVER", "0"),
            ("MSBUILDDISABLENODEREUSE", "1"), ("UseSharedCompilation", "false"), ("TMPDIR", Path.Combine(_folder, "tmp")),
            .. variables,
        ])
        {
            start.Environment[name] = value;
        }
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience.Limit);
        var (output, errors) = (
            process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        await process.WaitForExitAsync(patience.Token);
        var text = await output;
        Assert.True(process.ExitCode == 0,
            $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{text}\n{await errors}");
        return text;
    }

    static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "AsyncOpt.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException($"AsyncOpt.sln is not above {AppContext.BaseDirectory}");
    }
}
