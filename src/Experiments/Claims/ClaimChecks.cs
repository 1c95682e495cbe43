using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Claims;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments.Claims;

/// <summary>What is wrong with a claim beyond its single keys; all of it is said at once.</summary>
static class ClaimChecks
{
    /// <summary>Checks what the text tells: names of arms and cases, seeds, grids.</summary>
    /// <exception cref="InputException">Everything that is wrong, a line each.</exception>
    public static void Text(Claim claim, SpecMapping root)
    {
        var diagnostics = new Diagnostics();
        Names(claim, root, diagnostics);
        var problems = diagnostics.Sorted.Select(d => d.ToString()).ToList();
        var measured = new List<Arm>();
        var tuned = new List<Arm>();
        foreach (var name in claim.Cases)
            Try(() => measured.AddRange(claim.Measuring(name, [], build: false).Arms), problems);
        if (claim.File.Tune is { Case: null } || claim.TunedCases.All(claim.Cases.Contains))
            foreach (var name in claim.TunedCases)
                Try(() => tuned.AddRange(claim.Tuning(name, build: false).Arms), problems);
        if (problems.Count == 0)
            Seeds(claim, root, measured, tuned, problems);
        Throw(problems);
    }

    /// <summary>Opens data, builds every arm, and checks metrics and roles.</summary>
    /// <exception cref="InputException">Everything that is wrong, a line each.</exception>
    public static void Built(Claim claim, SpecMapping root)
    {
        var problems = new List<string>();
        foreach (var name in claim.Cases)
            Try(() => Metrics(claim, name, claim.Measuring(name, []), root), problems);
        foreach (var name in claim.TunedCases)
            Try(() => Best(claim.Tuning(name), claim.File.Tune!.Best, root), problems);
        Throw(problems);
    }

    static void Names(Claim claim, SpecMapping root, Diagnostics diagnostics)
    {
        for (var i = 0; i < claim.File.Contrasts.Count; i++)
        {
            var (contrast, at) = (claim.File.Contrasts[i], NodeOf(root, i));
            if (claim.File.Contrasts.Take(i).Any(c => c.Name == contrast.Name && ShareCases(c, contrast)))
                diagnostics.Add(at, $"two contrasts are named '{contrast.Name}'; give one of them another name");
            foreach (var arm in contrast.Arms)
                Arm(claim, arm, at, diagnostics);
            foreach (var name in contrast.Cases)
                Case(claim, name, at, diagnostics);
            foreach (var quantity in contrast.Quantities.Append(contrast.Of))
                Shape(quantity, at, diagnostics);
        }
        foreach (var name in claim.Cases.Where(c => c.Length > 0 && claim.NeededIn(c).Count == 0))
            diagnostics.Add(root["cases"] ?? root, $"no contrast is judged in case '{name}'");
        if (claim.File.Tune is not { } tune)
            return;
        var tuning = root["tune"]!;
        foreach (var grid in (tune.Arms?.Entries ?? []).Select(e => e.Value).OfType<SpecMapping>().Prepend(tune.Grid))
            ArmTrees.RefuseUntunable(grid, diagnostics);
        foreach (var arm in tune.Only.Concat(tune.Arms?.Entries.Select(e => e.Key) ?? [])
            .Concat(tune.NaturalEdges.SelectMany(e => e.Arms)).Distinct())
            Arm(claim, arm, tuning, diagnostics);
        if (tune.Case is { } one)
            Case(claim, one, tuning, diagnostics);
        if (tune.Best.All.Any(q => q.Arm is not null))
            diagnostics.Add(tuning, "'best' is the same quantity of each arm: it names none");
        Shape(tune.Best, tuning, diagnostics);
    }

    static bool ShareCases(Contrast a, Contrast b) =>
        a.Cases.Count == 0 || b.Cases.Count == 0 || a.Cases.Intersect(b.Cases).Any();

    static void Arm(Claim claim, string arm, SpecNode at, Diagnostics diagnostics)
    {
        // The name of an experiment's only arm is its method's, which is not known before it is read.
        if (!claim.ArmNames.Contains(arm) && claim.ArmNames is not [""])
            Unknown("arm", arm, claim.ArmNames, at, diagnostics);
    }

