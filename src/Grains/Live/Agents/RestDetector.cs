namespace AsyncOpt.Grains.Live.Agents;

/// <summary>What a round of reports says about a run.</summary>
enum Rest
{
    /// <summary>Something happens, or will.</summary>
    Busy,

    /// <summary>
    /// Nothing has happened for a while, and messages are missing: what waits for them must go on without.
    /// </summary>
    Stuck,

    /// <summary>Nothing will ever happen again.</summary>
    Quiescent,
}

/// <summary>
/// Recognises that a live run has come to rest: two successive rounds with the same counts, sent = received + lost, and
/// nothing pending (F. Mattern, "Algorithms for distributed termination detection", 1987, four counters). Messages that
/// the transport lost are declared lost after a while without any event, and after many rounds: where a machine is so
/// busy that messages are late, so are the reports.
/// </summary>
/// <param name="patience">How long nothing must happen until what is missing counts as lost.</param>
sealed class RestDetector(TimeSpan patience)
{
    /// <summary>How many further rounds must see nothing happen until what is missing counts as lost.</summary>
    public const int RoundsMin = 200;

    LiveReport? _last;
    TimeSpan _since;
    int _rounds;
    bool _wasStuck;

    /// <summary>Messages given up: patience with what had not come was over.</summary>
    public long GivenUp { get; private set; }

    /// <summary>Looks at a round.</summary>
    /// <param name="report">The sum over all hosts.</param>
    /// <param name="now">When, since any fixed moment.</param>
    public Rest Observe(LiveReport report, TimeSpan now)
    {
        var isSame = _last is { } last && !report.IsBusy && !last.IsBusy
            && (report.Epoch, report.Sent, report.Received, report.Lost, report.Handled, report.Early)
                == (last.Epoch, last.Sent, last.Received, last.Lost, last.Handled, last.Early);
        if (!isSame)
            (_since, _rounds, _wasStuck) = (now, 0, false);
        _last = report;
        if (!isSame)
            return Rest.Busy;
        var missing = report.Sent - report.Received - report.Lost;
        if (missing == 0 && report.Early == 0)
            return Rest.Quiescent;
        if (++_rounds < RoundsMin || now - _since < patience)
            return Rest.Busy;
        GivenUp = missing;
        if (_wasStuck || report.Early == 0)
            return Rest.Quiescent;
        (_since, _rounds, _wasStuck) = (now, 0, true);
        return Rest.Stuck;
    }
}
