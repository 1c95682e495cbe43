namespace AsyncOpt.Core.Programs;

/// <summary>What becomes of the weights of those in-neighbours from whom nothing has come.</summary>
public enum MissingRows
{
    /// <summary>They go to the node itself: W_ii + sum of the missing W_ij.</summary>
    Self,

    /// <summary>All weights that are left are divided by their sum; where that is 0 the node stays as it is.</summary>
    Renormalize,
}
