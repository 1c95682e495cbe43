using System.Reflection;
using System.Runtime.CompilerServices;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Testing;

/// <summary>
/// What every method owes, whatever it computes: the same bits for any number of partitions, threads and shards, in
/// rounds or one by one, resumed from a checkpoint, with and without metrics; finite values and an end with a reason,
/// also where messages are lost or come twice, or agents crash; and, with every agent a concurrent actor, a log that
/// the simulation replays bit for bit. It needs no test framework: what is broken is thrown, as a sentence.
/// </summary>
/// <example>
/// <code>
/// [Fact]
/// public void It_keeps_the_contract() => ContractTests.For("my-method").CheckAll();
/// </code>
/// </example>
public sealed class ContractTests
{
    const string StateLoss = "state-loss";

    readonly ContractRuns _runs;

    ContractTests(ContractRuns runs) => _runs = runs;

    /// <summary>What may go wrong in a run: none, drop, duplicate, crash.</summary>
    public static IReadOnlyList<string> Faults { get; } = ["none", "drop", "duplicate", "crash", "rules"];

    /// <summary>
    /// What a method owes, and under which faults, for instance <c>partitions under drop</c>: the cases of a theory.
    /// </summary>
    public static IReadOnlyList<string> Promises { get; } =
        [.. Promise.All.SelectMany(p => p.Faults.Select(faults => NameOf(p, faults)))];

    /// <summary>
    /// What a method owes besides whose attribute says that it goes on with agents that have lost their state.
    /// </summary>
    public static IReadOnlyList<string> PromisesWithStateLoss { get; } =
        [.. Promise.All.Where(p => p.Faults.Contains("crash")).Select(p => NameOf(p, StateLoss))];

    /// <summary>The names of the methods that come with AsyncOpt.</summary>
    public static IEnumerable<string> Methods => Catalogue.Load().OfKind(typeof(Method)).Select(e => e.Name);

    /// <summary>These methods, each under each kind of faults.</summary>
    public static IEnumerable<(string Method, string Faults)> Runs =>
        Methods.SelectMany(method => Faults.Select(faults => (method, faults)));

    /// <summary>
    /// The contract of a method by its name. A step size that must be given is 0.05; every other option has its
    /// default.
    /// </summary>
    /// <param name="method">
    /// Its name in experiment files: a method of AsyncOpt, of a plug-in, or of the assembly that calls this or one that
    /// it refers to.
    /// </param>
    /// <param name="plugins">Paths of plug-ins.</param>
    /// <exception cref="InputException">There is none of that name.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ContractTests For(string method, params IReadOnlyList<string> plugins) =>
        For(method, plugins, Assembly.GetCallingAssembly());

    /// <summary>The contract of a method with options of your choice.</summary>
    /// <param name="method">The method with its options; the more it does within 3 virtual seconds, the better.</param>
    /// <param name="problem">
    /// The problem, which must take 12 places; null for a small one that offers the oracles the method asks for,
    /// quadratic or bilevel.
    /// </param>
    /// <exception cref="InputException">Its class has no name in experiment files.</exception>
    public static ContractTests For(Method method, Problem? problem = null) => new(new ContractRuns(method, problem));

    /// <summary>Holds the method to all it owes.</summary>
    /// <exception cref="ContractException">It breaks the contract; the message says all that it breaks.</exception>
    public void CheckAll()
    {
        var broken = new List<string>();
        var goesOn = _runs.Plan("none").Method.Tolerates.HasFlag(Tolerance.StateLoss);
        foreach (var promise in Promises.Concat(goesOn ? PromisesWithStateLoss : []))
        {
            try
            {
                Check(promise);
            }
            catch (ContractException e)
            {
                broken.Add(e.Message);
            }
        }
        if (broken.Count > 0)
            throw new ContractException(string.Join("\n\n", broken));
    }

