using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Benchmarks.Methods;

/// <summary>Agents that train by themselves, round after round, for measuring only: no messages.</summary>
/// <param name="optimizer">Of the local steps; its state stays with the agent.</param>
/// <param name="steps">Local steps of a round.</param>
/// <param name="batch">Samples per step.</param>
/// <param name="rate">The learning rate.</param>
[Method("benchmark-local-trainer", Needs = Needs.Workers)]
public sealed class LocalTrainer(Optimizer optimizer, int steps, int batch, double rate) : Method
{
    readonly LocalSteps _oracle = new(optimizer, ConstantSchedule.Of(rate));

    /// <inheritdoc/>
    public override IReadOnlyList<Oracle> Oracles => [Oracle.Gradient, _oracle];

    /// <inheritdoc/>
    public override void Declare(Layout layout) =>
        layout.Role("worker", Count.PerWorker, new Worker(_oracle, steps, batch));

    struct WorkerState
    {
        public long Steps;
    }

    sealed class Worker(LocalSteps oracle, int steps, int batch) : RoleProgram<WorkerState>
    {
        readonly Vector[] _states = new Vector[oracle.Optimizer.States];
        Vector _x;

        public override void Declare(RoleLayout role)
        {
            _x = role.Vector("x", Dim.Parameters, Estimate.Each, Initial.Point);
            for (var i = 0; i < _states.Length; i++)
                _states[i] = role.Vector($"state {i}", Dim.Parameters);
        }

        public override void OnStart(ref WorkerState s, Effects e) => Train(ref s, e);

        public override void OnComputed(ref WorkerState s, in Computed c, Effects e)
        {
            s.Steps += steps;
            e.RecordUpdate(0, c.Origin);
            Train(ref s, e);
        }

        void Train(ref WorkerState s, Effects e)
        {
            var (first, second) = (_states.Length > 0, _states.Length > 1);
            e.Compute(new Computation(oracle, batch)
            {
                Steps = steps,
                RateStep = s.Steps,
                OptimizerStep = s.Steps,
                Key = new(e.Self.Id, s.Steps),
                Input = _x,
                Input1 = first ? _states[0] : default(Operand),
                Input2 = second ? _states[1] : default(Operand),
                Output = _x,
                Output1 = first ? _states[0] : default,
                Output2 = second ? _states[1] : default,
            });
        }
    }
}
