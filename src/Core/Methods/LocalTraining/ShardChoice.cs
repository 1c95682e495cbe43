namespace AsyncOpt.Core.Methods.LocalTraining;

/// <summary>On whose samples a job of local training works.</summary>
public enum ShardChoice
{
    /// <summary>Each worker on its own.</summary>
    Own,

    /// <summary>
    /// A shard is drawn in proportion to how far it is behind its share: max(|D_i| / sum |D_j| - n_i / sum n_j, 0),
    /// where n_i counts the samples assigned from it. Uniform at the start, and where none is behind.
    /// </summary>
    Sampled,

    /// <summary>Uniform among the shards with the fewest jobs.</summary>
    FewestVisits,
}
