using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Data;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.ComputeTimes;

/// <summary>
/// Computations take as long as in a recorded run: the n-th of an agent has the factor of the n-th of the same agent
/// there. The file is <c>schedule-tasks.csv</c> of a run with <c>output: { schedule: true }</c>.
/// </summary>
/// <remarks>
/// The factor is the whole one: speed, jitter and slowdowns of that run. So the times are those of the record where the
/// base times are the same and no speeds and no jitter are given beside it. Agents are known by role and rank; those of
/// a role that the record does not have take what the record's workers or nodes took, where it has one such role.
/// </remarks>
/// <param name="options">The file, and what comes after it.</param>
[Slowdown("recorded", Source = "common random numbers: Glasserman and Yao, Management Science 38 (1992) 884")]
public sealed class RecordedTasks(RecordedTasks.Options options) : Slowdown
{
    readonly Dictionary<(string Role, int Index), RecordedRow<double>> _tasks = [];
    string? _onlyRole;

    /// <summary>Options of <see cref="RecordedTasks"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The file, plain or gzip.</summary>
        public required string File { get; init; }

        /// <summary>What happens after the last computation that an agent has in the file.</summary>
        public BeyondRecord Beyond { get; init; }

        /// <summary>The law of the factors beyond it, for <c>beyond: law</c>.</summary>
        public Law? Law { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Beyond == BeyondRecord.Law != Law is not null)
                yield return "law is that of what comes beyond the record: give it with 'beyond: law', and only then";
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">The file is missing or broken.</exception>
    public override void Build(LinkContext context)
    {
        var tasks = ScheduleReader.Tasks(context.Locate(options.File));
        options.Law?.Build(context.Locate);
        foreach (var agent in tasks.GroupBy(t => (t.Role, t.Index)))
            _tasks.Add(agent.Key, new(agent.Select(t => (t.Task, t.Factor))));
        string[] roles = [.. tasks.Select(t => t.Role).Distinct().Where(role => role != "server")];
        _onlyRole = roles is [var only] ? only : null;
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">The record is at its end.</exception>
    public override double Factor(in ComputeContext computation, in Draw draw)
    {
        var (role, index) = (computation.Role?.Name ?? "", computation.Agent - (computation.Role?.First ?? 0));
        if (!_tasks.TryGetValue((role, index), out var row) && _onlyRole is not null && computation.Place >= 0)
            _tasks.TryGetValue((_onlyRole, index), out row);
        if (row is not null && row.TryGet(computation.Number, options.Beyond == BeyondRecord.Cycle, out var factor))
            return factor;
        return options.Law is { } law
            ? law.Sample(in draw)
            : throw new InputException($"{options.File}: has no computation {computation.Number} of {role} {index}; "
                + "take a longer record, or say what comes beyond it: 'beyond: cycle', or 'beyond: law' and a law");
    }
}
