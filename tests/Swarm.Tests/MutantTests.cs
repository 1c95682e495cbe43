using System.Collections;
using System.Reflection;

namespace AsyncOpt.Swarm.Tests;

/// <summary>
/// The swarm finds mistakes that are planted in the engine's code. ASYNCOPT_MUTANTS=all tries every one; by default
/// a few are, and of all it is seen that they still fit the code.
/// </summary>
public class MutantTests
{
    // How many worlds it may take.
    const int WorldsMax = 400;

    static readonly string[] Few = ["checkpoint-forgets-sending", "loss-not-counted", "window-too-long"];

    static readonly string? Chosen = Environment.GetEnvironmentVariable("ASYNCOPT_MUTANTS");

    public static TheoryData<string> Names => [.. Mutant.Names];

    public static TheoryData<string> Tried => Chosen switch
    {
        null => [.. Few],
        "all" => [.. Mutant.Names],
        _ => [.. Chosen.Split(',')],
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_mutant_replaces_what_the_engine_has_exactly_once(string name)
    {
        var mutant = Mutant.Of(name);

        Assert.Equal(1, mutant.CountIn(File.ReadAllText(Path.Combine(PluginBuild.ProjectFolder(), mutant.Path))));
        Assert.NotEqual(mutant.Find, mutant.Put);
    }

    [Fact]
    public void In_the_engine_that_a_test_compiles_without_a_mistake_nothing_is_found() =>
        Assert.Empty(CasesOf(MutatedEngine.SwarmOf(null), worlds: 40));

    [Theory]
    [MemberData(nameof(Tried))]
    public void The_swarm_finds_a_mutant_and_makes_the_case_small(string name)
    {
        var mutant = Mutant.Of(name);
        var found = CasesOf(MutatedEngine.SwarmOf(mutant), WorldsMax);

        Assert.True(found.Count > 0, $"not found: {mutant.Meaning}");
        foreach (var c in found)
            TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {c}");
        Assert.InRange(found.Min(c => Of<int>(c, nameof(Case.Places))), 0, 10);
        Assert.InRange(found.Min(c => Of<int>(c, nameof(Case.Rules))), 0, 3);
    }

    // The swarm is one of other assemblies, whose types are not those of this test.
    static List<object> CasesOf(Assembly swarm, int worlds)
    {
        var settings = Activator.CreateInstance(swarm.GetType(typeof(SwarmSettings).FullName!)!)!;
        Set(nameof(SwarmSettings.Seed), 2UL);
        Set(nameof(SwarmSettings.Worlds), (long)worlds);
        Set(nameof(SwarmSettings.Cases), 1);
        Set(nameof(SwarmSettings.Corpus), false);
        Set(nameof(SwarmSettings.Tries), 200);
        var run = swarm.GetType(typeof(SwarmRun).FullName!)!.GetMethod(nameof(SwarmRun.Run))!;
        var report = run.Invoke(
            null, [settings, (Action<string>)(_ => { }), TestContext.Current.CancellationToken])!;
        return [.. Of<IEnumerable>(report, nameof(SwarmReport.Cases)).Cast<object>()];

        void Set(string name, object value) => settings.GetType().GetProperty(name)!.SetValue(settings, value);
    }

    static T Of<T>(object record, string name) => (T)record.GetType().GetProperty(name)!.GetValue(record)!;
}
