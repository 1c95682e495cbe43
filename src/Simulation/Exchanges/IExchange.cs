namespace AsyncOpt.Simulation.Exchanges;

/// <summary>The way between the partitions of a run, as one of them sees it.</summary>
interface IExchange
{
    /// <summary>
    /// Hands the others their mail of a window and waits for theirs of the same one. Every partition comes here once
    /// per window.
    /// </summary>
    /// <param name="mail">By partition; there is none for itself.</param>
    /// <returns>By partition; there is none from itself.</returns>
    /// <exception cref="OperationCanceledException">The run was interrupted.</exception>
    Mail?[] Swap(Mail?[] mail);
}
