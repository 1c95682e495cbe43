using AsyncOpt.Core.Diagnostics;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Experiments;
using AsyncOpt.Simulation;
using AsyncOpt.Testing;

namespace AsyncOpt.Swarm.Checks;

/// <summary>
/// Robust gradient push promises that what is lost or comes twice is made good for: without steps, what nodes hold and
/// what they gave and others have not taken yet add up to what there was at the start.
/// </summary>
static class MassCheck
{
    // Sums of some dozens of numbers of about 1, divided and added some hundreds of times.
    const double Error = 1e-9;

    /// <summary>Whether the method promises it in a world: vectors that are changed under way are another matter.
    /// </summary>
    public static bool IsPromised(World world) => world.Plan is { Method: Rasgp, Precision: Precision.Float64 }
        && world.Plan.Compress is null && !world.Plan.Faults.Any(f => f is CorruptFault);

    public static void Of(World world)
    {
        if (!IsPromised(world))
            return;
        var specification = world.Arm.SpecificationOf(world.Plan, 0);
        specification["method"]!["step"] = 1e-300;
        specification["initial"] = new System.Text.Json.Nodes.JsonObject { ["scale"] = 1 };
        specification["diagnostics"] = null;
        var plan = Experiment.Parse(
            specification.ToJsonString(), "mass.json", AppContext.BaseDirectory, world.Options).Arms[0].Plan(0);
        var masses = new Masses(plan.Topology!, plan.InitialPoint!);
        Simulator.Run(plan with { Threads = 1, Partitions = 1, Diagnostics = [masses] });
        if (masses.Worst is var (time, missing) && missing > Error)
            throw new ContractException($"at {time} s the sum is {missing} away from what it was at the start");
    }

    /// <summary>How far the sum of all is from what it was.</summary>
    sealed class Masses(Topology topology, double[] initial) : Diagnostic(new MetricOptions())
    {
        public (double Time, double Missing) Worst { get; private set; }

        public override IReadOnlyList<string> Metrics(RunPlan plan) => [];

        public override void Evaluate(DiagnosticCut cut, Action<string, double> metric)
        {
            var sum = initial.Select(x => -topology.Nodes * x).ToArray();
            var vector = new double[sum.Length];
            for (var node = 0; node < topology.Nodes; node++)
            {
                Add("x", node, 1);
                Add("given", node, topology.OutDegree(node));
                Add("taken", node, -1);
            }
            var missing = sum.Max(Math.Abs) / topology.Nodes;
            if (missing > Worst.Missing || double.IsNaN(missing))
                Worst = (cut.Time, double.IsNaN(missing) ? double.PositiveInfinity : missing);

            void Add(string name, int node, double factor)
            {
                cut.Read("node", name, node, vector);
                for (var k = 0; k < sum.Length; k++)
                    sum[k] += factor * vector[k];
            }
        }
    }
}
