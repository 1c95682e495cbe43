using System.Diagnostics;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Client.Tests;

/// <summary>The documented plug-in, copied out of the project, built there as a user would, and loaded.</summary>
public sealed class PluginTests : IDisposable
{
    const int LinesMax = 60;
    static readonly TimeSpan BuildTimeMax = TimeSpan.FromMinutes(3);

    readonly FakeShell _shell = new() { Width = 160 };

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task The_documented_plug_in_builds_outside_the_project_and_is_found_by_name()
    {
        var source = Path.Combine(ProjectFolder(), "docs", "plugin-example");
        Assert.InRange(File.ReadAllLines(Path.Combine(source, "Hiccup.cs")).Length, 1, LinesMax);
        var plugin = await Build(source);

        Assert.Equal(0, _shell.Run("list", "laws", "--plugin", plugin));
        Assert.Matches(@"\n +hiccup +Usually one time, now and then a longer one", _shell.Out);
        Assert.Equal(0, _shell.Run("describe", "hiccup", "--plugin", plugin));
        Assert.Matches(@"\n *probability +a number from 0 to 1 +0\.01 +How probable a hiccup is", _shell.Out);

        var entry = Catalogue.Load([plugin]).Find(typeof(Law), "hiccup")!;
        var options = Activator.CreateInstance(entry.OptionsType!)!;
        Set("Usual", 1.0);
        Set("Slow", 3.0);
        Set("Probability", 0.25);
        var law = (Law)entry.Create(options);
        // 1,000 draws of probability 1/4: 250 hiccups, give or take 5 standard deviations of 13.7.
        var slow = Enumerable.Range(0, 1000).Count(k => law.Sample(new Draw(1, default, 0, (ulong)k)) == 3);
        Assert.InRange(slow, 250 - 69, 250 + 69);
        Assert.Equal(1.5, law.Mean);

        void Set(string option, double value) => entry.OptionsType!.GetProperty(option)!.SetValue(options, value);
    }

    [Fact]
    public void A_plug_in_that_is_not_there_is_wrong_input()
    {
        Assert.Equal(2, _shell.Run("list", "--plugin", "nowhere.dll"));
        Assert.Contains("plug-in 'nowhere.dll': no such file", _shell.Error, StringComparison.Ordinal);
    }

    async Task<string> Build(string source)
    {
        var copy = Directory.CreateDirectory(Path.Combine(_shell.Folder, "plugin")).FullName;
        foreach (var file in (string[])["Hiccup.cs", "Hiccup.csproj"])
            File.Copy(Path.Combine(source, file), Path.Combine(copy, file));
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = copy,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "build", "-c", "Release", "-o", "out", "-nodeReuse:false", $"-p:AsyncOptFolder={System.AppContext.BaseDirectory}",
            },
        };
        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(BuildTimeMax);
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

        Assert.True(process.ExitCode == 0, output);
        return Path.Combine(copy, "out", "Hiccup.dll");
    }

    static string ProjectFolder()
    {
        for (var folder = new DirectoryInfo(System.AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "AsyncOpt.sln")))
                return folder.FullName;
        throw new InvalidOperationException("the tests do not run inside the project");
    }
}
