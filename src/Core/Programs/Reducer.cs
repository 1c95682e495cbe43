using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Programs;

/// <summary>What a <see cref="Reducer"/> makes of the vectors x_i and numbers s_i that all agents contribute.</summary>
public enum Reduction
{
    /// <summary>The sum of the x_i.</summary>
    Sum,

    /// <summary>The weighted mean, sum_i w(s_i, s) x_i / sum_i w(s_i, s), where s is the least of the s_i.</summary>
    WeightedMean,

    /// <summary>The x_i of the least s_i; of equal ones, that of the lowest rank.</summary>
    Least,
}

/// <summary>When a <see cref="Reducer"/> answers.</summary>
public enum Answers
{
    /// <summary>Everybody, once all have contributed to a round.</summary>
    All,

    /// <summary>Each contribution at once, with what the others contributed last.</summary>
    Each,
}

/// <summary>What a <see cref="Reducer"/> says of the numbers that agents contribute, beside the vector.</summary>
/// <param name="Least">The least number.</param>
/// <param name="Rank">The rank within the role of the agent that contributed it.</param>
/// <param name="Weights">The sum of the weights.</param>
public readonly record struct Reduced(double Least, long Rank, double Weights);

/// <summary>
/// A reduction over all agents of a role, as a role of one agent: who contributes sends it a vector and a number, and
/// gets the result as a message. Two messages an agent instead of one to each other agent; they take the time of their
/// links, and the reduction a time of its own. What is contributed is what it was when it was sent.
/// </summary>
/// <remarks>
/// Sums are in float64, in blocks of 1,024 agents in the order of their ranks, so no order of arrival changes a bit.
/// </remarks>
/// <param name="of">The role whose agents contribute.</param>
/// <param name="reduction">What is made of the contributions.</param>
/// <param name="dimension">The dimension of the vectors.</param>
public sealed class Reducer(string of, Reduction reduction, Dim dimension) : RoleProgram<Reducer.State>
{
    Vector _result;
    SlotBank _vectors;
    Table _numbers, _rounds, _weights;
    Peers _agents;

    /// <summary>
    /// An agent's contribution: its vector, under the round as version, and its number. In rounds of
    /// <see cref="Answers.All"/> agents begin with round 0 and go on to the next when they have the result.
    /// </summary>
    public MessageKind<double> Contribution { get; } = new("contribution", dimension);

    /// <summary>
    /// The result, under its round as version: the vector, and what is known of the numbers.
    /// </summary>
    public MessageKind<Reduced> Result { get; } = new("result", dimension);

    /// <summary>When it answers.</summary>
    public Answers Answers { get; init; }

    /// <summary>The weight of an agent's number, given the least one; at least 0. By default 1.</summary>
    public Func<double, double, double> Weight { get; init; } = (_, _) => 1;

    /// <summary>How long the reduction of a round takes once all have contributed; 0 or more.</summary>
    public VirtualTime Time { get; init; } = VirtualTime.Zero;

    /// <inheritdoc/>
    public override void Declare(RoleLayout role)
    {
        _agents = role.Peers(of);
        _result = role.Vector("result", dimension);
        _vectors = role.Slots(Contribution, _agents.Count);
        _numbers = role.Table(Dim.Of(_agents.Count));
        _rounds = role.Table(Dim.Of(_agents.Count));
        _weights = role.Table(Dim.Of(_agents.Count));
        if (Answers == Answers.Each && Time != VirtualTime.Zero)
            throw new InvalidOperationException("a reducer that answers each contribution at once takes no time");
    }

    /// <inheritdoc/>
    public override void OnMessage(ref State s, in Received m, Effects e)
    {
        var agent = m.Sender.Id - _agents.First;
        var rounds = e.Numbers(_rounds);
        if (m.Version + 1 <= (long)rounds[agent])
            return; // it came twice
        (rounds[agent], e.Numbers(_numbers)[agent]) = (m.Version + 1, m.Body(Contribution));
        e.Hold(_vectors[agent], m);
        if (Answers == Answers.Each)
            e.Send(m.Sender, Reduce(m.Version, e));
        else if (++s.Received == _agents.Count)
        {
            s.Received = 0;
            if (Time == VirtualTime.Zero)
                End(ref s, e);
            else
                e.SetTimer(Time);
        }
    }

    /// <inheritdoc/>
    public override void OnTimer(ref State s, in TimerFired t, Effects e) => End(ref s, e);

    /// <inheritdoc/>
    public override void Awaits(in State s, Waits waits)
    {
        for (var i = 0; i < _agents.Count; i++)
            waits.For(Contribution, _agents[i]);
    }

    void End(ref State s, Effects e)
    {
        var result = Reduce(s.Round++, e);
        for (var i = 0; i < _agents.Count; i++)
            e.Send(_agents[i], in result);
    }

    Message Reduce(long round, Effects e)
    {
        var numbers = e.Numbers(_numbers);
        var rounds = e.Numbers(_rounds);
        var weights = e.Numbers(_weights);
        var least = -1;
        for (var i = 0; i < numbers.Length; i++)
        {
            if (rounds[i] > 0 && (least < 0 || numbers[i] < numbers[least]))
                least = i;
        }
        for (var i = 0; i < numbers.Length; i++)
            weights[i] = rounds[i] == 0 ? 0 : WeightOf(numbers[i], numbers[least]);
        var sum = PairwiseSum.Sum(weights);
        if (reduction == Reduction.Least)
            e.Copy(_vectors[least], _result);
        else
            e.WeightedSum(_vectors, weights, _result);
        if (reduction == Reduction.WeightedMean)
            e.Scale(1 / sum, _result);
        return Result.With(new Reduced(numbers[least], least, sum)) with { Vector = e.Snapshot(_result, round) };
    }

    double WeightOf(double number, double least) => reduction == Reduction.WeightedMean ? Weight(number, least) : 1;

    /// <summary>The reducer's state.</summary>
    public struct State
    {
        internal long Round;
        internal int Received;
    }
}
