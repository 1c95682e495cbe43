using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Faults;

/// <summary>
/// Agents go down and come back: once, at a given place and time; or again and again, where up and down times are
/// exponential and independent at every place.
/// </summary>
/// <remarks>
/// <para>
/// Who goes down keeps its state, unless that is lost, too; pending computations and timers are lost, and so are
/// messages that come meanwhile. Back again, it does what its method says of a restart. Crashes that overlap at one
/// place keep it down until the last is over, and cost its state if one of them does.
/// </para>
/// <para>
/// A token goes down with the node that it stands on. One that comes to a node that is down waits there until it is
/// back, and then arrives. One on its way is not concerned by the node that it left.
/// </para>
/// </remarks>
/// <param name="options">When and where.</param>
[Fault("crash")]
public sealed class CrashFault(CrashFault.Options options) : Fault
{
    /// <summary>Options of <see cref="CrashFault"/>: either at, or mean-up and mean-down.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>
        /// Which place; -1 for the server. Without one, repeated crashes concern all places but the server.
        /// </summary>
        [Range(-1, int.MaxValue)]
        public int? Place { get; init; }

        /// <summary>The virtual time at which the place goes down, for one crash.</summary>
        [Range(0, 2e9)]
        public VirtualTime? At { get; init; }

        /// <summary>Time until it comes back, for one crash; without, it never does.</summary>
        [Range(0, 2e9)]
        public VirtualTime? For { get; init; }

        /// <summary>Mean time from coming up to going down, for repeated crashes.</summary>
        [Range(1e-9, 2e9)]
        public VirtualTime? MeanUp { get; init; }

        /// <summary>Mean time from going down to coming up, for repeated crashes.</summary>
        [Range(1e-9, 2e9)]
        public VirtualTime? MeanDown { get; init; }

        /// <summary>What becomes of the agents' state.</summary>
        public CrashedState State { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (At is null == MeanUp is null)
                yield return "give either at (one crash) or mean-up and mean-down (repeated crashes)";
            if (At is not null && Place is null)
                yield return "one crash needs a place; -1 is the server";
            if (MeanUp is null != MeanDown is null)
                yield return "mean-up and mean-down belong together";
            if (MeanUp is not null && For is not null)
                yield return "for belongs to one crash; repeated crashes last mean-down on average";
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">
    /// The place does not exist, or crashes repeat and the run has no end that is known beforehand.
    /// </exception>
    public override IEnumerable<Crash> Crashes(int places, ulong seed, VirtualTime? horizon)
    {
        if (options.Place >= places)
            throw new InputException(
                $"crash: there is no place {options.Place}; the places are 0 to {places - 1}, the server is -1");
        if (options.At is { } at)
            return [new Crash(options.Place!.Value, at, options.For is { } length ? at + length : null, options.State)];
        if (horizon is not { } end)
            throw new InputException("crash: repeated crashes need a run that ends at a virtual time; give stop.time");
        return options.Place is { } place
            ? Repeated(place, seed, end)
            : Enumerable.Range(0, places).SelectMany(p => Repeated(p, seed, end));
    }

    IEnumerable<Crash> Repeated(int place, ulong seed, VirtualTime horizon)
    {
        var seconds = 0.0;
        for (ulong k = 0; ; k++)
        {
            var draw = new Draw(seed, Purpose.Fault, (ulong)(place + 1), k);
            var down = seconds + (options.MeanUp!.Value.Seconds * draw.Exponential());
            if (down > horizon.Seconds)
                yield break;
            seconds = down + (options.MeanDown!.Value.Seconds * draw.Exponential(1));
            yield return new Crash(
                place, VirtualTime.FromSeconds(down), VirtualTime.FromSeconds(seconds), options.State);
        }
    }
}
