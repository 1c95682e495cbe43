using AsyncOpt.Core.Diagnostics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Judging;

/// <summary>Evaluates a run's diagnostics at its sampling instants.</summary>
sealed class Diagnosing<T>
    where T : unmanaged
{
    readonly Evaluation<T> _evaluation;
    readonly WorldCut _cut;
    readonly (Diagnostic Diagnostic, uint Key, IReadOnlyList<string> Metrics)[] _diagnostics;

    public Diagnosing(World<T> world, Evaluation<T> evaluation)
    {
        _evaluation = evaluation;
        _cut = new WorldCut(world, evaluation);
        _diagnostics =
            [.. world.Plan.Diagnostics.Select(d => (d, KeyOf(d.Name), d.Metrics(world.Plan)))];
    }

    /// <summary>Adds the metrics of the diagnostics that are due, after the estimate was evaluated.</summary>
    /// <param name="time">Virtual time, in ns.</param>
    /// <param name="instant">The number of the sampling instant.</param>
    /// <param name="isLast">Whether all are due, because the run ends here.</param>
    /// <param name="updates">Updates so far.</param>
    /// <param name="metrics">Receives them.</param>
    public void Evaluate(
        long time, long instant, bool isLast, long updates, List<(string Metric, double Value)> metrics)
    {
        foreach (var (diagnostic, key, names) in _diagnostics)
        {
            if (!diagnostic.IsDue(instant, isLast))
                continue;
            if (IsFinite(_evaluation.Taken))
            {
                _cut.MoveTo(time, instant, updates, key);
                diagnostic.Evaluate(_cut, (name, value) => metrics.Add((name, value)));
                continue;
            }
            foreach (var name in names) // a run that diverged: iterations on its numbers might never end
                metrics.Add((name, double.NaN));
        }
    }

    static bool IsFinite(ReadOnlySpan<double> x)
    {
        foreach (var value in x)
        {
            if (!double.IsFinite(value))
                return false;
        }
        return true;
    }

    // From the name, so that no diagnostic's draws depend on which others there are (FNV-1a, 24 bits).
    static uint KeyOf(string name)
    {
        var hash = 2166136261;
        foreach (var letter in name)
            hash = (hash ^ letter) * 16777619;
        return (hash >> 24) ^ (hash & 0xFFFFFF);
    }

    sealed class WorldCut(World<T> world, Evaluation<T> evaluation) : DiagnosticCut(world.Plan, world.Layout)
    {
        // 2^24 instants of 2^8 streams of 2^24 diagnostics are the 2^56 ids of a purpose.
        const ulong InstantMask = (1 << 24) - 1;

        uint _key;

        public void MoveTo(long time, long instant, long updates, uint key) =>
            (Time, Instant, Updates, _key) = (time / 1e9, instant, updates, key);

        public override ReadOnlySpan<double> Estimate => evaluation.Taken;

        public override int Agents => evaluation.Agents;

        public override void Read(int agent, Span<double> x) => evaluation.Read(agent, x);

        public override unsafe void Read(string role, string vector, int agent, Span<double> x)
        {
            var memory = RoleOf(role, agent);
            var v = memory.Layout.Vectors.ToList().FindIndex(l => l.Name == vector);
            if (v < 0)
                throw new ArgumentException($"role '{role}' has no vector '{vector}'", nameof(vector));
            if (memory.Rests(v))
                throw new ArgumentException($"vector '{vector}' of role '{role}' is not kept", nameof(vector));
            Floats.ToDouble(new ReadOnlySpan<T>(memory.Vector(v, agent), memory.Dimensions[v]), x);
        }

        public override ReadOnlySpan<double> Numbers(string role, string table, int agent)
        {
            var memory = RoleOf(role, agent);
            var t = memory.Layout.Tables.ToList().FindIndex(l => l.Name == table);
            return t >= 0
                ? memory.Table(t, agent)
                : throw new ArgumentException($"role '{role}' has no table '{table}'", nameof(table));
        }

        public override DrawSequence Draws(int stream = 0) => new(
            world.Seed, Purpose.Metric,
            ((ulong)_key << 32) | ((ulong)(byte)stream << 24) | ((ulong)Instant & InstantMask));

        RoleMemory<T> RoleOf(string role, int agent)
        {
            var memory = Array.Find(world.Roles, r => r.Layout.Name == role)
                ?? throw new ArgumentException($"the method has no role '{role}'", nameof(role));
            ArgumentOutOfRangeException.ThrowIfNegative(agent);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(agent, memory.Layout.Agents);
            return memory;
        }
    }
}
