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
        var edges = _order.Messages;
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
                _record.Gradients += agents * computed.Steps;
            _record.Samples += SamplesOf(computed);
            _record.Compute(agents, work.Now.Time - due.Sent);
            _record.Batches++;
            _record.BatchMax = Math.Max(_record.BatchMax, agents);
            _record.Evaluations += agents;
        }
        foreach (var op in _script.Ops)
        {
            if (op.Kind == CohortOpKind.Send)
            {
                var bytes = edges * _world.KindBytes[op.Message!.Kind.Number];
                _record.CountMessages(_role.Layout.Index, edges, bytes);
            }
            else if (op.Kind == CohortOpKind.Update)
            {
                _record.CountUpdates(work.Now.Time, op.Number, agents);
                for (var i = 0; _record.Recovery is { } recovery && i < agents; i++)
                    recovery.Update(_role.Layout, _role.First + i, work.Now.Time);
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
                var (kind, name) = wave.Message is { } m
                    ? ("wire", m.Kind.Name)
                    : ("compute", wave.Computation!.Oracle.Name);
                _record.Span(agent, kind, name, wave.Sent, work.Now.Time, sender == agent ? -1 : sender);
            }
        }
    }

    long SamplesOf(CohortComputation c)
    {
        long samples = (long)c.Batch * _role.Layout.Agents;
        for (var i = 0; i < _role.Layout.Agents && c.Batch == 0; i++)
            samples += _evaluator.Evaluator.ShardSize(i);
        return samples * c.Steps;
    }

    /// <summary>All agents hold what the server sent, or nobody does.</summary>
    void HoldMessage()
    {
        var held = _script.Slot!.Value;
        _snapshots.AddReference(held.Snapshot);
        if (_pending.Slot is { } before && before.Slot == held.Slot)
            _snapshots.Release(before.Snapshot);
        else
            EmptySlots(held.Slot.Index);
        _pending.Slot = held;
    }

    void EmptySlots(int slot)
    {
        for (var i = 0; i < _role.Layout.Agents; i++)
        {
            var record = _role.Slot(slot, i);
            if (record->Snapshot != 0)
                _snapshots.Release(record->Snapshot - 1);
            record->Snapshot = 0;
        }
    }

    /// <summary>The waves after the round: what was due is gone, what was asked for is pending.</summary>
    void Advance(in RoundWork work)
    {
        if (work.Due.IsPending)
            _pending.Completions = default;
        if (_script.HasMixed)
            _pending.Held = default;
        if (work.Arrived.Message is { } arrived)
        {
            if (_script.Rows.IsAny && _script.KeepsMessages)
                _pending.Held = work.Arrived;
            if (arrived.Snapshot >= 0)
                _snapshots.Release(arrived.Snapshot);
            _pending.Messages = default;
        }
        _pending.Rows = _script.Rows;
        foreach (var op in _script.Ops)
        {
            if (op.Kind == CohortOpKind.Compute)
            {
                var c = op.Computation!;
                _pending.Completions = WaveAfter(ComputingTime(c), work.Now) with { Computation = c };
                _sent.Computations++;
            }
            else if (op.Kind == CohortOpKind.Send)
            {
                if (Server < 0)
                    _pending.Messages = WaveAfter(_lockstep.Delay, work.Now) with { Message = op.Message };
                else
                    _pending.ToServer = WaveAfter(_lockstep.ServerDelay, work.Now) with { Message = op.Message };
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
