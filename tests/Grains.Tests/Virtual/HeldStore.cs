using AsyncOpt.Grains.Runs;
using AsyncOpt.Grains.Virtual;

namespace AsyncOpt.Grains.Tests.Virtual;

/// <summary>A store that can hold a run where it names its n-th whole checkpoint, until it is let go.</summary>
sealed class HeldStore(IRunStore store) : IRunStore
{
    readonly TaskCompletionSource _reached = new(), _letGo = new();
    int _checkpointsToGo = -1;

    /// <summary>Holds the run that writes the n-th whole checkpoint from now.</summary>
    public void Hold(int checkpoints) => _checkpointsToGo = checkpoints;

    /// <summary>Done once the run is held.</summary>
    public Task Reached => _reached.Task;

    public void LetGo() => _letGo.TrySetResult();

    public string PlaceOf(string run, string name) => store.PlaceOf(run, name);

    public async Task Write(string run, string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (name == Checkpoints.LastName && Interlocked.Decrement(ref _checkpointsToGo) == 0)
        {
            _reached.SetResult();
            await _letGo.Task;
        }
        await store.Write(run, name, bytes, cancellation);
    }

    public Task<byte[]?> Read(string run, string name, CancellationToken cancellation) =>
        store.Read(run, name, cancellation);

    public Task<IReadOnlyList<string>> Names(string run, CancellationToken cancellation) =>
        store.Names(run, cancellation);

    public Task Delete(string run, string? name, CancellationToken cancellation) =>
        store.Delete(run, name, cancellation);

    public Task<IReadOnlyList<string>> Runs(CancellationToken cancellation) => store.Runs(cancellation);
}
