using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Scripts;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>What the agents compute: many at once where the oracle can, with the bits of one after the other.</summary>
sealed unsafe partial class HostRoundArrays<T>
{
    // Agents that compute at one point at once: what depends on the point alone is computed once for them.
    const int SharedRows = 256;

    // Whether what is computed goes to its place for many agents at once.
    bool _isByRows;

    // Whether what the server is sent is what was computed, so that it need not be hashed twice.
    bool _isSentAsComputed;

    // A computation whose results passed by, and the spare memory that holds its input.
    Wave _passed;
    int _passedSpare;

    bool IsByRows(CohortComputation c)
    {
        if (c.Oracle.InputCount == 0)
            return false;
        var from = c.Vector >= 0 ? _role.Dimensions[c.Vector] : _snapshots[_round.Model].Dimension;
        if (from != _role.Dimensions[c.Output.Index] || c.Vector == c.Output.Index)
            return false;
        return c.Oracle is LocalSteps
            ? c.Batch > 0 && KeepsStates(c)
            : (c.Batch > 0 || c.Vector >= 0) && c.Oracle is { InputCount: 1, Outputs.Count: 1 };
    }

    // Whether the optimizer's states stay in the vectors where they are.
    static bool KeepsStates(CohortComputation c)
    {
        static bool Stays(Operand input, Vector output, CohortComputation c) =>
            input.Kind == OperandKind.Vector && input.Index == output.Index && output.Index != c.Output.Index;

        var states = c.Oracle.InputCount - 1;
        return (states < 1 || Stays(c.Input1, c.Output1, c))
            && (states < 2 || (Stays(c.Input2, c.Output2, c) && c.Output2.Index != c.Output1.Index));
    }

    /// <summary>What some agents' computations give, hashed as their chains take it.</summary>
    void Compute(int first, int end, Scratch scratch, ref Tally tally)
    {
        var start = WallClock.Now;
        if (_isByRows)
        {
            var gradient = GradientOf(in _due);
            _kernels.Gradient(first, end, in gradient);
        }
        else
        {
            for (var i = first; i < end; i++)
                Evaluate(i, scratch);
        }
        tally.Ticks += WallClock.Now - start;
        // The scalars, which such oracles leave 0.
        scratch.Results.AsSpan(0, end - first).Fill(VectorHash.Chain(0, 0));
        var c = _due.Computation!;
        foreach (var output in (ReadOnlySpan<int>)[c.Output.Index, c.Output1.Index, c.Output2.Index])
        {
            // As many at once as stay in a cache from the one to the other.
            for (var i = first; i < end && output >= 0; i += _kernels.Rows)
                NoteResults(output, first, i, Math.Min(end, i + _kernels.Rows), scratch, ref tally);
        }
    }

    /// <summary>Hashes what agents i to end - 1 have computed, and looks for what is not finite.</summary>
    void NoteResults(int output, int first, int i, int end, Scratch scratch, ref Tally tally)
    {
        var hashes = scratch.Words.AsSpan(0, end - i);
        _kernels.Hash(i, end, output, hashes);
        if (_kernels.FindNotFinite(i, end, output) is var bad and >= 0)
            tally.NotFinite = Math.Min(tally.NotFinite, bad);
        VectorHash.Chain(scratch.Results.AsSpan(i - first, end - i), hashes);
        if (_isSentAsComputed && output == _send!.Vector)
            hashes.CopyTo(new(_nextHashes!.Pointer + i, end - i));
    }

    RoundGradient<T> GradientOf(in Wave wave)
    {
        var c = wave.Computation!;
        var form = _oracles.Form(_oracles.Find(c.Oracle));
        var input = c.Vector >= 0 ? c.Vector : _model;
        var (agent, number) = c.KeyNumber is { } own ? (0, own) : (_role.First, wave.Before.Computations);
        return new(form, input, c.Output.Index, c.Batch, agent, number)
        {
            Steps = c.Oracle is LocalSteps ? c.Steps : 0,
            RateStep = c.RateStep,
            OptimizerStep = c.OptimizerStep,
            State0 = c.Output1.Index,
            State1 = c.Output2.Index,
        };
    }

