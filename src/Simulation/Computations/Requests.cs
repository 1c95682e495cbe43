using System.Runtime.CompilerServices;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Computations;

/// <summary>The pending computations and timers of a partition, by numbers.</summary>
/// <param name="arena">Where their memory lies.</param>
/// <param name="snapshots">Their inputs.</param>
sealed unsafe class Requests<T>(Arena arena, Snapshots<T> snapshots)
    where T : unmanaged
{
    readonly Slab<Request<T>> _requests = new(arena);
    readonly Slab<RequestExtras<T>> _extras = new(arena);

    public long Bytes => _requests.Bytes + _extras.Bytes;

    public ref Request<T> this[int i]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _requests[i];
    }

    /// <summary>A new request of an agent, without inputs and outputs.</summary>
    public int Take(int agent)
    {
        var i = _requests.Take();
        ref var r = ref _requests[i];
        r = new() { Generation = r.Generation, Agent = agent, Input = -1, Output = -1 };
        return i;
    }

    /// <summary>Frees the place of a request: whatever event still names it is void.</summary>
    public void Free(int i)
    {
        ref var r = ref _requests[i];
        if (r.Extras != 0)
            _extras.Free(r.Extras - 1);
        r.Extras = 0;
        r.State = RequestState.Free;
        r.Generation++;
        _requests.Free(i);
    }

    /// <summary>What a request has beside the usual; it must have some.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref RequestExtras<T> ExtrasOf(in Request<T> r) => ref _extras[r.Extras - 1];

    /// <summary>
    /// What a request has beside the usual; where it has nothing yet, a place for it that says the usual.
    /// </summary>
    public ref RequestExtras<T> TakeExtras(ref Request<T> r)
    {
        if (r.Extras != 0)
            return ref ExtrasOf(in r);
        var (asked, origin) = (AskedOf(in r), OriginOf(in r));
        r.Extras = _extras.Take() + 1;
        ref var x = ref ExtrasOf(in r);
        x = new()
        {
            Steps = asked.Steps,
            Input1 = -1,
            Input2 = -1,
            Output1 = -1,
            Output2 = -1,
            Key = asked.Key,
            Version = origin.Version,
            Birth = origin.Birth,
            Compute = origin.Compute,
            Wire = origin.Wire,
        };
        return ref x;
    }

    /// <summary>Notes what a request asks for, beside its vectors.</summary>
    public void Ask(ref Request<T> r, in Asked asked)
    {
        (r.Oracle, r.WholeShard, r.Place, r.Samples) = (asked.Oracle, asked.WholeShard, asked.Place, asked.Samples);
        if (asked is { Steps: 1, RateStep: 0, OptimizerStep: 0 } && asked.Key == r.OwnBatch)
            return;
        ref var x = ref TakeExtras(ref r);
        (x.Steps, x.RateStep, x.OptimizerStep, x.Key) = (asked.Steps, asked.RateStep, asked.OptimizerStep, asked.Key);
    }

    /// <summary>What a request asks for, beside its vectors.</summary>
    public Asked AskedOf(in Request<T> r)
    {
        var asked = new Asked
        {
            Oracle = r.Oracle,
            WholeShard = r.WholeShard,
            Place = r.Place,
            Samples = r.Samples,
            Steps = 1,
            Key = r.OwnBatch,
        };
        if (r.Extras == 0)
            return asked;
        ref var x = ref ExtrasOf(in r);
        (asked.Steps, asked.RateStep, asked.OptimizerStep, asked.Key) = (x.Steps, x.RateStep, x.OptimizerStep, x.Key);
        return asked;
    }

    /// <summary>Notes a request's inputs and what the oldest versioned one rests on, as of the request.</summary>
    public void SetInputs(ref Request<T> r, int input, int input1, int input2, in Origin origin)
    {
        r.Input = input;
        if (input1 < 0 && input2 < 0 && OriginOf(in r) == origin)
            return;
        ref var x = ref TakeExtras(ref r);
        (x.Input1, x.Input2) = (input1, input2);
        (x.Version, x.Birth, x.Compute, x.Wire) = (origin.Version, origin.Birth, origin.Compute, origin.Wire);
    }

    /// <summary>A request's inputs; -1 for none.</summary>
    public (int Input, int Input1, int Input2) InputsOf(in Request<T> r)
    {
        if (r.Extras == 0)
            return (r.Input, -1, -1);
        ref var x = ref ExtrasOf(in r);
        return (r.Input, x.Input1, x.Input2);
    }

    /// <summary>Notes a request's outputs.</summary>
    public void SetOutputs(ref Request<T> r, int output, int output1, int output2)
    {
        r.Output = (short)output;
        if (output1 < 0 && output2 < 0)
            return;
        ref var x = ref TakeExtras(ref r);
        (x.Output1, x.Output2) = ((short)output1, (short)output2);
    }

    /// <summary>A request's outputs; -1 for none.</summary>
    public (int Output, int Output1, int Output2) OutputsOf(in Request<T> r)
    {
        if (r.Extras == 0)
            return (r.Output, -1, -1);
        ref var x = ref ExtrasOf(in r);
        return (r.Output, x.Output1, x.Output2);
    }

    /// <summary>What the oldest versioned input rests on, at the time of the request.</summary>
    public Origin OriginOf(in Request<T> r)
    {
        if (r.Extras != 0)
        {
            ref var x = ref ExtrasOf(in r);
            return new(x.Version, x.Birth, x.Compute, x.Wire, r.Requested);
        }
        if (r.Input < 0)
            return Unversioned(r.Requested);
        ref var s = ref snapshots[r.Input];
        return s.Version < 0
            ? Unversioned(r.Requested)
            : new(s.Version, s.Birth, s.Compute, s.Wire, r.Requested);
    }

    /// <summary>The origin of a request that rests on no version.</summary>
    public static Origin Unversioned(long requested) => new(Origin.Unversioned, requested, 0, 0, requested);

    /// <summary>The scalars that a request's evaluation returned; zeros where its oracle has none.</summary>
    public (double Scalar, double Scalar1) ScalarsOf(in Request<T> r)
    {
        if (r.Extras == 0)
            return (0, 0);
        ref var x = ref ExtrasOf(in r);
        return (x.Scalar, x.Scalar1);
    }

    /// <summary>Notes what an evaluation returned: a request whose oracle has scalars has a place for them.</summary>
    public void SetScalars(in Request<T> r, (double Scalar, double Scalar1) scalars)
    {
        if (r.Extras == 0)
            return;
        ref var x = ref ExtrasOf(in r);
        (x.Scalar, x.Scalar1) = scalars;
    }
}
