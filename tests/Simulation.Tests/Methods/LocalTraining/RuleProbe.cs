using AsyncOpt.Core.Methods.LocalTraining;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests.Methods.LocalTraining;

/// <summary>Feeds a server rule updates of one coordinate, and says where the model is after each.</summary>
sealed class RuleProbe(ServerRule rule, Optimizer outer, double rate, int workers, double[] updates, double weight = 1)
    : Method
{
    /// <summary>The model, 0 at first, after 1, 2, ... updates.</summary>
    public static double[] Path(
        ServerRule rule, Optimizer outer, double rate, int workers, double[] updates, double weight = 1) =>
        [.. Enumerable.Range(1, updates.Length).Select(n => Simulator.Run(Plans.Of(
            new RuleProbe(rule, outer, rate, workers, updates[..n], weight), 1, 1, Plans.Zero)).Estimate[0])];

    /// <summary>A sequence without a pattern, in -2 to 2.</summary>
    public static double[] Updates(int count) => [.. Enumerable.Range(0, count).Select(t => (((t * 37) % 23) - 11) / 5.5)];

    public override void Declare(Layout layout) => layout.Role("server", Count.One, new Server(this));

    struct State
    {
        public OuterState Outer;
    }

    sealed class Server(RuleProbe probe) : RoleProgram<State>
    {
        Vector _x, _g;
        ServerUpdate? _update;

        public override void Declare(RoleLayout role)
        {
            _x = role.Vector("x", Dim.Parameters, Estimate.Single, Initial.Point);
            _g = role.Vector("g", Dim.Parameters);
            _update = probe.Bind(role, _x);
        }

        public override void OnStart(ref State s, Effects e) => probe.Feed(ref s.Outer, e, _update!, _g);
    }

    ServerUpdate Bind(RoleLayout role, Vector x) =>
        rule.Bind(role, x, new OuterOptimizer(outer, ConstantSchedule.Of(rate)), workers);

    void Feed(ref OuterState s, Effects e, ServerUpdate update, Vector g)
    {
        foreach (var value in updates)
        {
            e.Fill(value, g);
            update.Apply(ref s, e, g, weight);
        }
    }
}
