using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods.Rounds;

/// <summary>
/// The rounds of a server: whom it asks, which answers count, and when a round is over. What is asked and what becomes
/// of answers is the server's own.
/// </summary>
/// <param name="options">Who takes part, and how long a round waits.</param>
sealed class ServerRounds(Participation options)
{
    /// <summary>The name of the table of what was asked, answered and late in all rounds.</summary>
    public const string Ledger = "participation";

    const int Asked = 0, Answered = 1, Late = 2;

    readonly WorkerSelection _selection = new(options.By);
    Table _last;   // for each worker, 1 + the last round that it answered
    Table _asked;  // for each worker, 1 + the last round that it was asked for; where not all are
    Table _drawn;  // the workers drawn last
    Table _ledger;
    int _workers, _needed, _takingPart, _quorum;

    /// <summary>Whether a round ends by time.</summary>
    public bool HasTimeout => options.Timeout is not null;

    // Whether all workers take part in all rounds.
    bool TakesAll => _takingPart == _workers;

    /// <summary>Declares the server's tables.</summary>
    /// <param name="role">The server's role.</param>
    /// <param name="workers">How many workers there are.</param>
    public void Declare(RoleLayout role, int workers)
    {
        (_workers, _needed, _takingPart) = (workers, options.Needed(workers), options.Asked(workers));
        _quorum = options.Quorum ?? 1;
        _last = role.Table(Dim.Of(workers));
        if (!options.IsGiven)
            return;
        _ledger = role.Table(Dim.Of(3), Ledger);
        _drawn = role.Table(Dim.Of(workers));
        if (TakesAll)
            return;
        _asked = role.Table(Dim.Of(workers));
        _selection.Declare(role, workers);
    }

    /// <summary>Begins a round: draws those who take part, for each of whom <see cref="Ask"/> is called next.</summary>
    public void Begin(ref RoundState s, Effects e)
    {
        s.DrawsOfRound = 1;
        s.Drawn = _takingPart;
        if (!TakesAll)
            Draw(ref s, e);
        SetTimer(ref s, e);
    }

    /// <summary>Goes on after a crash of the server, which cost it the timer.</summary>
    public void Resume(ref RoundState s, Effects e) => SetTimer(ref s, e);

    /// <summary>A worker that is to be asked now.</summary>
    /// <param name="s">The round.</param>
    /// <param name="e">The effects.</param>
    /// <param name="i">Its rank among those drawn last.</param>
    /// <param name="isFirst">Whether it has not been asked in this round.</param>
    public int Ask(in RoundState s, Effects e, int i, out bool isFirst)
    {
        isFirst = s.DrawsOfRound == 1;
        if (!options.IsGiven)
            return i;
        var worker = TakesAll && isFirst ? i : (int)e.Numbers(_drawn)[i];
        if (!TakesAll)
        {
            ref var asked = ref e.Numbers(_asked)[worker];
            isFirst = asked <= s.Number;
            asked = s.Number + 1;
        }
        if (isFirst)
            e.Numbers(_ledger)[Asked]++;
        return worker;
    }

    /// <summary>Whether a worker was asked in this round.</summary>
    public bool IsAsked(in RoundState s, Effects e, int worker) =>
        TakesAll || e.Numbers(_asked)[worker] == s.Number + 1;

    /// <summary>Whether a worker was asked in this round and has not answered.</summary>
    public bool IsAwaited(in RoundState s, Effects e, int worker) =>
        e.Numbers(_last)[worker] <= s.Number && IsAsked(in s, e, worker);

    /// <summary>What an answer is to the round, which counts it.</summary>
    /// <param name="s">The round.</param>
    /// <param name="e">The effects.</param>
    /// <param name="worker">Who answers.</param>
    /// <param name="round">Which round it answers.</param>
    /// <param name="factor">What the answer counts in the mean.</param>
    public AnswerKind Take(ref RoundState s, Effects e, int worker, long round, double factor)
    {
        ref var last = ref e.Numbers(_last)[worker];
        if (last > round)
            return AnswerKind.Known;
        last = round + 1;
        var isLate = round < s.Number;
        if (options.IsGiven)
            e.Numbers(_ledger)[isLate ? Late : Answered]++;
        if (isLate && options.Late == LateAnswers.Drop)
            return AnswerKind.Dropped;
        s.Factors += factor;
        if (isLate)
            s.Folded++;
        else
            s.Answers++;
        return isLate ? AnswerKind.Folded : AnswerKind.Counts;
    }

    /// <summary>Records that an answer comes to nothing.</summary>
    public static void Refuse(AnswerKind answer, in Received m, Effects e) =>
        e.RecordWaste(answer == AnswerKind.Known ? WasteReason.Duplicate : WasteReason.Late, in m);

    /// <summary>Whether the round has the answers that it needs.</summary>
    public bool IsOver(in RoundState s) => s.Answers >= (s.IsOverdue ? _quorum : _needed);

    /// <summary>
    /// The timeout has passed. Where the round is not over, as many as are missing are drawn anew of those who have not
    /// answered, for each of whom <see cref="Ask"/> is called next.
    /// </summary>
    /// <returns>Whether the round is over.</returns>
    public bool OnTimeout(ref RoundState s, Effects e)
    {
        s.IsOverdue = true;
        if (IsOver(in s))
            return true;
        s.DrawsOfRound++;
        s.Drawn = _takingPart - s.Answers;
        if (TakesAll)
            Missing(in s, e);
        else
            Draw(ref s, e);
        SetTimer(ref s, e);
        return false;
    }

    /// <summary>What the sum of a round's answers, each times its factor, is divided by.</summary>
    public double Mass(in RoundState s) => s is { Folded: 0 } && s.Answers == _workers ? _workers : s.Factors;

    /// <summary>Ends the round.</summary>
    public void End(ref RoundState s, Effects e)
    {
        if (HasTimeout)
            e.Cancel(s.Timer);
        s = new RoundState { Number = s.Number + 1 };
    }

    void SetTimer(ref RoundState s, Effects e)
    {
        if (options.Timeout is { } timeout)
            s.Timer = e.SetTimer(timeout);
    }

    void Draw(ref RoundState s, Effects e) =>
        _selection.Draw(ref s, e, e.Numbers(_drawn), e.Numbers(_last));

    void Missing(in RoundState s, Effects e)
    {
        var drawn = e.Numbers(_drawn);
        var last = e.Numbers(_last);
        var count = 0;
        for (var worker = 0; worker < last.Length; worker++)
        {
            if (last[worker] <= s.Number)
                drawn[count++] = worker;
        }
    }
}
