using AsyncOpt.Grains.Runs;

namespace AsyncOpt.Testing;

/// <summary>A store in front of whose writes something else is done.</summary>
/// <param name="store">The store that keeps what is written.</param>
public sealed class WatchedStore(IRunStore store) : IRunStore
{
    /// <summary>Done before a write, with the place and the name of what is written: it may wait, or throw.</summary>
    public Func<string, string, Task> BeforeWrite { get; set; } = (_, _) => Task.CompletedTask;

    /// <inheritdoc/>
    public string PlaceOf(string run, string name) => store.PlaceOf(run, name);

    /// <inheritdoc/>
    public async Task Write(string run, string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await BeforeWrite(PlaceOf(run, name), name);
        await store.Write(run, name, bytes, cancellation);
    }

    /// <inheritdoc/>
    public Task<byte[]?> Read(string run, string name, CancellationToken cancellation) =>
        store.Read(run, name, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> Names(string run, CancellationToken cancellation) =>
        store.Names(run, cancellation);

    /// <inheritdoc/>
    public Task Delete(string run, string? name, CancellationToken cancellation) =>
        store.Delete(run, name, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> Runs(CancellationToken cancellation) => store.Runs(cancellation);
}
