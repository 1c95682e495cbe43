namespace AsyncOpt.Grains.Runs;

/// <summary>
/// What is kept of runs, seen by all silos: for each run, bytes under names. What is written is there whole or not at
/// all. Names of runs and of what is kept are 1 to 100 letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, the first of
/// them a letter or digit. What cannot be done for want of space, permission or the database is a
/// <see cref="Core.StorageException"/>.
/// </summary>
public interface IRunStore
{
    /// <summary>Where something is kept, for people to find it.</summary>
    /// <exception cref="ArgumentException">A name is none.</exception>
    string PlaceOf(string run, string name);

    /// <summary>Keeps bytes, in place of what was kept under the name.</summary>
    /// <exception cref="ArgumentException">A name is none.</exception>
    Task Write(string run, string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default);

    /// <summary>What is kept under a name; null for nothing.</summary>
    /// <exception cref="ArgumentException">A name is none.</exception>
    Task<byte[]?> Read(string run, string name, CancellationToken cancellation = default);

    /// <summary>The names under which something is kept of a run, in ordinal order; none for an unknown run.</summary>
    /// <exception cref="ArgumentException">The run's name is none.</exception>
    Task<IReadOnlyList<string>> Names(string run, CancellationToken cancellation = default);

    /// <summary>Deletes what is kept under a name, or all that is kept of the run; also where nothing is.</summary>
    /// <param name="run">The run.</param>
    /// <param name="name">The name; null for all.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ArgumentException">A name is none.</exception>
    Task Delete(string run, string? name = null, CancellationToken cancellation = default);

    /// <summary>The runs of which something is kept, in ordinal order.</summary>
    Task<IReadOnlyList<string>> Runs(CancellationToken cancellation = default);
}
