using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Methods.LocalTraining;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Methods;

/// <summary>
/// Streaming DiLoCo: DiLoCo whose parameters are synchronized in P fragments, one after the other, while workers train
/// on. Every H steps, but each fragment p at another step, a worker sends how far it moved, <c>x_p - y_p</c>; the
/// server takes the mean over the n workers as a gradient, <c>x_p := Outer(x_p, (1/n) sum_i (x_p - y_ip))</c>; tau
/// steps after sending, the worker takes the new x_p in, <c>y_p := alpha y_p + (1 - alpha) x_p</c>, and waits for it
/// where it has not come.
/// </summary>
/// <remarks>
/// <para>
/// A message carries a fragment alone, so that links need 1 / P of the peak rate, and as long as it and its answer take
/// no longer than tau steps nobody waits. Steps made while a fragment is under way start from its old state: alpha is
/// the share of them that stays. Fragment p = 1 .. P is sent after floor(H p / P) steps, and then every H.
/// </para>
/// <para>
/// With one fragment, tau = 0 and alpha = 0 it is <c>local-sgd</c>, bit for bit; with alpha = 1 workers train alone.
/// Fragments are even ranges of the parameters in their order.
/// </para>
/// <para>
/// Every worker's part of a fragment counts as one update; each rests on the last x_p, so that staleness is 0. Parts
/// are summed in the order of their arrival. The age of an update is that of its last piece of training.
/// </para>
/// <para>
/// Often confused with: DiLoCo with delayed or eager updates, which synchronizes all parameters at once; and
/// <c>async-local-sgd</c>, where nobody waits for other workers.
/// </para>
/// <para>
/// A lost message stops the method, as the server waits for that part, or the worker for that fragment, unless there is
/// a timeout: then a worker that waits so long sends its part again, which is summed once. Duplicates change nothing. A
/// worker that restarts trains again for the steps that the crash cost, and asks for what it may have
/// missed; a server that restarts asks for it likewise.
/// </para>
/// </remarks>
/// <param name="options">Inner and outer optimizer, steps, fragments, overlap.</param>
[Method("streaming-diloco", Needs = Needs.Workers,
    Tolerates = Tolerance.None, ToleratesWithTimeout = Tolerance.Loss,
    Source = "Douillard et al., arXiv 2501.18512, algorithm 2",
    Differs = "fragments are even ranges of the parameters instead of layers; what is sent is compressed only where "
        + "the experiment says so")]
public sealed class StreamingDiloco(StreamingDiloco.Options options) : Method
{
    /// <summary>Options of <see cref="StreamingDiloco"/>.</summary>
    public sealed record Options
    {
        /// <summary>
        /// The optimizer of the local steps; its state stays at the worker, and is never reset or sent.
        /// </summary>
        public Optimizer Inner { get; init; } = new Sgd();

        /// <summary>The rate of local steps as a function of the worker's steps.</summary>
        public required StepSchedule Rate { get; init; }

        /// <summary>H: local steps from one synchronization of a fragment to its next.</summary>
        [Range(1, 1 << 24)]
        public int Steps { get; init; } = 10;

        /// <summary>Samples per local step; 0 for all samples of the worker.</summary>
        [Range(0, 1 << 20)]
        public int BatchSize { get; init; } = 1;

        /// <summary>The optimizer of the server, whose gradient is how far workers moved.</summary>
        public Optimizer Outer { get; init; } = new Nesterov(new());

        /// <summary>The rate of the outer optimizer as a function of the fragment's outer steps.</summary>
        public required StepSchedule OuterRate { get; init; }

        /// <summary>P: how many fragments there are, at most H and at most the number of parameters.</summary>
        [Range(1, 1 << 12)]
        public int Fragments { get; init; } = 2;

        /// <summary>tau: local steps from sending a fragment to taking its new state in, less than H.</summary>
        [Range(0, 1 << 24)]
        public int Overlap { get; init; } = 1;

        /// <summary>alpha: the share of its own that a worker keeps of a fragment when the new state comes.</summary>
        [Range(0, 1.0)]
        public double OwnShare { get; init; } = 0.5;

