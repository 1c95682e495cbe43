using System.Globalization;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments;

/// <summary>What no option can check by itself: whether the keys of an arm fit each other.</summary>
static class Checks
{
    // All that is measured is held until the run ends; as many as the key 'samples' allows.
    const double SamplesMax = 1e6;

    /// <summary>Checks what the text alone tells.</summary>
    /// <param name="file">The arm; what could not be read is null.</param>
    /// <param name="tree">Where its keys were written.</param>
    /// <param name="diagnostics">Receives what is wrong.</param>
    public static void Text(ExperimentFile file, SpecMapping tree, Diagnostics diagnostics)
    {
        if ((Choice?)file.Method is { Entry: { Attribute: MethodAttribute needs } method })
        {
            var name = method.Name;
            var (needed, other) = needs.Needs == Needs.Workers ? ("workers", "topology") : ("topology", "workers");
            if (!Has(tree, needed))
                diagnostics.Add(tree["method"]!, needed == "workers"
                    ? $"method '{name}' needs workers: give their number as 'workers: 16'"
                    : $"method '{name}' needs a topology: give one as 'topology: {{ name: ring, nodes: 16 }}'");
            if (Has(tree, other))
                diagnostics.Add(tree[other]!, $"method '{name}' works with {needed}, not with {other}; remove the key"
                    + (diagnostics.Arm is null ? "" : $", or set '{other}: null' in the arm"));
            if (!needs.NeedsMixing && Has(tree, "mixing"))
                diagnostics.Add(tree["mixing"]!, $"method '{name}' does not mix; remove the key"
                    + (diagnostics.Arm is null ? "" : ", or set 'mixing: null' in the arm"));
        }
        Sampling(file, tree, diagnostics);
    }

    /// <summary>Checks what only shows once everything is built.</summary>
    public static void Built(RunPlan plan, SpecMapping tree, Diagnostics diagnostics)
    {
        if (plan.Compute is { PerTask.Nanoseconds: 0, PerStep.Nanoseconds: 0, PerSample.Nanoseconds: 0 }
            && plan.Links.Delay is { IsRandom: false, FloorOverall.Nanoseconds: 0 })
            diagnostics.Add(
                tree["compute"]!, "nothing takes time: expected per-task, per-sample or the links' delay above 0");
        if (plan.Problem is { Smoothness: { } l } && !double.IsFinite(l)
            || plan.Problem.Optimum is { Value: var least } && !double.IsFinite(least))
        {
            diagnostics.Add(tree["problem"]!, "its values are too large: the objective or its curvature does not fit "
                + "in a float64; give them in a larger unit");
        }
        foreach (var error in plan.Method.Errors(ContextOf(plan)))
            diagnostics.Add(tree["method"]!, error);
        var layout = LayoutOf(plan);
        if (plan.Links.OrderRefusal(layout) is { } refusal)
            diagnostics.Add((tree["links"] as SpecMapping)?["fifo"] ?? tree, refusal);
        try
        {
            if (plan.Compress is { } codec)
                layout.Compress(codec);
        }
        catch (InputException e)
        {
            diagnostics.Add(tree["messages"]!, e.Message);
        }
        if (MachineMemory.Refusal(layout, plan.Precision, MachineMemory.Bytes) is { } tooLarge)
            diagnostics.Add(tree["method"]!, tooLarge);
        Measured(plan, layout, tree, diagnostics);
        Written(plan, tree, diagnostics);
        Expected(plan, tree, diagnostics);
        foreach (var error in plan.Faults.Select((_, i) => StateLossFault.Error(i, plan)).OfType<string>())
            diagnostics.Add(tree["faults"]!, error);
        foreach (var fault in plan.Faults.Where(f => IdleFault.FirstCrash(f, plan).Any(c => c.Place < 0)))
        {
            if (layout.Roles.All(r => r.Count != Count.One))
                diagnostics.Add(tree["faults"]!, $"{fault.Name}: place -1 is the server, and this method has none; "
                    + $"expected one of its places 0 to {plan.Places - 1}");
        }
        if (plan.Stop.Target is { } target)
        {
            var at = (tree["stop"] as SpecMapping)?["target"] ?? tree;
            Metric(target.Metric, plan, at, diagnostics);
            if (OutOfReach(target, plan) is { } why)
                diagnostics.Add(at, $"the target cannot be reached: {why}");
            else if (EndsByTargetAlone(plan.Stop) && HardlyMet(target, plan))
                diagnostics.Add(at, $"{target.Metric} at or {(target.Above ? "above" : "below")} {Shown(target.Value)} "
                    + "is met by chance at best, and nothing else ends the run; give another value, or add stop.time");
        }
    }

