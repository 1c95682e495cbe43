using AsyncOpt.Core.Faults;

namespace AsyncOpt.Core.Runs;

/// <summary>How often a fault of a run fired.</summary>
/// <param name="Name">The fault's name.</param>
/// <param name="Fired">How often it did anything.</param>
public sealed record FaultCount(string Name, long Fired)
{
    /// <summary>Messages and moves that it lost, each try counted.</summary>
    public long Dropped { get; init; }

    /// <summary>Messages that it let come twice.</summary>
    public long Duplicated { get; init; }

    /// <summary>Messages and moves that took longer.</summary>
    public long Delayed { get; init; }

    /// <summary>Messages and moves that it held until a time.</summary>
    public long Held { get; init; }

    /// <summary>Messages whose vectors it changed.</summary>
    public long Corrupted { get; init; }

    /// <summary>Messages that carried the vectors of earlier ones.</summary>
    public long Repeated { get; init; }

    /// <summary>Timers that took another time than they were set to.</summary>
    public long Mistimed { get; init; }

    /// <summary>Agents that it took down.</summary>
    public long Down { get; init; }

    /// <summary>Tokens that waited at a node that was down.</summary>
    public long AtDoor { get; init; }

    /// <summary>The count of what a fault did.</summary>
    /// <param name="name">The fault's name.</param>
    /// <param name="count">How often it did each of its deeds.</param>
    public static FaultCount Of(string name, Func<FaultDeed, long> count) =>
        new(name, Enum.GetValues<FaultDeed>().Sum(count))
        {
            Dropped = count(FaultDeed.Dropped),
            Duplicated = count(FaultDeed.Duplicated),
            Delayed = count(FaultDeed.Delayed),
            Held = count(FaultDeed.Held),
            Corrupted = count(FaultDeed.Corrupted),
            Repeated = count(FaultDeed.Repeated),
            Mistimed = count(FaultDeed.Mistimed),
            Down = count(FaultDeed.Down),
            AtDoor = count(FaultDeed.AtDoor),
        };

    /// <summary>How often it did something.</summary>
    /// <param name="deed">What.</param>
    public long Of(FaultDeed deed) => deed switch
    {
        FaultDeed.Dropped => Dropped,
        FaultDeed.Duplicated => Duplicated,
        FaultDeed.Delayed => Delayed,
        FaultDeed.Held => Held,
        FaultDeed.Corrupted => Corrupted,
        FaultDeed.Repeated => Repeated,
        FaultDeed.Mistimed => Mistimed,
        FaultDeed.Down => Down,
        FaultDeed.AtDoor => AtDoor,
        _ => throw new ArgumentOutOfRangeException(nameof(deed), deed, "no such deed"),
    };
}
