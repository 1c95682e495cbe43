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

/// <summary>
/// A worker: it trains from the model of a job for the job's steps, on the job's shard, and answers with how far it
/// moved, x - y, or with y itself. The optimizer's state is its own, and goes on from job to job.
/// </summary>
/// <param name="oracle">Local training.</param>
/// <param name="batch">Samples per step.</param>
/// <param name="messages">The method's messages.</param>
/// <param name="ownShards">Whether all its jobs are on its own shard.</param>
/// <remarks>
/// A new job ends the one before. After a crash a worker asks the server what to do; what it had not finished is lost,
/// its optimizer's state is that before the job.
/// </remarks>
sealed class LocalWorker(LocalSteps oracle, int batch, LocalMessages messages, bool ownShards = false)
    : RoleProgram<LocalWorkerState>
{
    Slot _x;
    Vector _y, _state0, _state1;
    Peer _server;

    public override void Declare(RoleLayout role)
    {
        var states = oracle.Optimizer.States;
        _x = role.Slot(messages.Job);
        _y = role.Vector("y", Dim.Parameters);
        _state0 = states > 0 ? role.Vector("inner-0", Dim.Parameters) : default;
        _state1 = states > 1 ? role.Vector("inner-1", Dim.Parameters) : default;
        _server = role.Peer("server");
    }

    public override void OnMessage(ref LocalWorkerState s, in Received m, Effects e)
    {
        var (job, number) = m.Body(messages.Job);
        if (number < s.Job || (number == s.Job && s.Computing))
            return; // a duplicate
        if (number == s.Job && s.Answered)
        {
            e.Send(_server, messages.Update, number, e.Snapshot(_y, s.Version)); // the server may have missed it
            return;
        }
        if (s.Computing)
            e.Cancel(s.Pending);
        e.Hold(_x, m);
        (s.Job, s.Steps, s.Version) = (number, job.Steps, m.Version);
        (s.Computing, s.Answered) = (true, false);
        s.Pending = e.Compute((ownShards ? new Computation(oracle, batch) : new(oracle, job.Shard, batch)) with
        {
            Steps = job.Steps,
            RateStep = job.First,
            OptimizerStep = s.StepsMade,
            Key = BatchKey.OfPlace(job.First), // place and step, as in minibatch-sgd and d-sgd: the same batches
            Input = _x,
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
            e.Axpy(1, _x, _y);
        }
        e.Send(_server, messages.Update, s.Job, e.Snapshot(_y, c.Origin));
    }

    public override void OnRestart(ref LocalWorkerState s, Effects e)
    {
        s.Computing = false;
        e.Send(_server, messages.Request, ++s.Restarts);
    }

    public override void Awaits(in LocalWorkerState s, Waits waits)
    {
        if (!s.Computing)
            waits.For(messages.Job, _server);
    }
}
