using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods.Rounds;

/// <summary>The timeout of a node's iterations, where there is one.</summary>
/// <param name="length">How long after its beginning an iteration goes on with what has come; null for never.</param>
sealed class IterationTimeout(VirtualTime? length)
{
    struct Wait
    {
        public TimerId Timer;
        public Origin Last; // of what came last
        public bool IsOverdue;
    }

    TableOf<Wait> _wait;

    /// <summary>Whether there is one.</summary>
    public bool IsGiven => length is not null;

    /// <summary>Why a message of an iteration that is over is refused: without a timeout it came before.</summary>
    public WasteReason WhyRefused => IsGiven ? WasteReason.Late : WasteReason.Duplicate;

    public void Declare(RoleLayout role) => _wait = IsGiven ? new TableOf<Wait>(role) : default;

    /// <summary>An iteration begins.</summary>
    public void Begin(Effects e)
    {
        if (length is { } time)
            _wait.Of(e) = new Wait { Timer = e.SetTimer(time) };
    }

    /// <summary>The node is back after a crash, which cost it the timer.</summary>
    public void Resume(Effects e)
    {
        if (length is { } time && !_wait.Of(e).IsOverdue)
            _wait.Of(e).Timer = e.SetTimer(time);
    }

    /// <summary>What came last, on which the update rests if the iteration ends by time.</summary>
    public void Note(in Origin last, Effects e)
    {
        if (IsGiven)
            _wait.Of(e).Last = last;
    }

    /// <summary>Whether the iteration goes on with what has come.</summary>
    public bool IsOverdue(Effects e) => IsGiven && _wait.Of(e).IsOverdue;

    /// <summary>The timer has gone off.</summary>
    /// <returns>What came last.</returns>
    public Origin OnTimer(Effects e)
    {
        _wait.Of(e).IsOverdue = true;
        return _wait.Of(e).Last;
    }

    /// <summary>The iteration waits no more.</summary>
    public void End(Effects e)
    {
        if (IsGiven)
            e.Cancel(_wait.Of(e).Timer);
    }
}
