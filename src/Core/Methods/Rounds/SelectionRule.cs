namespace AsyncOpt.Core.Methods.Rounds;

/// <summary>With which chance workers are drawn for a round.</summary>
public enum SelectionRule
{
    /// <summary>All sets of so many workers are equally likely.</summary>
    Uniform,

    /// <summary>
    /// A worker of n_i samples is asked with probability min(1, c n_i), where c makes these add up to how many are
    /// asked: systematic sampling in random order (Madow, Ann. Math. Statist. 20 (1949) 333). A round takes a draw for
    /// every worker.
    /// </summary>
    Samples,
}
