namespace AsyncOpt.Grains.Runs;

/// <summary>Work that blocks for long, away from the pool and from the turns of grains.</summary>
static class OwnThread
{
    // As for embedded runs: deep expressions of a problem recurse.
    const int StackBytes = 16 << 20;

    /// <summary>Does some work on a thread of its own.</summary>
    /// <param name="name">The thread's name.</param>
    /// <param name="work">The work.</param>
    public static Task<T> Run<T>(string name, Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(Work, StackBytes) { Name = name, IsBackground = true };
        thread.Start();
        return done.Task;

        void Work()
        {
            try
            {
                done.SetResult(work());
            }
            catch (OperationCanceledException e)
            {
                done.SetCanceled(e.CancellationToken);
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }
    }
}