    // What no run can come to, by the metric's definition.
    static string? OutOfReach(MetricTarget target, RunPlan plan)
    {
        var (metric, value, scale) = (target.Metric, target.Value, plan.ScaleOf(target.Metric));
        FormattableString? why = (scale, target.Above) switch
        {
            (Scale.Log, false) when value < 0 => $"{metric} is never below 0, got {value}",
            (Scale.Logit, false) when value < 0 => $"{metric} is a share between 0 and 1, got {value}",
            (Scale.Logit, true) when value > 1 => $"{metric} is a share between 0 and 1, got {value}",
            _ when double.IsNaN(value) => $"expected a number, got {value}",
            (_, false) when metric == MetricNames.Loss
                && plan.Problem.Optimum is { IsCertified: true } optimum && value < optimum.Value - optimum.GapBound =>
                $"the least loss is {optimum.Value}, got {value}",
            _ => null,
        };
        return why?.ToString(CultureInfo.InvariantCulture);
    }

    // What only the rounding of numbers meets, or a run that diverges.
    static bool HardlyMet(MetricTarget target, RunPlan plan) => target.Above
        ? plan.ScaleOf(target.Metric) == Scale.Log && !plan.IsBetterAbove(target.Metric)
        : target.Value == 0 && plan.ScaleOf(target.Metric) is Scale.Log or Scale.Logit;

    static string Shown(double value) => value.ToString(CultureInfo.InvariantCulture);

    static void Measured(RunPlan plan, Layout layout, SpecMapping tree, Diagnostics diagnostics)
    {
        var givers = MetricNames.All.ToDictionary(name => name, _ => "every problem", StringComparer.Ordinal);
        foreach (var source in plan.MetricSources)
        {
            var (key, kind) = source is EventMetric ? ("metrics", "metric") : ("diagnostics", "diagnostic");
            var (at, giver) = (tree[key] ?? tree, $"{kind} '{source.Name}'");
            foreach (var error in source.Errors(plan, layout))
                diagnostics.Add(at, error);
            var twice = source.Metrics(plan).FirstOrDefault(name => !givers.TryAdd(name, giver));
            if (twice is not null)
                diagnostics.Add(at, $"{giver} gives '{twice}', and so does {givers[twice]}; keep one of them");
        }
    }

