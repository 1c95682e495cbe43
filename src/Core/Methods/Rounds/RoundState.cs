using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods.Rounds;

/// <summary>What a server remembers of its round.</summary>
struct RoundState
{
    /// <summary>Rounds before this one.</summary>
    public long Number;

    /// <summary>Answers to this round, and older ones that are added to it.</summary>
    public int Answers, Folded;

    /// <summary>The sum of the factors of both.</summary>
    public double Factors;

    /// <summary>How often workers were drawn.</summary>
    public int DrawsOfRound;

    /// <summary>How many were drawn last.</summary>
    public int Drawn;

    /// <summary>Where in the round's order of all workers the next are.</summary>
    public int Position;

    /// <summary>Whether the timeout has passed.</summary>
    public bool IsOverdue;

    /// <summary>The timeout.</summary>
    public TimerId Timer;

    /// <summary>Whether it has begun.</summary>
    public readonly bool HasBegun => DrawsOfRound > 0;
}
