using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Core.Problems;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Benchmarks.Loops;

/// <summary>
/// SGD by one token with one sample per node as one would write it by hand, compiled: draw the next node, note the
/// visit, step along the gradient there. There are no events; what the engine makes events of is folded into a chain,
/// where that is promised.
/// </summary>
/// <typeparam name="TWalk">How the token walks.</typeparam>
/// <typeparam name="TGuarantees">What is promised beside the method.</typeparam>
sealed unsafe class TokenLoop<TWalk, TGuarantees> : IDisposable
    where TWalk : struct, ITokenWalk
    where TGuarantees : struct, IGuarantees
{
    const int Token = 0, Arrived = 1, Computed = 2;

    // Of a move, and of a gradient, in ns.
    const long Time = 1_000_000;

    readonly Arena _arena = new();
    readonly double* _theta;
    readonly double* _gradient;
    readonly double* _samples;
    readonly double[] _labels;
    readonly int _dimension;
    readonly int _length;
    readonly double _regularization;
    TWalk _walk;
    TGuarantees _guarantees;
    ulong _chain;
    uint _sent;
    long _now;

    /// <param name="problem">One sample per node.</param>
    /// <param name="walk">How the token walks.</param>
    /// <param name="guarantees">What is promised.</param>
    public TokenLoop(LogisticRegression problem, TWalk walk, TGuarantees guarantees)
    {
        (_walk, _guarantees) = (walk, guarantees);
        (_dimension, _regularization) = (problem.Parameters, problem.Regularization);
        _length = PaddedMath.LengthOf(_dimension);
        _theta = _arena.Take<double>(_length).Pointer;
        _gradient = _arena.Take<double>(_length).Pointer;
        var nodes = problem.Shards.Places;
        _samples = _arena.Take<double>((long)nodes * _length).Pointer;
        _labels = new double[nodes];
        for (var i = 0; i < nodes; i++)
        {
            var row = problem.Shards.Of(i)[0];
            problem.Features.Values.AsSpan(row * _dimension, _dimension)
                .CopyTo(new Span<double>(_samples + ((long)i * _length), _dimension));
            _labels[i] = problem.Labels[row];
        }
    }

    /// <summary>Where the token is.</summary>
    public int Node { get; private set; }

    /// <summary>Gradients applied.</summary>
    public long Steps { get; private set; }

    /// <summary>Moves from one node to another.</summary>
    public long Moves { get; private set; }

    /// <summary>The token's model.</summary>
    public ReadOnlySpan<double> Theta => new(_theta, _dimension);

    /// <summary>The chain over what the token handled.</summary>
    public ulong Chain => _chain;

    public void Dispose() => _arena.Dispose();

    /// <summary>Steps per second, after a quarter as many to warm up.</summary>
    public double Rate(long steps)
    {
        Run(steps / 4);
        var start = Clock.Seconds;
        Run(steps);
        var seconds = Clock.Seconds - start;
        return double.IsFinite(_theta[0]) ? steps / seconds : throw new InvalidOperationException("the loop diverged");
    }

    /// <summary>Makes so many steps.</summary>
    public void Run(long steps)
    {
        for (var end = Steps + steps; Steps < end; Steps++)
        {
            var next = _walk.Next(Node, _guarantees.Uniform(Token, (uint)Steps));
            if (next != Node)
                MoveTo(next);
            _walk.Visit(Node, Steps);
            Descend(_samples + ((long)Node * _length), _labels[Node], _walk.Step(Node, Steps));
        }
    }

    void MoveTo(int node)
    {
        Node = node;
        Moves++;
        if (!TGuarantees.AreKept)
            return;
        _now += Time;
        Chains.Fold(ref _chain, _now, Arrived, _sent++, Token, (ulong)node);
    }

    // theta := theta - step (lambda theta - y a / (1 + exp(y a.theta)))
    void Descend(double* sample, double label, double step)
    {
        if (!TGuarantees.AreKept)
        {
            PaddedMath.Descend(_theta, sample, label, _regularization, step, _length);
            return;
        }
        PaddedMath.Gradient(_theta, sample, label, _regularization, _gradient, _length);
        _now += Time;
        var hash = Chains.Of(_gradient, _dimension);
        Chains.Fold(ref _chain, _now, Computed, _sent++, Token, Chains.OfResult(hash));
        PaddedMath.Descend(_theta, _gradient, step, _length);
    }
}
