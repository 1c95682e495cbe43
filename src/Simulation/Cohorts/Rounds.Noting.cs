using System.Runtime.InteropServices;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.Scripts;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>What a round leaves: counts, and the waves that are pending after it.</summary>
sealed unsafe partial class Rounds<T>
{
    /// <summary>What the round's events and effects count.</summary>
    void Note(in RoundWork work, RoundTally tally)
    {
        var (due, arrived) = (work.Due, work.Arrived);
        long agents = _role.Layout.Agents;
        var edges = _topology.Edges;
        var events = (due.IsPending ? agents : 0) + (arrived.IsPending ? edges : 0);
        _record.Cohorts++;
        _record.Events += events;
        // All events of an agent are at one instant.
        _record.Ties += Math.Max(0, events - agents);
        if (tally.NotFinite >= 0)
            _record.NotFinite = Recording.Earlier(_record.NotFinite, (work.Now.Time, _role.First + tally.NotFinite));
        if (due.Computation is { } computed)
        {
            if (computed.Oracle.CountsGradient)
                _record.Gradients += agents;
            _record.Samples += SamplesOf(computed.Batch);
            _record.Batches++;
            _record.BatchMax = Math.Max(_record.BatchMax, agents);
            _record.Evaluations += agents;
        }
        foreach (var op in _script.Ops)
        {
            if (op.Kind == CohortOpKind.Send)
            {
                var bytes = edges * _world.KindBytes[op.Message!.Kind.Number];
                ref var traffic = ref _record.Traffic[_role.Layout.Index];
                traffic = (traffic.Messages + edges, traffic.Bytes + bytes);
                _record.Messages += edges;
                _record.Bytes += bytes;
            }
            else if (op.Kind == CohortOpKind.Update)
            {
                _record.CountUpdates(work.Now.Time, op.Number, agents);
                CollectionsMarshal.GetValueRefOrAddDefault(_updates, op.Number, out _)++;
                if (due.IsPending)
                    _record.AddAges(work.ComputedOrigin, tally.LastCompleted);
                if (arrived.IsPending)
                    _record.AddAges(work.ArrivedOrigin, agents - tally.LastCompleted);
            }
        }
        if (events > 0 && _record.SampledLast >= _role.First)
            NoteSpans(in work);
    }

    /// <summary>What the timeline shows of the sampled agents' events.</summary>
    void NoteSpans(in RoundWork work)
    {
        var order = new ulong[_order.EventsMax];
        var sequences = new uint[order.Length];
        var last = Math.Min(_record.SampledLast, _role.First + _role.Layout.Agents - 1);
        for (var agent = _role.First; agent <= last; agent++)
        {
            if (!_record.IsSampled(agent))
                continue;
            var count = _order.Of(agent - _role.First, work.Due, work.Arrived, order, sequences);
            foreach (var key in order.AsSpan(0, count))
            {
                var sender = (int)(uint)key;
                var wave = sender == agent ? work.Due : work.Arrived;
                if (work.Now.Time == wave.Sent)
                    continue;
                var (kind, name) = sender == agent ? ("compute", wave.Computation!.Oracle.Name) : ("wire", wave.Message!.Kind.Name);
                _record.Span(agent, kind, name, wave.Sent, work.Now.Time, sender == agent ? -1 : sender);
            }
        }
    }

    long SamplesOf(int batch)
    {
        if (batch > 0)
            return (long)batch * _role.Layout.Agents;
        long samples = 0;
        for (var i = 0; i < _role.Layout.Agents; i++)
            samples += _evaluator.Evaluator.ShardSize(i);
        return samples;
    }

    /// <summary>The waves after the round: what was due is gone, what was asked for is pending.</summary>
    void Advance(in RoundWork work)
    {
        if (work.Due.IsPending)
            _completions = default;
        if (_script.HasMixed)
            _heldMessages = default;
        if (work.Arrived.IsPending)
        {
            if (_script.Rows.IsAny && _script.KeepsMessages)
                _heldMessages = work.Arrived;
            _messages = default;
        }
        _held = _script.Rows;
        foreach (var op in _script.Ops)
        {
            if (op.Kind == CohortOpKind.Compute)
            {
                var c = op.Computation!;
                _completions = WaveAfter(ComputingTime(c), work.Now) with { Computation = c };
                _sent.Computations++;
            }
            else if (op.Kind == CohortOpKind.Send)
            {
                _messages = WaveAfter(_delay, work.Now) with { Message = op.Message };
                _sent.Messages++;
            }
        }
    }

    Wave WaveAfter(long delay, Moment now) => new()
    {
        Due = now.After(delay),
        Sent = now.Time,
        Before = _sent,
    };

    long ComputingTime(CohortComputation c)
    {
        var asked = _evaluator.Evaluator.Resolve(c.Request, _role.First, 0, _sent.Computations);
        return Durations.Of(_world.Plan, _role.Layout, _role.First, 0, _sent.Computations, in asked);
    }
}
