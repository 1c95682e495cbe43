namespace AsyncOpt.Simulation.Events;

/// <summary>A point in the order of events: a virtual time and a depth at it.</summary>
/// <param name="Time">In ns.</param>
/// <param name="Depth">0 for what nothing of the same time caused.</param>
readonly record struct Moment(long Time, uint Depth) : IComparable<Moment>
{
    /// <summary>A longer chain of effects without delay means that virtual time does not advance.</summary>
    public const uint DepthMax = 60_000;

    /// <summary>After everything: there is no event.</summary>
    public static readonly Moment Never = new(long.MaxValue, 0);

    /// <summary>A while later, in ns; after what causes it where there is no delay.</summary>
    public Moment After(long delay) => new(Time + delay, delay == 0 ? Depth + 1 : 0);

    public int CompareTo(Moment other) =>
        Time != other.Time ? Time.CompareTo(other.Time) : Depth.CompareTo(other.Depth);

    public static Moment Min(Moment a, Moment b) => b.CompareTo(a) < 0 ? b : a;
}