        /// <summary>
        /// How long a worker waits for a fragment before it sends its change of it again; without, for ever.
        /// </summary>
        [Range(1e-9, 1e9)]
        public VirtualTime? Timeout { get; init; }
    }

    /// <summary>Which part of a fragment.</summary>
    /// <param name="Fragment">The fragment, from 0.</param>
    /// <param name="Round">Its synchronizations, counted from 1.</param>
    readonly record struct Part(int Fragment, long Round);

    // How far a worker moved a fragment; a fragment, as the body, under its round as version; a worker came back.
    static readonly MessageKind<Part> Change = new("change", Dim.Parameters) { IsChange = true, TakesFragments = true };
    static readonly MessageKind<int> Fresh = new("fragment", Dim.Parameters) { TakesFragments = true };
    static readonly MessageKind Request = new("request");

    readonly LocalSteps _oracle = new(options.Inner, options.Rate);

    /// <inheritdoc/>
    public override IReadOnlyList<Oracle> Oracles => [_oracle];

    /// <inheritdoc/>
    public override bool HasTimeout => options.Timeout is not null;

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        layout.Role("server", Count.One, new Server(options));
        layout.Role("worker", Count.PerWorker, new Worker(options, _oracle));
        layout.Messages(Change, Fresh, Request);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) =>
        options.Inner is Sgd ? StepChecks.Warnings(options.Rate, context) : [];

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context)
    {
        if (options.Fragments > options.Steps)
            yield return $"{options.Fragments} fragments cannot be sent at different ones of {options.Steps} steps; "
                + "take as many fragments as steps, or fewer";
        if (options.Overlap >= options.Steps)
            yield return $"overlap is {options.Overlap} steps, and a fragment is sent again after {options.Steps}; "
                + "take a smaller overlap";
        if (options is { Outer: Lamb, Fragments: > 1 })
            yield return "outer 'lamb' scales steps by layers, which fragments cut; take another outer optimizer";
    }

    /// <summary>At which of a worker's steps, counted from 1, fragments are sent and taken in.</summary>
    internal readonly record struct Plan(int Fragments, int Steps, int Overlap)
    {
        int First(int fragment) => (int)((long)Steps * (fragment + 1) / Fragments);

        public bool IsSent(int fragment, long step) => IsDue(First(fragment), step);

        public bool IsTaken(int fragment, long step) => IsDue(First(fragment) + Overlap, step);

        /// <summary>The first step after another at which there is something to do.</summary>
        public long After(long step)
        {
            var next = long.MaxValue;
            for (var p = 0; p < Fragments; p++)
                next = Math.Min(next, Math.Min(After(First(p), step), After(First(p) + Overlap, step)));
            return next;
        }

        bool IsDue(int first, long step) => step >= first && (step - first) % Steps == 0;

        long After(int first, long step) => step < first ? first : first + ((((step - first) / Steps) + 1) * Steps);
    }

    sealed class Server(Options options) : RoleProgram<int>
    {
        readonly Vector[] _x = new Vector[options.Fragments], _sum = new Vector[options.Fragments];
        readonly OuterOptimizer[] _outer = new OuterOptimizer[options.Fragments];
        Vector _model;
        Fragment[] _fragments = [];
        Table _rounds, _received; // of each fragment
        Table _last;              // of each worker's parts of each fragment, the round
        Peers _workers;

        public override void Declare(RoleLayout role)
        {
            _model = role.Vector("x", Dim.Parameters, Estimate.Single, Initial.Point);
            _fragments = role.Fragments(_model, options.Fragments);
            _workers = role.Peers("worker");
            for (var p = 0; p < _fragments.Length; p++)
            {
                var dimension = Dim.Of(_fragments[p].Count);
                _x[p] = role.Vector($"x of fragment {p}", dimension);
                _sum[p] = role.Vector($"sum of fragment {p}", dimension);
                _outer[p] = new OuterOptimizer(options.Outer, options.OuterRate);
                _outer[p].Declare(role, dimension, $" of fragment {p}");
            }
            _rounds = role.Table(Dim.Of(_fragments.Length));
            _received = role.Table(Dim.Of(_fragments.Length));
            _last = role.Table(Dim.Of(_fragments.Length * _workers.Count));
        }

        public override void OnStart(ref int s, Effects e)
        {
            for (var p = 0; p < _fragments.Length; p++)
                e.Copy(_fragments[p], _x[p]);
        }

        public override void OnMessage(ref int s, in Received m, Effects e)
        {
            if (m.Kind == Request)
            {
                for (var p = 0; p < _fragments.Length; p++)
                    e.Send(m.Sender, Fresh, p, Latest(p, e));
                return;
            }
            var part = m.Body(Change);
            ref var last = ref e.Numbers(_last)[(part.Fragment * _workers.Count) + m.Sender.Id - _workers.First];
            if (part.Round <= last)
            {
                e.RecordWaste(WasteReason.Duplicate, in m);
                // A duplicate; where workers send again, the fragment may be lost.
                if (options.Timeout is not null && part.Round <= e.Numbers(_rounds)[part.Fragment])
                    e.Send(m.Sender, Fresh, part.Fragment, Latest(part.Fragment, e));
                return;
            }
            last = part.Round;
            e.RecordUpdate((long)e.Numbers(_rounds)[part.Fragment] - m.Version, m);
            e.Axpy(1, m.Vector, _sum[part.Fragment]);
            if (++e.Numbers(_received)[part.Fragment] == _workers.Count)
                Step(part.Fragment, e);
        }

        public override void OnRestart(ref int s, Effects e)
        {
            for (var p = 0; p < _fragments.Length; p++)
                e.SendToAll(_workers, Fresh.With(p) with { Vector = Latest(p, e) });
        }

        public override void Awaits(in int s, Waits waits)
        {
            for (var i = 0; i < _workers.Count; i++)
                waits.For(Change, _workers[i]);
        }

        void Step(int p, Effects e)
        {
            ref var round = ref e.Numbers(_rounds)[p];
            var outer = new OuterState { Steps = (long)round };
            e.Scale(1.0 / _workers.Count, _sum[p]);
            _outer[p].Step(ref outer, e, _sum[p], _x[p]);
            e.Fill(0, _sum[p]);
            e.Copy(_x[p], _fragments[p]);
            e.Numbers(_received)[p] = 0;
            round++;
            e.SendToAll(_workers, Fresh.With(p) with { Vector = Latest(p, e) });
        }

        Snapshot Latest(int p, Effects e) => e.Snapshot(_fragments[p], (long)e.Numbers(_rounds)[p]);
    }

    struct WorkerState
    {
        /// <summary>Local steps made, and those of the computation that is pending or was last.</summary>
        public long Step;
        public int Pending;

        /// <summary>Whether what is to be taken in at this step has not come.</summary>
        public bool IsWaiting;
    }

    sealed class Worker(Options options, LocalSteps oracle) : RoleProgram<WorkerState>
    {
        readonly Plan _plan = new(options.Fragments, options.Steps, options.Overlap);
        Vector _y, _state0, _state1;
        Fragment[] _own = [], _global = [], _change = [];
        SlotBank _fresh;
        Table _sent, _come; // of each fragment, the round
        TableOf<TimerId> _timer;
        Peer _server;

        public override void Declare(RoleLayout role)
        {
            _y = role.Vector("y", Dim.Parameters, initial: Initial.Point);
            _own = role.Fragments(_y, options.Fragments);
            _global = role.Fragments(role.Vector("x", Dim.Parameters, initial: Initial.Point), options.Fragments);
            _change = role.Fragments(role.Vector("change", Dim.Parameters), options.Fragments);
            _state0 = oracle.Optimizer.States > 0 ? role.Vector("inner-0", Dim.Parameters) : default;
            _state1 = oracle.Optimizer.States > 1 ? role.Vector("inner-1", Dim.Parameters) : default;
            _fresh = role.Slots(Fresh, options.Fragments);
            _sent = role.Table(Dim.Of(options.Fragments));
            _come = role.Table(Dim.Of(options.Fragments));
            if (options.Timeout is not null)
                _timer = new TableOf<TimerId>(role);
            _server = role.Peer("server");
        }

        public override void OnStart(ref WorkerState s, Effects e) => Train(ref s, e);

        public override void OnComputed(ref WorkerState s, in Computed c, Effects e)
        {
            s.Step += s.Pending;
            for (var p = 0; p < options.Fragments; p++)
            {
                if (_plan.IsSent(p, s.Step))
                    SendChange(p, c.Origin, e);
            }
            TakeIn(ref s, e);
        }

        public override void OnMessage(ref WorkerState s, in Received m, Effects e)
        {
            var p = m.Body(Fresh);
            var (sent, come) = ((long)e.Numbers(_sent)[p], (long)e.Numbers(_come)[p]);
            if (m.Version == sent && come < sent)
            {
                e.Hold(_fresh[p], m);
                e.Numbers(_come)[p] = sent;
                if (s.IsWaiting)
                    TakeIn(ref s, e);
            }
            else if (m.Version == sent - 1)
            {
                SendAgain(p, e); // the server may have missed it
            }
        }

        public override void OnRestart(ref WorkerState s, Effects e)
        {
            e.Send(_server, Request);
            if (s.IsWaiting)
                SetTimer(e);
            else
                Compute(in s, e);
        }

        public override void OnTimer(ref WorkerState s, in TimerFired t, Effects e)
        {
            for (var p = 0; p < options.Fragments; p++)
            {
                if (IsMissing(in s, p, e))
                    SendAgain(p, e);
            }
            SetTimer(e);
        }

        void SetTimer(Effects e)
        {
            if (options.Timeout is { } timeout)
                _timer.Of(e) = e.SetTimer(timeout);
        }

        public override void Awaits(in WorkerState s, Waits waits)
        {
            if (s.IsWaiting)
                waits.For(Fresh, _server);
        }

        void Train(ref WorkerState s, Effects e)
        {
            s.Pending = (int)(_plan.After(s.Step) - s.Step);
            Compute(in s, e);
        }

        void Compute(in WorkerState s, Effects e) => e.Compute(new Computation(oracle, options.BatchSize)
        {
            Steps = s.Pending,
            RateStep = s.Step,
            OptimizerStep = s.Step,
            Key = BatchKey.OfPlace(s.Step), // place and step, as in local-sgd: the same batches
            Input = e.Snapshot(_y, s.Step),
            Input1 = _state0,
            Input2 = _state1,
            Output = _y,
            Output1 = _state0,
            Output2 = _state1,
        });

        void SendChange(int p, in Origin origin, Effects e)
        {
            e.Copy(_global[p], _change[p]);
            e.Axpy(-1, _own[p], _change[p]);
            var round = (long)++e.Numbers(_sent)[p];
            e.Send(_server, Change, new Part(p, round), e.Snapshot(_change[p], origin with { Version = round - 1 }));
        }

        void SendAgain(int p, Effects e)
        {
            var round = (long)e.Numbers(_sent)[p];
            e.Send(_server, Change, new Part(p, round), e.Snapshot(_change[p], round - 1));
        }

        // Trains on once all that is due at this step has come.
        void TakeIn(ref WorkerState s, Effects e)
        {
            var hasWaited = s.IsWaiting;
            s.IsWaiting = false;
            for (var p = 0; p < options.Fragments; p++)
                s.IsWaiting |= IsMissing(in s, p, e);
            if (s.IsWaiting && !hasWaited)
                SetTimer(e);
            if (s.IsWaiting)
                return;
            if (hasWaited && options.Timeout is not null)
                e.Cancel(_timer.Of(e));
            for (var p = 0; p < options.Fragments; p++)
            {
                if (_plan.IsTaken(p, s.Step))
                    Merge(p, e);
            }
            Train(ref s, e);
        }

        // Whether a fragment is to be taken in now, and has not come.
        bool IsMissing(in WorkerState s, int p, Effects e) =>
            _plan.IsTaken(p, s.Step) && e.Numbers(_come)[p] < e.Numbers(_sent)[p];

        void Merge(int p, Effects e)
        {
            e.Copy(_fresh[p], _global[p]);
            if (options.OwnShare == 0)
                e.Copy(_fresh[p], _own[p]); // x itself: 0 y + x need not be
            else
                e.Lerp(1 - options.OwnShare, _fresh[p], _own[p]);
            e.Release(_fresh[p]);
        }
    }
}
