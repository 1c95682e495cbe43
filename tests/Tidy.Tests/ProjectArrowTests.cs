namespace AsyncOpt.Tidy.Tests;

/// <summary>Which project may refer to which: the layers of the design.</summary>
public class ProjectArrowTests
{
    static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Core"] = [],
        ["Kernels"] = ["Core"],
        ["Kernels.Gpu"] = ["Kernels", "Core"],
        ["Simulation"] = ["Kernels", "Core"],
        ["Reporting"] = ["Core"],
        ["Figures"] = ["Reporting", "Core"],
        ["Experiments"] = ["Kernels", "Core"],
        ["Grains"] = ["Simulation", "Experiments", "Reporting", "Kernels", "Core"],
        ["Testing"] = ["Grains"],
        ["Swarm"] = ["Testing"],
        ["AsyncOpt"] = ["Reporting", "Experiments", "Simulation", "Kernels.Gpu", "Kernels", "Core"],
        ["Silo"] = ["Grains", "Simulation", "Experiments", "Reporting", "Kernels.Gpu", "Kernels", "Core"],
        ["Client"] = ["Swarm", "Figures", "Silo", "Simulation", "Experiments", "Reporting", "Kernels.Gpu", "Kernels", "Core"],
    };

    const string BenchmarksTests = "tests/Benchmarks.Tests/Benchmarks.Tests.csproj";
    const string Support = "tests/Support/Support.csproj";

    [Fact]
    public void Projects_refer_only_to_the_layers_below()
    {
        var wrong = from project in Project.Files(".csproj")
                    where project.StartsWith("src/", StringComparison.Ordinal)
                    let name = Path.GetFileNameWithoutExtension(project)
                    from reference in Project.ReferencesOf(project)
                    let target = Path.GetFileNameWithoutExtension(reference)
                    where !Allowed.TryGetValue(name, out var targets) || !targets.Contains(target)
                    select $"{name} -> {target}";

        Project.None(wrong);
    }

    [Fact]
    public void Tests_and_benchmarks_refer_to_sources_and_support_but_for_the_tests_of_the_benchmarks()
    {
        var wrong = from project in Project.Files(".csproj")
                    where !project.StartsWith("src/", StringComparison.Ordinal)
                    from reference in Project.ReferencesOf(project)
                    where !reference.StartsWith("src/", StringComparison.Ordinal)
                        && reference != Support
                        && (project, reference) != (BenchmarksTests, "benchmarks/Benchmarks.csproj")
                    select $"{project} -> {reference}";

        Project.None(wrong);
    }

    [Fact]
    public void Test_projects_share_a_project_and_no_files()
    {
        var wrong = from project in Project.Files(".csproj")
                    where project.StartsWith("tests/", StringComparison.Ordinal)
                    from file in Project.Values(project, "Compile")
                    where file.StartsWith("../", StringComparison.Ordinal)
                        && !file.StartsWith("../../docs/examples/", StringComparison.Ordinal)
                    select $"{project}: {file}";

        Project.None(wrong);
    }

    [Fact]
    public void The_solution_holds_every_project()
    {
        // Examples in docs/ stand for a user's own projects and are built by tests.
        var all = Project.Files(".csproj").Where(p => !p.StartsWith("docs/", StringComparison.Ordinal)).ToList();

        Assert.Equal(all, Project.ProjectsOf("AsyncOpt.sln"));
    }

    [Fact]
    public void Versions_of_packages_stand_in_one_place_only()
    {
        var wrong = from project in Project.Files(".csproj")
                    from version in Project.Values(project, "PackageReference", "Version")
                        .Concat(Project.Values(project, "PackageReference", "VersionOverride"))
                    where version.Length > 0
                    select $"{project}: {version}";

        Project.None(wrong);
    }
}