    static void Written(RunPlan plan, SpecMapping tree, Diagnostics diagnostics)
    {
        foreach (var format in plan.Formats.Where(f => f.Extension.Length == 0
            || !f.Extension.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))))
        {
            diagnostics.Add(tree["output"]!, $"format '{format}' writes files with the extension '{format.Extension}'; "
                + "expected lower case letters and digits: mend the format");
        }
        foreach (var both in plan.Formats.GroupBy(f => f.Extension, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            diagnostics.Add(tree["output"]!, $"formats {string.Join(", ", both.Select(f => $"'{f}'"))} all write "
                + $"files that end with '.{both.Key}'; keep one of them");
        }
    }

    // What can never be met is wrong before anything runs.
    static void Expected(RunPlan plan, SpecMapping tree, Diagnostics diagnostics)
    {
        if (plan.Expect is not { } expected)
            return;
        var at = tree["expect"]!;
        var rules = Expectation.RulesOf(plan);
        foreach (var (rule, _) in expected.Rules.Where(r => !rules.Contains(r.Rule)))
        {
            diagnostics.Add(at, $"no rule '{rule}' can act in this run" + NearestName.Hint(
                rule, rules, rules.Count == 0 ? "it has no faults" : $"expected one of {string.Join(", ", rules)}"));
        }
        if (expected.EveryFault && plan.Faults.Count == 0)
            diagnostics.Add(at, "every-fault: this run has no faults");
        if (expected.Outcome == Outcome.TargetReached && plan.Stop.Target is not { Stop: true })
            diagnostics.Add(at, "outcome: a run ends as target-reached by stop.target with 'stop: true' alone");
    }

    /// <summary>Checks that a metric exists and has a meaning in a run.</summary>
    public static void Metric(string metric, RunPlan plan, SpecNode at, Diagnostics diagnostics)
    {
        var problem = plan.Problem;
        if (MetricNames.NeedsOptimum(metric) && problem.StrongConvexity <= 0 && problem.Optimum is null)
        {
            diagnostics.Add(at, $"metric '{metric}' needs the optimum, and this problem has none that can be "
                + "certified, as it is not strongly convex; add regularization, or take 'loss' or 'gradient-norm'");
            return;
        }
        var names = MetricsOf(plan);
        if (names.Contains(metric))
            return;
        var list = $"expected one of {string.Join(", ", names)}";
        if (MetricNames.IsStandard(metric) || names.Contains(MetricNames.Base(metric)))
        {
            var whose = metric == MetricNames.ConsensusDistance
                ? "agents whose mean is the estimate"
                : "several agents that are each an estimate";
            diagnostics.Add(at, $"metric '{metric}' is of {whose}, and this run has none; {list}");
            return;
        }
        if (problem is SampleProblem && PartOf(MetricNames.Base(metric)) is { } part)
        {
            diagnostics.Add(at, $"metric '{metric}' is of the {part} part, and there is none; add one, "
                + $"for instance 'split: {{ train: 0.8, {part}: 0.2 }}' in the problem, or take 'loss'");
            return;
        }
        diagnostics.Add(at, $"unknown metric '{metric}'"
            + NearestName.Hint(metric, names, list));
    }

    // As a run evaluates them: at one point, at the mean over agents, or at each agent.
    static List<string> MetricsOf(RunPlan plan)
    {
        var hasOptimum = plan.Problem.StrongConvexity > 0 || plan.Problem.Optimum is not null;
        var (estimate, agents) = LayoutOf(plan).Roles.SelectMany(r => r.Vectors.Select(v => (v.Estimate, r.Agents)))
            .FirstOrDefault(v => v.Estimate is not (Estimate.None or Estimate.Lower));
        List<string> names =
        [
            .. MetricNames.All.Where(name => name == MetricNames.ConsensusDistance
                ? estimate == Estimate.Mean
                : hasOptimum || !MetricNames.NeedsOptimum(name)),
            .. plan.Problem.Metrics,
        ];
        if (estimate == Estimate.Each && agents > 1)
            names = [.. names, .. names.SelectMany(n => new[] { n + MetricNames.Worst, n + MetricNames.Spread })];
        return [.. names, .. plan.MetricSources.SelectMany(s => s.Metrics(plan))];
    }

    // The part of the samples that a metric is taken over, where that is not the training part.
    static string? PartOf(string metric) => metric switch
    {
        "accuracy" or "test-loss" or "test-perplexity" => "test",
        "validation-accuracy" or "validation-loss" or "validation-perplexity" => "validation",
        _ => null,
    };

    /// <summary>What is dubious, a sentence each.</summary>
    /// <param name="plan">The first repetition.</param>
    /// <param name="file">The arm that it is of.</param>
    public static IEnumerable<string> Warnings(RunPlan plan, ExperimentFile file)
    {
        foreach (var note in plan.Topology?.Notes ?? [])
            yield return $"topology: {note}";
        if (plan.Mixing is { IsDoublyStochastic: false })
            yield return "mixing: columns do not sum to 1, so that averaging does not keep the mean over nodes";
        foreach (var warning in plan.Problem.Warnings())
            yield return $"problem: {warning}";
        foreach (var warning in plan.Method.Warnings(ContextOf(plan)))
            yield return $"method: {warning}";
        foreach (var (_, line) in plan.Conditions.Where(c => c.IsMet == false))
            yield return $"{line}: do not trust what is predicted";
        if (plan.Stop is { WallTime: not null, Time: null })
            yield return "stop: a run that ends by wall time ends elsewhere on another machine";
        if (plan.Stop.Time is { } end && end < plan.SampleEvery)
        {
            yield return $"sample-every: {plan.SampleEvery} is beyond stop.time, {end}, so that nothing is measured "
                + "between start and end";
        }
        if (file.Samples is { } samples && plan.Stop.Time is { } time && time.Nanoseconds < samples)
            yield return $"samples: {samples} instants do not fit into stop.time, {time}: it has fewer nanoseconds";
        if (plan.Links is { Retransmit: not null } and not { Buffer: not null, SendRate: not null }
            && !plan.Faults.Any(f => f.JudgesMessages))
            yield return "links.retransmit: no fault loses a message, so that nothing is sent again";
        if (EndsByTargetAlone(plan.Stop))
        {
            yield return "stop: nothing but the target ends the run, so it never ends where the target is not met; add "
                + "stop.time, or another limit";
        }
        if (StoppingFault.BufferWarning(plan) is { } room)
            yield return room;
        for (var i = 0; i < plan.Faults.Count; i++)
        {
            if (IdleFault.Warning(i, plan) is { } idle)
                yield return idle;
            else if (StoppingFault.Warning(i, plan) is { } stopping)
                yield return stopping;
        }
    }

    static bool EndsByTargetAlone(StopRules stop) => stop is
    {
        Time: null, Updates: null, Gradients: null, Samples: null, Messages: null, Bytes: null, WallTime: null,
    };

    static Layout LayoutOf(RunPlan plan) =>
        Layout.Of(plan.Method, LayoutContext.Of(plan.Problem, plan.Places, plan.Topology, plan.Compute));

    static MethodContext ContextOf(RunPlan plan) => new(
        plan.Places, plan.Topology, plan.Mixing, plan.Problem.Smoothness, plan.Problem.StrongConvexity);

    static void Sampling(ExperimentFile file, SpecMapping tree, Diagnostics diagnostics)
    {
        var (every, samples) = (Has(tree, "sample-every"), Has(tree, "samples"));
        if (every && samples)
            diagnostics.Add(tree["samples"]!, "expected either sample-every or samples, got both");
        if (!every && !samples)
            diagnostics.Add(tree, "missing key 'sample-every': expected the time between sampling instants, such as "
                + "1s, or 'samples: 50' for as many over stop.time");
        if (samples && !every && !Has(tree["stop"] as SpecMapping, "time"))
            diagnostics.Add(
                tree["samples"]!, "samples are spread over stop.time: give stop.time, or sample-every instead");
        var instants = ((StopOptions?)file.Stop)?.Time?.Seconds / file.SampleEvery?.Seconds;
        if (instants > SamplesMax)
            diagnostics.Add(tree["sample-every"]!, string.Create(CultureInfo.InvariantCulture,
                $"{instants:0.###e0} sampling instants until stop.time: expected at most {SamplesMax:0e0}"));
    }

    static bool Has(SpecMapping? mapping, string key) => mapping?[key] is { IsNull: false };
}