    /// <summary>Holds the method to one thing that it owes. Takes less than a second.</summary>
    /// <param name="promise">
    /// One of <see cref="Promises"/> or <see cref="PromisesWithStateLoss"/>; or one of these under <c>lies</c>, where
    /// senders repeat what they sent before, and collude.
    /// </param>
    /// <exception cref="ContractException">It breaks it; the message says what it owes and what it did.</exception>
    /// <exception cref="InputException">There is no such promise, or the method cannot be run.</exception>
    public void Check(string promise)
    {
        var (owed, faults) = Promise.All.SelectMany(p => p.Faults.Concat([StateLoss, "lies"]).Select(f => (p, f)))
            .FirstOrDefault(p => NameOf(p.p, p.f) == promise);
        if (owed is null)
            throw new InputException($"no promise '{promise}'{NearestName.Hint(promise, Promises)}");
        try
        {
            if (_runs.Multiplies(faults))
            {
                throw new ContractException(
                    $"its messages multiply: {_runs.Reference(faults).Counts.Messages} within 3 virtual s; do nothing "
                    + "with a message that comes twice");
            }
            owed.Check(_runs, faults);
        }
        catch (Exception e) when (e is not InputException)
        {
            var what = e is ContractException ? e.Message : $"the run threw {e.GetType().Name}: {e.Message}";
            throw new ContractException(
                $"'{_runs.Method}' breaks '{promise}': a method owes {owed.Owes}, but {what}\n{owed.Remedy}", e);
        }
    }

    /// <summary>The arm of an experiment that the contract runs.</summary>
    /// <param name="faults">One of <see cref="Faults"/>.</param>
    /// <param name="more">Further lines of the experiment file.</param>
    /// <param name="stop">When it ends, and how often it is sampled.</param>
    public Arm Arm(string faults, string more = "", string stop = "stop: { time: 3s }\nsamples: 6") =>
        _runs.Arm(faults, more, stop);

    /// <summary>The plan of a run that the contract runs, on one thread.</summary>
    /// <param name="faults">One of <see cref="Faults"/>.</param>
    /// <param name="more">Further lines of the experiment file.</param>
    public RunPlan Plan(string faults, string more = "") => _runs.Plan(faults, more);

    /// <summary>
    /// The plan of a run where all are equally fast and near, so that those that act alike go in rounds.
    /// </summary>
    /// <param name="faults">One of <see cref="Faults"/>.</param>
    public RunPlan Lockstep(string faults) => _runs.Lockstep(faults);

    /// <summary>
    /// The arm of a live run: it ends after some updates, or after the faults that come at set times.
    /// </summary>
    /// <param name="faults">One of <see cref="Faults"/>.</param>
    /// <param name="more">Further lines of the experiment file.</param>
    public Arm Live(string faults, string more = "") => _runs.Live(faults, more);

    /// <summary>Wall seconds per virtual second of a live run.</summary>
    /// <param name="faults">One of <see cref="Faults"/>.</param>
    public static double TimeFactor(string faults) => ContractRuns.TimeFactor(faults);

    static string NameOf(Promise promise, string faults) => $"{promise.Name} under {faults}";

    static ContractTests For(string method, IReadOnlyList<string> plugins, Assembly caller)
    {
        var known = Catalogue.Load(plugins);
        if (known.Find(typeof(Method), method) is { } entry)
            return new(new ContractRuns(entry, known));
        var own = Near(caller).SelectMany(a => a.GetTypes()).Where(t => t.IsSubclassOf(typeof(Method))
            && t.GetCustomAttribute<MethodAttribute>(inherit: false) is { } mark).ToList();
        var found = own.Where(t => NameOf(t) == method).ToList();
        if (found.Count == 0)
        {
            throw new InputException($"no method '{method}'"
                + NearestName.Hint(method, own.Select(NameOf).Concat(known.NamesOf(typeof(Method))))
                + $"; looked in AsyncOpt, {caller.GetName().Name} and what that refers to; give the path of the .dll "
                + "that it is in, or the method as an object: ContractTests.For(new MyMethod(new() { ... }))");
        }
        var catalogue = Catalogue.With(known.Entries.Select(e => e.Type).Concat(found));
        return new(new ContractRuns(catalogue.Find(typeof(Method), method)!, catalogue));
    }

    static string NameOf(Type method) => method.GetCustomAttribute<MethodAttribute>(inherit: false)!.Name;

    // The caller and what it refers to, as far as methods can be in there.
    static IEnumerable<Assembly> Near(Assembly caller)
    {
        var core = typeof(Catalogue).Assembly.GetName().Name;
        return caller.GetReferencedAssemblies().Where(a => a.Name!.Split('.')[0] is not ("System" or "Microsoft"))
            .Select(Assembly.Load).Prepend(caller)
            .Where(a => Array.Exists(a.GetReferencedAssemblies(), r => r.Name == core));
    }
}
