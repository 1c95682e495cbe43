using System.IO.Compression;
using System.Xml.Linq;

namespace AsyncOpt.Packages.Tests;

/// <summary>
/// What a user gets who has the packages and nothing else. It packs, installs and compiles: a project of its own, so
/// that it runs once, with all tests, and not with those of something else.
/// </summary>
public class PackagesTests(PackedFolder packed) : IClassFixture<PackedFolder>
{
    const string Version = "0.1.0";

    static readonly string[] Libraries =
    [
        "AsyncOpt.Core", "AsyncOpt.Experiments", "AsyncOpt.Kernels", "AsyncOpt.Kernels.Gpu", "AsyncOpt.Orleans",
        "AsyncOpt.Reporting", "AsyncOpt.Simulation", "AsyncOpt.Testing",
    ];

    ZipArchive Open(string name) => ZipFile.OpenRead(Path.Combine(packed.Packages, name));

    [Fact]
    public void There_are_those_that_the_page_names_and_no_others() => Assert.Equal(
        [.. Libraries.Append("AsyncOpt").Append("AsyncOpt.Tool").Order(StringComparer.Ordinal)],
        Directory.GetFiles(packed.Packages, "*.nupkg")
            .Select(f => Path.GetFileName(f)[..^$".{Version}.nupkg".Length]).Order(StringComparer.Ordinal));

    [Fact]
    public void Each_says_what_it_is_and_has_readme_licence_documentation_and_symbols()
    {
        foreach (var id in Libraries.Append("AsyncOpt").Append("AsyncOpt.Tool"))
        {
            using var package = Open($"{id}.{Version}.nupkg");
            using var nuspec = package.GetEntry($"{id}.nuspec")!.Open();
            var metadata = XDocument.Load(nuspec).Root!.Elements().Single().Elements()
                .ToDictionary(e => e.Name.LocalName, e => e.Value);
            Assert.Equal(("MIT", "README.md"), (metadata["license"], metadata["readme"]));
            Assert.Contains("AsyncOpt", metadata["description"], StringComparison.Ordinal);
            Assert.NotNull(package.GetEntry("README.md"));
        }
        foreach (var id in Libraries)
        {
            using var package = Open($"{id}.{Version}.nupkg");
            using var symbols = Open($"{id}.{Version}.snupkg");
            var names = package.Entries.Select(e => e.FullName).ToList();
            Assert.Contains(names, n => n.StartsWith("lib/net10.0/AsyncOpt.", StringComparison.Ordinal)
                && n.EndsWith(".xml", StringComparison.Ordinal));
            Assert.Contains(symbols.Entries, e => e.FullName.EndsWith(".pdb", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void They_refer_to_each_other_by_exactly_this_version()
    {
        var all = new List<string>();
        foreach (var id in Libraries.Append("AsyncOpt"))
        {
            using var package = Open($"{id}.{Version}.nupkg");
            using var nuspec = package.GetEntry($"{id}.nuspec")!.Open();
            all.AddRange(XDocument.Load(nuspec).Descendants().Where(e => e.Name.LocalName == "dependency")
                .Where(e => e.Attribute("id")!.Value.StartsWith("AsyncOpt", StringComparison.Ordinal))
                .Select(e => e.Attribute("version")!.Value));
        }

        Assert.True(all.Count >= 12);
        Assert.All(all, version => Assert.Equal($"[{Version}]", version));
    }

    [Fact]
    public async Task The_tool_runs_the_quickstart_in_an_empty_folder()
    {
        var (tools, folder) = (packed.NewFolder(), packed.NewFolder());
        await packed.AsUser(folder, "dotnet", "tool", "install", "AsyncOpt.Tool", "--version", Version, "--tool-path", tools);
        var asyncopt = Path.Combine(tools, "asyncopt");

        var output = await packed.AsUser(
            folder, asyncopt, "run", "experiments/quickstart.yaml", "--seeds", "1", "--set", "stop.time=1s");
        var described = await packed.AsUser(folder, asyncopt, "describe", "async-sgd");

        Assert.Contains("minibatch-sgd", output, StringComparison.Ordinal);
        Assert.Contains("2 run folders: runs/quickstart/ARM/seed-K", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "runs", "quickstart", "async-sgd", "seed-0", "manifest.json")));
        Assert.Equal(["runs"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName));
        // The documentation of classes and options came with it.
        Assert.Contains("Asynchronous SGD with a server", described, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lesson_runs_from_the_repository_and_the_same_with_the_package_elsewhere()
    {
        const string Lesson = "experiments/lesson.cs";
        var text = await File.ReadAllTextAsync(Path.Combine(PackedFolder.Root, Lesson), TestContext.Current.CancellationToken);
        var folder = packed.NewFolder();
        var project = Assert.Single(text.Split('\n'), line => line.StartsWith("#:project", StringComparison.Ordinal));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "lesson.cs"), text.Replace(project, $"#:package AsyncOpt@{Version}", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        var there = await packed.AsUser(folder, "dotnet", "run", "-c", PackedFolder.Configuration, "lesson.cs");
        // Other tests run what is built: it must stay as it is.
        var here = await packed.InRepository(
            "dotnet", "run", "-c", PackedFolder.Configuration, "--property:BuildProjectReferences=false", Lesson);

        Assert.Equal(here, there);
        Assert.Matches(
            @"^alone +gap \d\.\de-1\d, staleness 0\.0, hash \w{16}\nmany +gap \d\.\de\+\d+, staleness 6\.\d, hash", here);
    }

    [Fact]
    public async Task A_method_of_a_users_own_is_held_to_the_contract_with_the_package()
    {
        var folder = packed.NewFolder();
        var tiny = await File.ReadAllTextAsync(
            Path.Combine(PackedFolder.Root, "docs", "examples", "TinyAsyncSgd.cs"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "mine.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="AsyncOpt.Testing" Version="{Version}" /></ItemGroup>
            </Project>
            """, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "TinyAsyncSgd.cs"), tiny, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), """
            using AsyncOpt.Testing;

            foreach (var promise in ContractTests.Promises.Where(p => p.EndsWith("under drop")))
                ContractTests.For("tiny-async-sgd").Check(promise);
            Console.WriteLine("kept");
            """, TestContext.Current.CancellationToken);

        var output = await packed.AsUser(folder, "dotnet", "run", "-c", "Release");

        Assert.Equal("kept", output.Trim());
    }
}
