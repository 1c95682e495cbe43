using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods.LocalTraining;

/// <summary>The messages between server and workers; each method has its own.</summary>
/// <param name="sendsModel">Whether workers answer with the model, otherwise with how far they moved.</param>
sealed class LocalMessages(bool sendsModel)
{
    /// <summary>Whether workers answer with the model, otherwise with how far they moved.</summary>
    public bool SendsModel => sendsModel;

    /// <summary>The model to start from; shard, steps, the shard's steps before, the worker's job number.</summary>
    public MessageKind Job { get; } = new("job", Dim.Parameters) { Scalars = 4 };

    /// <summary>How far a worker moved, or where it is; the job number.</summary>
    public MessageKind Update { get; } = new("update", Dim.Parameters)
    {
        Scalars = 1,
        IsChange = !sendsModel,
    };

    /// <summary>A worker came back after a crash; how often it has.</summary>
    public MessageKind Request { get; } = new("request") { Scalars = 1 };

    /// <summary>A message that assigns a job.</summary>
    public Message Assign(Snapshot model, in Job job, double number) => new(Job)
    {
        Vector = model,
        Scalar = job.Shard,
        Scalar1 = job.Steps,
        Scalar2 = job.First,
        Scalar3 = number,
    };
}
