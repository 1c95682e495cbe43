using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods.LocalTraining;

/// <summary>What a worker of local training remembers, beside vectors.</summary>
struct LocalWorkerState
{
    public long Job; // the last one's number; the server counts from 1
    public int Steps;
    public long Version, StepsMade, Restarts;
    public bool Computing, Answered;
    public ComputationId Pending;
}

/// <summary>What a worker remembers beside that where a new job waits for the end of another.</summary>
struct NextJob
{
    public Assignment Given; // the last job that waited
    public long Version;
    public bool IsInSecond;  // whether the model of the present job lies in the second slot
}

/// <summary>What a worker remembers beside that where it waits no longer than a timeout.</summary>
struct LocalWaiting
{
    public TimerId Timer;
    public Origin Answer; // that it sent last
}

/// <summary>
/// A worker: it trains from the model of a job for the job's steps, on the job's shard, and answers with how far it
/// moved, x - y, or with y itself. The optimizer's state is its own, and goes on from job to job.
/// </summary>
/// <param name="oracle">Local training.</param>
/// <param name="batch">Samples per step.</param>
/// <param name="messages">The method's messages.</param>
/// <param name="ownShards">Whether all its jobs are on its own shard.</param>
/// <param name="finishesJobs">Whether a new job waits for the end of the one before, instead of ending it.</param>
/// <param name="timeout">How long it waits for a job before it sends its answer again, or asks; null for ever.</param>
/// <remarks>
/// A new job ends the one before. After a crash a worker asks the server what to do; what it had not finished is lost,
/// its optimizer's state is that before the job.
/// </remarks>
sealed class LocalWorker(
    LocalSteps oracle, int batch, LocalMessages messages, bool ownShards = false, bool finishesJobs = false,
    VirtualTime? timeout = null)
    : RoleProgram<LocalWorkerState>
{
    TableOf<NextJob> _nextJob;
    TableOf<LocalWaiting> _waiting;
    Slot _x, _second;
    Vector _y, _state0, _state1;
    Peer _server;

    public override void Declare(RoleLayout role)
    {
        var states = oracle.Optimizer.States;
        _x = role.Slot(messages.Job);
        if (finishesJobs)
            (_second, _nextJob) = (role.Slot(messages.Job), new TableOf<NextJob>(role));
        if (timeout is not null)
            _waiting = new TableOf<LocalWaiting>(role);
        _y = role.Vector("y", Dim.Parameters);
        _state0 = states > 0 ? role.Vector("inner-0", Dim.Parameters) : default;
        _state1 = states > 1 ? role.Vector("inner-1", Dim.Parameters) : default;
        _server = role.Peer("server");
    }

    public override void OnStart(ref LocalWorkerState s, Effects e) => SetTimer(e);

    public override void OnMessage(ref LocalWorkerState s, in Received m, Effects e)
    {
        var given = m.Body(messages.Job);
        var newest = finishesJobs ? Math.Max(s.Job, _nextJob.Of(e).Given.Number) : s.Job;
        if (given.Number < newest || (given.Number == newest && s.Computing))
            return; // a duplicate
        if (given.Number == s.Job && s.Answered)
        {
            e.Send(_server, messages.Update, s.Job, e.Snapshot(_y, s.Version)); // the server may have missed it
            return;
        }
        if (s.Computing && finishesJobs)
        {
            ref var next = ref _nextJob.Of(e);
            e.Hold(next.IsInSecond ? _x : _second, m);
            (next.Given, next.Version) = (given, m.Version);
            return;
        }
        if (s.Computing)
            e.Cancel(s.Pending);
        e.Hold(Start(e), m);
        Begin(ref s, given, m.Version, e);
    }

    // Where the model lies that the job starts from.
    Slot Start(Effects e) => finishesJobs && _nextJob.Of(e).IsInSecond ? _second : _x;

    void Begin(ref LocalWorkerState s, Assignment given, long version, Effects e)
    {
        var job = given.Job;
        (s.Job, s.Steps, s.Version) = (given.Number, job.Steps, version);
        (s.Computing, s.Answered) = (true, false);
        if (timeout is not null)
            e.Cancel(_waiting.Of(e).Timer);
        s.Pending = e.Compute((ownShards ? new Computation(oracle, batch) : new(oracle, job.Shard, batch)) with
        {
            Steps = job.Steps,
            RateStep = job.First,
            OptimizerStep = s.StepsMade,
            Key = BatchKey.OfPlace(job.First), // place and step, as in minibatch-sgd and d-sgd: the same batches
            Input = Start(e),
            Input1 = _state0,
            Input2 = _state1,
            Output = _y,
            Output1 = _state0,
            Output2 = _state1,
        });
    }

    public override void OnComputed(ref LocalWorkerState s, in Computed c, Effects e)
    {
        s.StepsMade += s.Steps;
        (s.Computing, s.Answered) = (false, true);
        if (!messages.SendsModel)
        {
            e.Scale(-1, _y);
            e.Axpy(1, Start(e), _y);
        }
        e.Send(_server, messages.Update, s.Job, e.Snapshot(_y, c.Origin));
        if (timeout is not null)
            _waiting.Of(e).Answer = c.Origin;
        SetTimer(e);
        if (finishesJobs && _nextJob.Of(e).Given.Number > s.Job)
            BeginNext(ref s, e);
    }

    void BeginNext(ref LocalWorkerState s, Effects e)
    {
        ref var next = ref _nextJob.Of(e);
        next.IsInSecond = !next.IsInSecond;
        Begin(ref s, next.Given, next.Version, e);
    }

    public override void OnTimer(ref LocalWorkerState s, in TimerFired t, Effects e)
    {
        if (s.Answered)
            e.Send(_server, messages.Again, s.Job, e.Snapshot(_y, _waiting.Of(e).Answer));
        else
            e.Send(_server, messages.Request, ++s.Restarts);
        SetTimer(e);
    }

    void SetTimer(Effects e)
    {
        if (timeout is { } time)
            _waiting.Of(e).Timer = e.SetTimer(time);
    }

    public override void OnRestart(ref LocalWorkerState s, Effects e)
    {
        s.Computing = false;
        e.Send(_server, messages.Request, ++s.Restarts);
        SetTimer(e);
    }

    public override void OnStateLost(ref LocalWorkerState s, Effects e)
    {
        e.Send(_server, messages.Request, LocalMessages.StateLost);
        SetTimer(e);
    }

    public override void Awaits(in LocalWorkerState s, Waits waits)
    {
        if (!s.Computing)
            waits.For(messages.Job, _server);
    }
}
