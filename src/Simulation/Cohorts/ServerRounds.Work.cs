using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Scripts;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>What the workers do in a round.</summary>
sealed unsafe partial class ServerRounds<T>
{
    Moment _now;
    int _notFinite;

    void Execute(Moment now)
    {
        _now = now;
        if (Down.Message is { } message)
            TakeModel(message.Snapshot);
        var tally = _arrays.Handle(new(now, Computing, Down, _script.Ops) { Model = Held?.Snapshot ?? -1 });
        _notFinite = tally.NotFinite;
        Note();
        Advance();
    }

    /// <summary>All workers hold what the server sent, or nobody does.</summary>
    void TakeModel(int model)
    {
        if (_script.HeldSlot is not { } slot)
            return;
        if (Held is var (_, before, _))
            _snapshots.Release(before);
        for (var i = 0; Held is null && i < _workers.Layout.Agents; i++)
        {
            var record = _workers.Slot(slot.Index, i);
            if (record->Snapshot != 0)
                _snapshots.Release(record->Snapshot - 1);
            record->Snapshot = 0;
        }
        _snapshots.AddReference(model);
        Held = (slot, model, Down.OriginAt(_now.Time));
    }

    /// <summary>What the wave and its effects count.</summary>
    void Note()
    {
        long agents = _workers.Layout.Agents;
        _record.Cohorts++;
        _record.Events += agents;
        if (_notFinite >= 0)
            _record.NotFinite ??= (_now.Time, _workers.First + _notFinite);
        if (Computing.Computation is { } c)
        {
            if (c.Oracle.CountsGradient)
                _record.Gradients += agents * c.Steps;
            _record.Samples += SamplesOf(c);
            _record.Batches++;
            _record.BatchMax = Math.Max(_record.BatchMax, agents);
            _record.Evaluations += agents;
        }
        if (_script.Sent is { } sent)
            CountMessages(_workers.Layout.Index, sent.Kind, agents);
        var sampled = Math.Min(_record.SampledLast, _workers.First + (int)agents - 1);
        for (var agent = _workers.First; agent <= sampled; agent++)
        {
            if (Down.Message is { } message && _now.Time > Down.Sent)
                _record.Span(agent, "wire", message.Kind.Name, Down.Sent, _now.Time, Server);
            else if (Computing.Computation is { } computed && _now.Time > Computing.Sent)
                _record.Span(agent, "compute", computed.Oracle.Name, Computing.Sent, _now.Time, -1);
        }
    }

    long SamplesOf(CohortComputation c)
    {
        long samples = 0;
        for (var i = 0; i < _workers.Layout.Agents; i++)
            samples += (long)c.Steps * (c.Batch > 0 ? c.Batch : _evaluator.Evaluator.ShardSize(i));
        return samples;
    }

    /// <summary>Counts messages of one kind from agents of a role.</summary>
    public void CountMessages(int role, MessageKind kind, long messages)
    {
        var bytes = messages * _world.KindBytes[kind.Number];
        ref var traffic = ref _record.Traffic[role];
        traffic = (traffic.Messages + messages, traffic.Bytes + bytes);
        _record.Messages += messages;
        _record.Bytes += bytes;
    }

    /// <summary>The wave after the round: what was due is gone, what was asked for is pending.</summary>
    void Advance()
    {
        if (Down.Message is { } down)
            _snapshots.Release(down.Snapshot);
        (Down, Computing) = (default, default);
        if (_script.Computation is { } c)
            Compute(c);
        else if (_script.Sent is { } message)
        {
            Up = WaveAfter(_delays.Up) with { Message = message };
            _sent++;
        }
    }

    void Compute(CohortComputation c)
    {
        var number = Counters.Computations;
        var asked = _evaluator.Evaluator.Resolve(c.Request, _workers.First, 0, number);
        var duration = Durations.Of(_world.Plan, _workers.Layout, _workers.First, 0, number, in asked);
        var origin = c.Input.Kind == OperandKind.Slot && Held is { } held && held.Origin.Version >= 0
            ? held.Origin
            : new Origin(Origin.Unversioned, _now.Time, 0, 0, _now.Time);
        Computing = WaveAfter(duration) with { Computation = c with { Origin = origin } };
        (_sent, _requested) = (_sent + 1, _requested + 1);
    }

    Wave WaveAfter(long delay) => new() { Due = _now.After(delay), Sent = _now.Time, Before = Counters };
}
