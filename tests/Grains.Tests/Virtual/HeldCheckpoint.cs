using AsyncOpt.Grains.Virtual;

namespace AsyncOpt.Grains.Tests.Virtual;

/// <summary>Holds a run where it names its n-th whole checkpoint from now, until it is let go.</summary>
sealed class HeldCheckpoint(int checkpoints)
{
    readonly TaskCompletionSource _reached = new(), _letGo = new();
    int _toGo = checkpoints;

    /// <summary>Done once the run is held.</summary>
    public Task Reached => _reached.Task;

    public void LetGo() => _letGo.TrySetResult();

    /// <summary>What is done before each write to a store.</summary>
    public Task BeforeWrite(string place, string name)
    {
        if (name != Checkpoints.LastName || Interlocked.Decrement(ref _toGo) != 0)
            return Task.CompletedTask;
        _reached.SetResult();
        return _letGo.Task;
    }
}
