using AsyncOpt.Core;

namespace AsyncOpt.Grains.Runs;

/// <summary>
/// The store as runs see it: what may go well a little later, as where a database is started again, is tried again for
/// a while, so that it costs no run. Who waits for an answer to tell a user asks the store itself.
/// </summary>
/// <param name="store">Keeps what is written.</param>
/// <param name="clock">Measures the pauses.</param>
sealed class PatientStore(IRunStore store, TimeProvider clock) : IRunStore
{
    /// <summary>How long something is tried.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250), LongestPause = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public string PlaceOf(string run, string name) => store.PlaceOf(run, name);

    /// <inheritdoc/>
    public Task Write(string run, string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default) =>
        Patiently(() => Done(store.Write(run, name, bytes, cancellation)), cancellation);

    /// <inheritdoc/>
    public Task<byte[]?> Read(string run, string name, CancellationToken cancellation = default) =>
        Patiently(() => store.Read(run, name, cancellation), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> Names(string run, CancellationToken cancellation = default) =>
        Patiently(() => store.Names(run, cancellation), cancellation);

    /// <inheritdoc/>
    public Task Delete(string run, string? name = null, CancellationToken cancellation = default) =>
        Patiently(() => Done(store.Delete(run, name, cancellation)), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> Runs(CancellationToken cancellation = default) =>
        Patiently(() => store.Runs(cancellation), cancellation);

    static async Task<bool> Done(Task work)
    {
        await work;
        return true;
    }

    async Task<T> Patiently<T>(Func<Task<T>> ask, CancellationToken cancellation)
    {
        var since = clock.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await ask();
            }
            catch (StorageException e) when (e.MayPass && clock.GetElapsedTime(since) < Limit)
            {
                await Task.Delay(pause, clock, cancellation);
            }
        }
    }
}
