using System.Text.Json.Nodes;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Theory;

namespace AsyncOpt.Reporting;

/// <summary>The manifest of a run: everything needed to repeat it, and what it came to.</summary>
public static class Manifest
{
    /// <summary>The version of the run folder's form; raised when a field changes its meaning.</summary>
    public const int Format = 2;

    /// <summary>The key of <see cref="Reporting.WallParts"/>.</summary>
    public const string WallParts = "wall_parts_s";

    /// <summary>The manifest as a JSON object. Times are seconds, memory bytes, the hash 16 hex digits.</summary>
    /// <param name="facts">What the host knows of the run.</param>
    /// <param name="record">What the run reported.</param>
    /// <param name="files">The other files of the run folder.</param>
    public static JsonObject Of(RunFacts facts, RunRecord record, IEnumerable<WrittenFile> files) => new()
    {
        ["format"] = Format,
        ["experiment"] = facts.Experiment,
        ["arm"] = facts.Arm,
        ["repetition"] = facts.Repetition,
        ["outcome"] = Text.Of(record.Outcome),
        ["reason"] = record.Reason,
        ["hash"] = Text.Hash(record.Hash),
        ["virtual_time_s"] = Text.Json(record.VirtualTime / 1e9),
        ["virtual_time_ns"] = record.VirtualTime,
        ["time_to_target_s"] = record.TimeToTarget is { } reached ? Text.Json(reached) : null,
        ["wall_time_s"] = Text.Json(record.WallSeconds),
        ["resumed"] = Resumed(facts.Resumed),
        ["evaluation_share"] = Text.Json(EvaluationShare(record)),
        [WallParts] = facts.Parts?.Json(),
        ["seeds"] = Seeds(facts.Seeds),
        ["numerics"] = Numerics(facts.Numerics with { Device = record.Device }),
        ["versions"] = Pairs(facts.Versions),
        ["machine"] = Machine(facts),
        ["host"] = Host(record),
        ["time_factor"] = facts.TimeFactor is { } factor ? Text.Json(factor) : null,
        ["counts"] = Counts(record.Counts),
        ["faults"] = new JsonArray([.. record.Faults.Select(Fault)]),
        ["expect"] = Expected(record),
        ["recovery"] = new JsonArray([.. record.Recovery.Select(Recovery)]),
        ["work"] = Work(record),
        ["traffic"] = new JsonArray([.. record.Traffic.Select(Traffic)]),
        ["scales"] = Pairs(record.Scales.Select(s => (s.Metric, Text.Of(s.Scale)))),
        ["better_above"] = Strings(record.BetterAbove),
        ["staleness"] = Staleness(record),
        ["age"] = Age(record),
        ["memory"] = Memory(facts, record),
        ["problem"] = Pairs(facts.Problem),
        ["topology"] = Pairs(facts.Topology),
        ["optimum"] = Optimum(facts),
        ["conditions"] = Strings(facts.Conditions),
        ["warnings"] = Strings([.. facts.Warnings.Union(record.Warnings)]),
        ["files"] = new JsonArray([.. files.Select(file => file.Json())]),
        ["inputs"] = new JsonArray([.. facts.Inputs.Select(Input)]),
        ["specification"] = facts.Specification.DeepClone(),
    };

    // Null for a run that was made in one go.
    static JsonObject? Resumed(IReadOnlyList<long> times) => times.Count == 0 ? null : new JsonObject
    {
        ["times"] = times.Count,
        ["from_virtual_time_s"] = new JsonArray([.. times.Select(t => Text.Json(t / 1e9))]),
    };

    static double EvaluationShare(RunRecord record) =>
        record.WallSeconds > 0 ? record.EvaluationSeconds / record.WallSeconds : 0;

    static JsonObject Seeds(Seeds seeds) => new()
    {
        ["data"] = seeds.Data,
        ["topology"] = seeds.Topology,
        ["initialization"] = seeds.Initialization,
        ["run"] = seeds.Run,
    };

    static JsonObject Numerics(NumericsClass numerics) => new()
    {
        ["architecture"] = numerics.Architecture,
        ["vector_bits"] = numerics.VectorBits,
        ["fma"] = numerics.Fma,
        ["runtime"] = numerics.Runtime,
        ["device"] = numerics.Device,
        ["float_bits"] = numerics.Precision == Precision.Float64 ? 64 : 32,
    };

    static JsonObject Machine(RunFacts facts) => new()
    {
        ["cores"] = facts.Machine.Cores,
        ["system"] = facts.Machine.System,
        ["memory_bytes"] = facts.Machine.MemoryBytes,
        ["runs_side_by_side"] = facts.SideBySide,
    };

    static JsonObject Host(RunRecord record) => new()
    {
        ["agents"] = record.Agents,
        ["partitions"] = record.Partitions,
        ["lookahead_ns"] = record.Lookahead,
        ["cut"] = record.IsCutLocal ? "local" : "contiguous",
        ["threads"] = record.Threads,
    };