    static void Case(Claim claim, string name, SpecNode at, Diagnostics diagnostics)
    {
        if (claim.Cases is [""])
            diagnostics.Add(at, $"unknown case '{name}': the claim has no cases");
        else if (!claim.Cases.Contains(name))
            Unknown("case", name, claim.Cases, at, diagnostics);
    }

    static void Shape(Quantity quantity, SpecNode at, Diagnostics diagnostics)
    {
        if (quantity.Metric is { } metric && CountNames.IsOfWholeRun(metric)
            && (quantity.At ?? quantity.Tail ?? quantity.Take ?? (object?)quantity.Reach) is not null)
            diagnostics.Add(at, $"'{metric}' is a count of the whole run: it has no at, tail, take or reach");
    }

    static void Seeds(Claim claim, SpecMapping root, List<Arm> measured, List<Arm> tuned, List<string> problems)
    {
        var diagnostics = new Diagnostics();
        foreach (var arm in measured.Where(a => claim.ArmNames is [""]).Take(1))
            foreach (var other in claim.NeededIn(claim.Cases[0]).Where(n => n != arm.Name))
                diagnostics.Add(root["contrasts"]!, $"unknown arm '{other}'; there is only '{arm.Name}'");
        var judged = measured.SelectMany(a => Enumerable.Range(0, claim.File.Seeds).Select(k => a.SeedsOf(k).Run));
        var tuning = tuned.SelectMany(
            a => Enumerable.Range(0, claim.File.Tune!.Seeds).Select(k => a.SeedsOf(k).Run));
        if (judged.Intersect(tuning).Order().ToList() is { Count: > 0 } both)
            diagnostics.Add(root["tune"]!, $"seed {both[0]} is tuned on and judged: what is tuned on the seeds that "
                + "are judged is flattered; give tune.seed or seed another value");
        problems.AddRange(diagnostics.Sorted.Select(d => d.ToString()));
    }

    static void Metrics(Claim claim, string name, Experiment experiment, SpecMapping root)
    {
        var diagnostics = new Diagnostics();
        foreach (var arm in experiment.Arms)
        {
            var plan = arm.Plan(0, new Diagnostics());
            for (var i = 0; i < claim.File.Contrasts.Count; i++)
            {
                var contrast = claim.File.Contrasts[i];
                if (contrast.Cases.Count > 0 && !contrast.Cases.Contains(name))
                    continue;
                foreach (var quantity in contrast.Quantities.Where(q => q.Arm == arm.Name))
                    Metric(quantity, plan, NodeOf(root, i), diagnostics);
            }
        }
        diagnostics.ThrowIfAny();
    }

    static void Best(Experiment experiment, Quantity best, SpecMapping root)
    {
        var diagnostics = new Diagnostics();
        foreach (var arm in experiment.Arms.DistinctBy(a => a.Base))
            foreach (var quantity in best.All)
                Metric(quantity, arm.Plan(0, new Diagnostics()), root["tune"]!, diagnostics);
        diagnostics.ThrowIfAny();
    }

    static void Metric(Quantity quantity, RunPlan plan, SpecNode at, Diagnostics diagnostics)
    {
        if (quantity.Metric is not { } metric)
            return;
        if (CountNames.RoleOf(metric) is { } role)
        {
            var roles = ArmBuilder.Roles(plan.Method, plan.Problem, plan.Topology).Select(r => r.Name).ToList();
            if (!roles.Contains(role))
                Unknown("role", role, roles, at, diagnostics);
        }
        else if (!CountNames.All.Contains(metric))
        {
            Checks.Metric(metric, plan, at, diagnostics);
        }
    }

    static void Unknown(
        string what, string name, IReadOnlyList<string> known, SpecNode at, Diagnostics diagnostics) =>
        diagnostics.Add(at, $"unknown {what} '{name}'" + NearestName.Hint(
            name, known, $"there {(known.Count == 1 ? "is" : "are")} {string.Join(", ", known)}"));

    static SpecNode NodeOf(SpecMapping root, int contrast) =>
        root["contrasts"] is SpecSequence list ? list.Items[contrast] : root;

    static void Try(Action action, List<string> problems)
    {
        try
        {
            action();
        }
        catch (InputException e)
        {
            problems.Add(e.Message);
        }
    }

    static void Throw(List<string> problems)
    {
        if (problems.Count > 0)
            throw new InputException(string.Join('\n', problems.SelectMany(p => p.Split('\n')).Distinct()));
    }
}
