namespace AsyncOpt.Benchmarks.Loops;

/// <summary>
/// What the engine promises beyond the method itself, and a loop by hand may leave out: draws that are named by what
/// they are for, and a chain of hashes over all that agents handle. All times are 0.1 + 0.9 E ms.
/// </summary>
interface IGuarantees
{
    /// <summary>Whether they are kept; then agents have counters and chains.</summary>
    static abstract bool AreKept { get; }

    /// <summary>The delay of a message, in ns.</summary>
    /// <param name="link">Its link.</param>
    /// <param name="k">How many messages went over the link before.</param>
    long Delay(ulong link, uint k);

    /// <summary>The duration of a gradient, in ns.</summary>
    /// <param name="agent">Who computes.</param>
    /// <param name="k">How many gradients the agent began before.</param>
    long ComputeTime(int agent, uint k);

    /// <summary>0 or 1, equally likely.</summary>
    /// <param name="agent">Who draws.</param>
    /// <param name="k">How often the agent drew before.</param>
    int Coin(int agent, uint k);

    /// <summary>Uniform in (0, 1].</summary>
    /// <param name="agent">Who draws.</param>
    /// <param name="k">How often the agent drew before.</param>
    double Uniform(int agent, uint k);

    /// <summary>Whether the first of two events at one agent and instant comes first.</summary>
    /// <param name="a">Sender and rank of the first among the sender's.</param>
    /// <param name="b">The same of the second.</param>
    bool IsBefore((int Sender, uint Sequence) a, (int Sender, uint Sequence) b);
}