    static JsonObject Counts(RunCounts counts) => new()
    {
        ["events"] = counts.Events,
        ["messages"] = counts.Messages,
        ["bytes"] = counts.Bytes,
        ["lost"] = counts.Lost,
        ["duplicated"] = counts.Duplicated,
        ["retried"] = counts.Retried,
        ["given_up"] = counts.GivenUp,
        ["overflowed"] = counts.Overflowed,
        ["goodput"] = Text.Json(counts.Goodput),
        ["raised"] = counts.Raised,
        ["raised_mean_ns"] = Text.Json(counts.Raised == 0 ? 0 : (double)counts.RaisedSum / counts.Raised),
        ["raised_max_ns"] = counts.RaisedMax,
        ["updates"] = counts.Updates,
        ["last_update_s"] = counts.Updates == 0 ? null : Text.Json(counts.LastUpdate / 1e9),
        ["gradients"] = counts.Gradients,
        ["samples"] = counts.Samples,
        ["evaluations"] = counts.Evaluations,
        ["wasted_evaluations"] = counts.WastedEvaluations,
        ["batches"] = counts.Batches,
        ["batch_mean"] = Text.Json(counts.Batches == 0 ? 0 : (double)counts.Evaluations / counts.Batches),
        ["batch_max"] = counts.BatchMax,
        ["windows"] = counts.Windows,
        ["window_events_mean"] = Text.Json(counts.Windows == 0 ? 0 : (double)counts.Events / counts.Windows),
        ["cohorts"] = counts.Cohorts,
        ["sweeps"] = counts.Sweeps,
        ["ties"] = counts.Ties,
        ["crashes"] = counts.Crashes,
    };

    // With what it did; what it did not do is left out.
    static JsonObject Fault(FaultCount fault)
    {
        var json = new JsonObject { ["name"] = fault.Name, ["fired"] = fault.Fired };
        foreach (var deed in Enum.GetValues<FaultDeed>().Where(deed => fault.Of(deed) > 0))
            json[Text.Of(deed)] = fault.Of(deed);
        return json;
    }

    static JsonObject Recovery(RecoveryTimes times) => new()
    {
        ["fault"] = times.Fault + 1,
        ["name"] = times.Name,
        ["update"] = Quantiles(times.Updates),
        ["loss"] = times.Loss is { } loss ? Quantiles(loss) : null,
    };

    static JsonObject Quantiles(RecoveryQuantiles times) => new()
    {
        ["ended"] = times.Ended,
        ["recovered"] = times.Recovered,
        ["p50_s"] = Text.Json(times.Median),
        ["p95_s"] = Text.Json(times.P95),
        ["max_s"] = Text.Json(times.Longest),
    };

    static JsonObject Work(RunRecord record) => new()
    {
        ["computations"] = record.Counts.Computations,
        ["compute_s"] = Text.Json(record.Counts.ComputeSeconds),
        ["wasted"] = new JsonArray([.. record.Waste.Select(Waste)]),
    };

    static JsonObject Waste(WasteCount waste) => new()
    {
        ["reason"] = Text.Of(waste.Reason),
        ["count"] = waste.Count,
        ["compute_s"] = Text.Json(waste.ComputeSeconds),
        ["bytes"] = waste.Bytes,
    };

    // Null where nothing was expected.
    static JsonObject? Expected(RunRecord record) => record.Unmet is not { } unmet ? null : new JsonObject
    {
        ["met"] = unmet.Count == 0,
        ["unmet"] = Strings(unmet),
    };

    static JsonObject Traffic(RoleTraffic role) => new()
    {
        ["role"] = role.Role,
        ["agents"] = role.Agents,
        ["messages"] = role.Messages,
        ["bytes"] = role.Bytes,
    };

    static JsonObject Staleness(RunRecord record) => new()
    {
        ["updates"] = record.Staleness.Updates,
        ["mean"] = Text.Json(record.Staleness.Mean),
        ["max"] = record.Staleness.Max,
        ["beyond_histogram"] = record.Staleness.Overflow,
        ["theory"] = new JsonArray([.. record.StalenessTheory.Select(Theory)]),
    };

    static JsonObject Theory(StalenessComparison theory) => new()
    {
        ["whose"] = theory.Whose,
        ["predicted"] = Text.Json(theory.Predicted),
        ["measured"] = Text.Json(theory.Measured),
    };

    // Mean age of what an update rested on, in virtual seconds.
    static JsonObject Age(RunRecord record)
    {
        var updates = Math.Max(1, record.Staleness.Updates);
        return new()
        {
            ["compute_s"] = Text.Json(record.Age.Compute / updates),
            ["wire_s"] = Text.Json(record.Age.Wire / updates),
            ["queue_s"] = Text.Json(record.Age.Queue / updates),
        };
    }

    static JsonObject Memory(RunFacts facts, RunRecord record) => new()
    {
        ["process_peak_bytes"] = facts.ProcessPeakBytes,
        ["engine_bytes"] = record.EngineBytes,
        ["bytes_per_agent"] = Text.Json(record.Agents == 0 ? 0 : (double)record.EngineBytes / record.Agents),
    };

    static JsonObject Input(InputFile file) => new()
    {
        ["use"] = file.Use,
        ["name"] = file.Name,
        ["path"] = file.Path,
        ["bytes"] = file.Bytes,
        ["sha256"] = file.Sha256,
    };

    // Never called 'optimum' without a certificate.
    static JsonObject? Optimum(RunFacts facts) => facts.Optimum is not { } optimum ? null : new JsonObject
    {
        ["status"] = optimum.IsCertified ? "certified" : "best known",
        ["value"] = Text.Json(optimum.Value),
        ["gap_bound"] = optimum.IsCertified ? Text.Json(optimum.GapBound) : null,
    };

    static JsonObject Pairs(IEnumerable<(string Name, string Value)> pairs)
    {
        var node = new JsonObject();
        foreach (var (name, value) in pairs)
            node[name] = value;
        return node;
    }

    static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(v => JsonValue.Create(v))]);
}
