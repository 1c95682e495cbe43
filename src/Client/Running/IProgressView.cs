using AsyncOpt.Core.Runs;

namespace AsyncOpt.Client.Running;

/// <summary>Shows runs in progress. Called from several threads.</summary>
interface IProgressView
{
    /// <summary>Shows progress while some work is done on it.</summary>
    /// <param name="runs">How many runs there will be.</param>
    /// <param name="work">The work; returns when all runs have ended.</param>
    void Show(int runs, Action work);

    /// <summary>A run begins; disposing the result takes it out of sight, whether it ended or failed.</summary>
    IRunProgress Begin(string label);
}

/// <summary>Shows one run in progress.</summary>
interface IRunProgress : IDisposable
{
    /// <summary>Says what takes long before the run begins.</summary>
    void Say(string what);

    void Report(RunProgress progress);

    /// <summary>The run has ended, and left its folder.</summary>
    void End();
}

/// <summary>Shows nothing.</summary>
sealed class SilentProgress : IProgressView, IRunProgress
{
    public void Show(int runs, Action work) => work();

    public IRunProgress Begin(string label) => this;

    public void Say(string what)
    {
    }

    public void Report(RunProgress progress)
    {
    }

    public void End()
    {
    }

    public void Dispose()
    {
    }
}
