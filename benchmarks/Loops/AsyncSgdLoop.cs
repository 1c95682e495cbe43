using System.Runtime.InteropServices;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Benchmarks.Loops;

/// <summary>
/// Asynchronous SGD as one would write it by hand, one event per gradient and message as the engine has them: a server
/// that takes gradients in the order in which they come, applies each at once and sends its model back. The model is
/// written into the worker's block, and the gradient takes its place there.
/// </summary>
/// <typeparam name="TGuarantees">What is promised beside the method.</typeparam>
sealed unsafe class AsyncSgdLoop<TGuarantees> : IDisposable
    where TGuarantees : struct, IGuarantees
{
    // Blocks are fetched for so many events ahead.
    const int Ahead = 8;

    // As the engine numbers agents: the server comes first.
    const int Server = 0;

    const int Model = -1, Computed = 1, Gradient = 2;

    readonly Arena _arena = new();
    readonly Calendar<TGuarantees> _calendar;
    readonly byte* _blocks;
    readonly double* _x;
    readonly int _workers;
    readonly int _dimension;
    readonly int _length;
    readonly nint _vectorBytes;
    readonly nint _blockBytes;
    readonly double _step;
    readonly double _regularization;
    readonly bool _fetches;
    TGuarantees _guarantees;
    ulong _serverChain;
    uint _serverSent;
    long _now;

    /// <param name="problem">One sample per worker.</param>
    /// <param name="workers">How many workers there are.</param>
    /// <param name="step">The step size.</param>
    /// <param name="guarantees">What is promised.</param>
    /// <param name="fetches">Whether blocks are fetched ahead of their events.</param>
    public AsyncSgdLoop(LogisticRegression problem, int workers, double step, TGuarantees guarantees, bool fetches)
    {
        (_workers, _step, _guarantees, _fetches) = (workers, step, guarantees, fetches);
        (_dimension, _regularization) = (problem.Parameters, problem.Regularization);
        _length = PaddedMath.LengthOf(_dimension);
        _vectorBytes = _length * sizeof(double);
        _blockBytes = sizeof(Head) + (2 * _vectorBytes);
        _calendar = new(_arena, workers + 1, guarantees);
        _x = _arena.Take<double>(_length).Pointer;
        _blocks = _arena.Take<byte>((workers + 1) * _blockBytes).Pointer;
        for (var i = 1; i <= workers; i++)
        {
            var row = problem.Shards.Of(i - 1)[0];
            problem.Features.Values.AsSpan(row * _dimension, _dimension).CopyTo(new Span<double>(SampleOf(i), _dimension));
            HeadOf(i)->Label = problem.Labels[row];
        }
    }

    [StructLayout(LayoutKind.Sequential, Size = 64)]
    struct Head
    {
        public double Label;
        public ulong Chain;
        public ulong Hash;       // of the vector, once the worker has it
        public long Version;     // of the model that it got, or that its gradient was computed at
        public uint Gradients;   // gradients begun
        public uint Sent;        // events sent
        public uint SentDown;    // models sent to it
        public uint SentUp;      // gradients that it sent
    }

    /// <summary>Gradients applied.</summary>
    public long Updates { get; private set; }

    /// <summary>Events handled.</summary>
    public long Events { get; private set; }

    /// <summary>The sum over all updates of those made since the model of the gradient.</summary>
    public long Staleness { get; private set; }

    /// <summary>The server's model.</summary>
    public ReadOnlySpan<double> X => new(_x, _dimension);

    public void Dispose() => _arena.Dispose();

    /// <summary>Updates per second of wall time.</summary>
    /// <param name="warmUp">Virtual time before the clock starts.</param>
    /// <param name="timed">Virtual time that is timed.</param>
    public double Rate(VirtualTime warmUp, VirtualTime timed)
    {
        Start();
        Run(warmUp.Nanoseconds);
        var (updates, start) = (Updates, Clock.Seconds);
        Run(warmUp.Nanoseconds + timed.Nanoseconds);
        return (Updates - updates) / (Clock.Seconds - start);
    }

    /// <summary>Every worker is sent the model.</summary>
    public void Start()
    {
        for (var i = 1; i <= _workers; i++)
            SendModel(i);
    }

    /// <summary>Handles all events before an end, in ns.</summary>
    public void Run(long end)
    {
        var calendar = _calendar;
        var fetched = 0;
        while (calendar.TryKnow(Ahead, _now, end))
        {
            if (_fetches)
            {
                for (; fetched < Math.Min(Ahead, calendar.Known); fetched++)
                    Prefetch.Bytes(HeadOf(calendar.Peek(fetched)), _blockBytes);
                fetched--;
            }
            var worker = calendar.Peek(0);
            calendar.Pop();
            Handle(worker);
        }
    }

    /// <summary>The chain over what an agent handled.</summary>
    /// <param name="agent">The agent's number; 0 for the server.</param>
    public ulong ChainOf(int agent) => agent == Server ? _serverChain : HeadOf(agent)->Chain;

    Head* HeadOf(int worker) => (Head*)(_blocks + (worker * _blockBytes));

    double* VectorOf(int worker) => (double*)(_blocks + (worker * _blockBytes) + sizeof(Head));

    double* SampleOf(int worker) => (double*)((byte*)VectorOf(worker) + _vectorBytes);

    void Handle(int worker)
    {
        ref var slot = ref _calendar[worker];
        Events++;
        _now = slot.Time;
        switch (slot.Kind)
        {
            case Model:
                OnModel(worker, in slot);
                break;
            case Computed:
                OnComputed(worker, in slot);
                break;
            default:
                OnGradient(worker, in slot);
                break;
        }
    }

    void OnModel(int worker, in Slot slot)
    {
        var head = HeadOf(worker);
        var vector = VectorOf(worker);
        if (TGuarantees.AreKept)
        {
            var payload = Chains.OfMessage(Chains.Of(vector, _dimension), head->Version);
            Chains.Fold(ref head->Chain, _now, Model, slot.Sequence, Server, payload);
        }
        PaddedMath.Gradient(vector, SampleOf(worker), head->Label, _regularization, vector, _length);
        Insert(worker, Computed, _guarantees.ComputeTime(worker, head->Gradients++), head->Sent++);
    }

    void OnComputed(int worker, in Slot slot)
    {
        var head = HeadOf(worker);
        if (TGuarantees.AreKept)
        {
            head->Hash = Chains.Of(VectorOf(worker), _dimension);
            Chains.Fold(ref head->Chain, _now, Computed, slot.Sequence, worker, Chains.OfResult(head->Hash));
        }
        Insert(worker, Gradient, _guarantees.Delay(LinkUp(worker), head->SentUp++), head->Sent++);
    }

    void OnGradient(int worker, in Slot slot)
    {
        var head = HeadOf(worker);
        if (TGuarantees.AreKept)
        {
            var payload = Chains.OfMessage(head->Hash, head->Version);
            Chains.Fold(ref _serverChain, _now, Gradient, slot.Sequence, worker, payload);
        }
        Staleness += Updates - head->Version;
        PaddedMath.Descend(_x, VectorOf(worker), _step, _length);
        Updates++;
        SendModel(worker);
    }

    void SendModel(int worker)
    {
        var head = HeadOf(worker);
        head->Version = Updates;
        PaddedMath.Copy(_x, VectorOf(worker), _length);
        Insert(worker, Model, _guarantees.Delay(LinkUp(worker) - 1, head->SentDown++), _serverSent++);
    }

    static ulong LinkUp(int worker) => (2 * (ulong)worker) - 1;

    void Insert(int worker, int kind, long after, uint sequence)
    {
        ref var slot = ref _calendar[worker];
        slot.Time = _now + after;
        (slot.Kind, slot.Sequence) = (kind, sequence);
        _calendar.Insert(worker);
    }
}
