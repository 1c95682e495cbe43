using System.Text.Json.Nodes;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.ComputeTimes;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Methods.Rounds;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Problems.Shardings;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Swarm.Drawn;

/// <summary>Which entries and options have a rule of their own, because their options hang together.</summary>
static class EntryRules
{
    static readonly Dictionary<Type, Func<OptionDrawer, JsonObject>> Rules = new()
    {
        [typeof(Constant)] = d => LawRules.Constant(d, d.Setting.Tick),
        [typeof(Empirical)] = d => LawRules.Empirical(d, d.Setting.Tick),
        [typeof(LogNormal)] = d => LawRules.LogNormal(d, d.Setting.Tick),
        [typeof(Pareto)] = d => LawRules.Pareto(d, d.Setting.Tick),
        [typeof(ShiftedExponential)] = d => LawRules.ShiftedExponential(d, d.Setting.Tick),
        [typeof(TruncatedNormal)] = d => LawRules.TruncatedNormal(d, d.Setting.Tick),
        [typeof(Uniform)] = d => LawRules.Uniform(d, d.Setting.Tick),
        [typeof(Weibull)] = d => LawRules.Weibull(d, d.Setting.Tick),
        [typeof(Zipf)] = d => LawRules.Zipf(d, d.Setting.Tick),
        [typeof(VaryingDelay)] = LinkRules.Varying,
        [typeof(RandomWalkDelay)] = LinkRules.RandomWalk,
        [typeof(TcpDelay)] = LinkRules.Tcp,
        [typeof(CrashFault)] = FaultRules.Crash,
        [typeof(SplitFault)] = FaultRules.Split,
        [typeof(OutagesFault)] = FaultRules.Outages,
        [typeof(SessionsFault)] = FaultRules.Sessions,
        [typeof(CorruptFault)] = FaultRules.Corrupt,
        [typeof(ReplayFault)] = FaultRules.Replay,
        [typeof(CollusionFault)] = FaultRules.Collusion,
        [typeof(DropFault)] = FaultRules.Drop,
        [typeof(DuplicateFault)] = FaultRules.Duplicate,
        [typeof(BurstyLossFault)] = FaultRules.BurstyLoss,
        [typeof(ListedSpeeds)] = SpeedRules.Listed,
        [typeof(SpreadSpeeds)] = SpeedRules.Spread,
        [typeof(StragglerSpeeds)] = SpeedRules.Straggler,
        [typeof(DrawnSpeeds)] = SpeedRules.Drawn,
        [typeof(SlowBursts)] = SpeedRules.Bursts,
        [typeof(Quadratic)] = ProblemRules.Quadratic,
        [typeof(QuadraticBilevel)] = ProblemRules.QuadraticBilevel,
        [typeof(SyntheticClassification)] = d => ProblemRules.Synthetic(d, hasClasses: true),
        [typeof(SyntheticRegression)] = d => ProblemRules.Synthetic(d, hasClasses: false),
        [typeof(LeastSquares)] = d => ProblemRules.Sampled(d, typeof(SyntheticRegression)),
        [typeof(LogisticRegression)] = d => ProblemRules.Sampled(d, typeof(SyntheticClassification)),
        [typeof(SoftmaxRegression)] = d => ProblemRules.Sampled(d, typeof(SyntheticClassification)),
        [typeof(MlpClassification)] = ProblemRules.Mlp,
        [typeof(StepDecaySchedule)] = ScheduleRules.StepDecay,
        [typeof(GridTopology)] = TopologyRules.Rectangle,
        [typeof(TorusTopology)] = TopologyRules.Rectangle,
        [typeof(HypercubeTopology)] = TopologyRules.Hypercube,
        [typeof(RandomRegularTopology)] = TopologyRules.RandomRegular,
        [typeof(WattsStrogatzTopology)] = TopologyRules.WattsStrogatz,
        [typeof(BarabasiAlbertTopology)] = TopologyRules.BarabasiAlbert,
        [typeof(ErdosRenyiTopology)] = TopologyRules.ErdosRenyi,
        [typeof(ShuffledTopology)] = TopologyRules.Shuffled,
    };

    static readonly Dictionary<Type, Func<OptionDrawer, Option, JsonNode?>> Kinds = new()
    {
        [typeof(StepSchedule)] = ScheduleRules.Step,
        [typeof(Participation)] = (d, _) => ParticipationRules.Of(d),
    };

    // What would take long, needs files, or fits few worlds.
    static readonly HashSet<Type> LeftOut = [typeof(LanguageModel), typeof(DataReweighting), typeof(WorstStaleness)];

    /// <summary>Options that are not drawn: what they fit is not known here.</summary>
    public static IReadOnlySet<string> OptionsLeftOut { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "largest-component", "file", "start", "radius", "eigenvalues", "normalize",
    };

    /// <summary>Options whose usual values are elsewhere than their ranges say.</summary>
    public static IReadOnlyDictionary<string, (double Low, double High)> Numbers { get; } =
        new Dictionary<string, (double, double)>(StringComparer.Ordinal)
        {
            ["steps"] = (1, 4),
            ["value"] = (0.001, 0.2),
            ["peak"] = (0.001, 0.2),
            ["max"] = (0.001, 0.2),
            ["warm-up"] = (0, 1),
            ["lower-steps"] = (1, 4),
            ["least-steps"] = (1, 2),
            ["iterations"] = (1, 40),
            ["tokens"] = (1, 4),
            ["period"] = (1, 8),
            ["products"] = (2, 6),
            ["weight"] = (0.1, 2),
            ["receivers"] = (1, 3),
            ["fragments"] = (1, 2),
            ["series-step"] = (0.01, 0.3),
            ["floor"] = (0.01, 1),
            ["gamma"] = (0.01, 1),
            ["penalty"] = (0.1, 3),
            ["lambda"] = (0.01, 0.3),
            ["slope"] = (0.1, 10),
            ["power"] = (0.1, 2),
            ["alpha"] = (0.1, 10),
            ["a"] = (0.6, 0.95),
            ["b"] = (0.6, 0.95),
            ["scale"] = (0.01, 0.3),
            ["epsilon"] = (1e-8, 1e-3),
            ["batch-size"] = (1, 3),
            ["every"] = (1, 3),
            ["amplitude"] = (0.1, 1),
            ["at-once"] = (1, 3),
            ["quorum"] = (0, 1),
            ["blocks"] = (0, 1),
        };

    /// <summary>The rule of an entry; null where its options are drawn one by one.</summary>
    public static Func<OptionDrawer, JsonObject>? Of(Type entry) => Rules.GetValueOrDefault(entry);

    /// <summary>The rule of all values of a type; null where there is none.</summary>
    public static Func<OptionDrawer, Option, JsonNode?>? OfKind(Type type) => Kinds.GetValueOrDefault(type);

    /// <summary>Whether worlds are made without an entry.</summary>
    public static bool IsLeftOut(Type entry) => LeftOut.Contains(entry);
}