    /// <summary>What one agent computes. Its results may go where its inputs are.</summary>
    void Evaluate(int i, Scratch scratch)
    {
        var c = _due.Computation!;
        var asked = _evaluator.Evaluator.Resolve(c.Request, _role.First + i, i, _due.Before.Computations);
        var outputs = (ReadOnlySpan<int>)[c.Output.Index, c.Output1.Index, c.Output2.Index];
        var room = 0;
        foreach (var v in outputs)
            room += v < 0 ? 0 : _role.Dimensions[v];
        if (scratch.Outputs.Length < room)
            scratch.Outputs = new T[room];
        var rest = scratch.Outputs.AsSpan(0, room);
        var inputs = c.Oracle.InputCount;
        var vectors = new OracleVectors<T>
        {
            Input = inputs > 0 ? Read(c.Input, i) : [],
            Input1 = inputs > 1 ? Read(c.Input1, i) : [],
            Input2 = inputs > 2 ? Read(c.Input2, i) : [],
            Output = Take(outputs[0], ref rest),
            Output1 = Take(outputs[1], ref rest),
            Output2 = Take(outputs[2], ref rest),
        };
        _evaluator.Evaluator.Evaluate(in asked, in vectors, ref scratch.Samples);
        Keep(outputs[0], vectors.Output, i);
        Keep(outputs[1], vectors.Output1, i);
        Keep(outputs[2], vectors.Output2, i);
    }

    ReadOnlySpan<T> Read(Operand x, int i) => x.Kind == OperandKind.Slot
        ? new(_snapshots[_round.Model].Data, _snapshots[_round.Model].Dimension)
        : new(_role.Vector(x.Index, i), _role.Dimensions[x.Index]);

    Span<T> Take(int output, ref Span<T> rest)
    {
        var taken = rest[..(output < 0 ? 0 : _role.Dimensions[output])];
        rest = rest[taken.Length..];
        return taken;
    }

    void Keep(int output, ReadOnlySpan<T> values, int i)
    {
        if (output >= 0)
            values.CopyTo(new(_role.Vector(output, i), values.Length));
    }

    /// <summary>
    /// Results that only steps of their own agents read pass by, without a place in memory, as long as the point that
    /// they were computed at is still there to compute them again.
    /// </summary>
    void PreparePassing()
    {
        // Diagnostics may look at any vector at any sampling instant.
        var (computed, passed) = (_due.Computation, _passed.Computation);
        var passes = _isByRows && computed!.Vector >= 0 && _spareOf[computed.Vector] >= 0
            && _world.Plan.Diagnostics.Count == 0;
        var (mixes, output) = (false, computed?.Output.Index ?? -1);
        foreach (var op in _round.Ops)
        {
            mixes |= op.Kind == CohortOpKind.Mix;
            passes &= op.Kind switch
            {
                CohortOpKind.Update => true,
                CohortOpKind.Mix or CohortOpKind.Compute => op.Vector != output,
                CohortOpKind.Send => !op.Message!.Vectors.Contains(output),
                CohortOpKind.Step => !op.Writes(output),
                _ => false,
            };
        }
        // Those that passed by before are needed where this round uses them, or loses the point.
        if (passed is not null && passed.Output.Index == output)
            _passed = default;
        else if (passed is not null && (mixes || Uses(passed.Output.Index)))
            StorePassing();
        if (!passes)
            return;
        (_passed, _passedSpare) = (_due, _spareOf[computed!.Vector]);
        _kernels.Bind(output, null, _role.Dimensions[output]);
    }

    /// <summary>Whether the round reads or writes a vector.</summary>
    bool Uses(int vector)
    {
        if (_due.Computation is { } c && (c.Vector == vector || c.Output.Index == vector))
            return true;
        foreach (var op in _round.Ops)
        {
            if (op.Kind != CohortOpKind.Update && (op.Vector == vector || op.Writes(vector) || op.Reads(vector)
                || op.Message?.Vectors.Contains(vector) == true))
                return true;
        }
        return false;
    }

    /// <summary>Gives results that passed by their place, where they have not been stored since.</summary>
    void StorePassing()
    {
        if (_passed.Computation is not { } c)
            return;
        var output = c.Output.Index;
        _kernels.Bind(output, _role.Vector(output, 0), _role.Dimensions[output]);
        var input = _spare + _passedSpare;
        _kernels.Bind(input, _spares[_passedSpare]!.Pointer, _role.Dimensions[c.Vector]);
        var gradient = GradientOf(in _passed) with { Input = input };
        for (var first = 0; first < _role.Layout.Agents; first += _rows)
            _kernels.Gradient(first, Math.Min(_role.Layout.Agents, first + _rows), in gradient);
        _passed = default;
    }
}
