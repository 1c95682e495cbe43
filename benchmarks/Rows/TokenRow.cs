using AsyncOpt.Benchmarks.Loops;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Benchmarks.Workloads;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>One token with a model of d = 22 and one sample per node: what a step costs.</summary>
static class TokenRow
{
    const long Steps = 400_000;

    static readonly TopologyGenerator Small = new RandomRegularTopology(new() { Nodes = 22, Degree = 4 }),
        Dolphins = new EdgeListTopology(new() { File = "graphs/dolphins.edges" }),
        Large = new BarabasiAlbertTopology(new() { Nodes = 1000, EdgesPerNode = 3 });

    public static IEnumerable<Comparison> Comparisons() =>
    [
        .. SelfRepellent("22 nodes, 4-regular", new(Small)),
        .. SelfRepellent("62 nodes, dolphins", new(Dolphins)).Select(c => c with { IsShort = true }),
        .. SelfRepellent("1,000 nodes, Barabasi-Albert", new(Large)).Select(c => c with { IsShort = true }),
        .. Simple("62 nodes, dolphins", new(Dolphins)),
        .. Simple("1,000 nodes, Barabasi-Albert", new(Large)).Select(c => c with { IsShort = true }),
    ];

    static IEnumerable<Comparison> SelfRepellent(string graph, TokenWorkload workload)
    {
        var what = $"SRRW token, d = 22, {graph}";
        yield return new(what, "steps", new Contender("engine", () => EngineRun.Of(workload.SelfRepellent(Steps)).Rate),
        [
            Numpy("srrw.py", "plain", 100, TokenWorkload.Alpha, workload),
            Numpy("srrw.py", "careful", null, TokenWorkload.Alpha, workload),
            Loop("the same loop in C#", () => workload.SelfRepellentByHand(new NoGuarantees(1))) with { MustReach = 0.7 },
            Tuned("the same, the scale and logarithms of visits kept"),
            TunedKept("that with keyed draws and hashes"),
        ]);
        yield return new($"price of keyed draws and hashes, {what}", "steps", TunedKept("by hand"),
            [Tuned("the same by hand without")]);

        Contender Tuned(string name) => Loop(name, () => workload.TunedByHand(new NoGuarantees(1)));

        Contender TunedKept(string name) => Loop(name, () => workload.TunedByHand(new KeyedGuarantees(1)));
    }

    static IEnumerable<Comparison> Simple(string graph, TokenWorkload workload)
    {
        var what = $"random walk (srw) token, d = 22, {graph}";
        yield return new(what, "steps", new Contender("engine", () => EngineRun.Of(workload.Simple(Steps)).Rate),
        [
            Numpy("srw.py", "plain", null, TokenWorkload.Step, workload),
            Numpy("srw.py", "careful", null, TokenWorkload.Step, workload),
            Bare("the same loop in C#") with { MustReach = 0.7 },
            Kept("that with keyed draws and hashes"),
        ]);
        yield return new($"price of keyed draws and hashes, {what}", "steps", Kept("by hand"),
            [Bare("the same by hand without")]);

        Contender Bare(string name) => Loop(name, () => workload.SimpleByHand(new NoGuarantees(1)));

        Contender Kept(string name) => Loop(name, () => workload.SimpleByHand(new KeyedGuarantees(1)));
    }

    static Contender Loop<TWalk, TGuarantees>(string name, Func<TokenLoop<TWalk, TGuarantees>> make)
        where TWalk : struct, ITokenWalk
        where TGuarantees : struct, IGuarantees =>
        new(name, () =>
        {
            using var loop = make();
            return loop.Rate(Steps);
        });

    static Contender Numpy(string script, string form, double? mustReach, double number, TokenWorkload workload) =>
        Python.Reference($"{form} numpy loop", mustReach, script,
            form, workload.Edges(), Problems.Features, number, Problems.Regularization);
}
