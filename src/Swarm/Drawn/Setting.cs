using AsyncOpt.Core.Programs;

namespace AsyncOpt.Swarm.Drawn;

/// <summary>What the options of a world have to fit.</summary>
sealed class Setting
{
    /// <summary>The number of workers or nodes.</summary>
    public int Places { get; set; } = 1;

    /// <summary>What the method needs.</summary>
    public Needs Needs { get; set; }

    /// <summary>What one computation or message takes, in seconds, by order of magnitude.</summary>
    public double Tick { get; init; }

    /// <summary>The virtual time at which the run ends, in seconds.</summary>
    public double End { get; init; }

    /// <summary>Whether all places are equally fast and near, so that those that act alike go in rounds.</summary>
    public bool IsLockstep { get; init; }

    /// <summary>Whether all that goes wrong is over before the second half.</summary>
    public bool IsLiveness { get; init; }
}
