namespace AsyncOpt.Grains.Live.Agents;

/// <summary>
/// Work that any thread may ask for, and that one thread of the pool does at a time. Who asks is sure that it is begun
/// afterwards: also who asks just when a thread ends it.
/// </summary>
/// <param name="work">The work; it must not throw.</param>
sealed class SerialWork(Action work) : IThreadPoolWorkItem
{
    const int Idle = 0, Running = 1, Asked = 2;

    int _state;

    /// <summary>Has the work done, from any thread.</summary>
    public void Ask()
    {
        if (Interlocked.Exchange(ref _state, Asked) == Idle)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        do
        {
            Interlocked.Exchange(ref _state, Running);
            work();
        }
        while (Interlocked.CompareExchange(ref _state, Idle, Running) != Running);
    }
}
