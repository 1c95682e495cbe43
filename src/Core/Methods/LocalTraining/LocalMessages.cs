using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods.LocalTraining;

/// <summary>A job of a worker.</summary>
/// <param name="Job">What to do.</param>
/// <param name="Number">Its rank among the worker's jobs, from 1.</param>
readonly record struct Assignment(Job Job, long Number);

/// <summary>The messages between server and workers; each method has its own.</summary>
/// <param name="sendsModel">Whether workers answer with the model, otherwise with how far they moved.</param>
sealed class LocalMessages(bool sendsModel)
{
    /// <summary>Whether workers answer with the model, otherwise with how far they moved.</summary>
    public bool SendsModel => sendsModel;

    /// <summary>The model to start from, and what to do.</summary>
    public MessageKind<Assignment> Job { get; } = new("job", Dim.Parameters);

    /// <summary>How far a worker moved, or where it is; the job's number.</summary>
    public MessageKind<long> Update { get; } = new("update", Dim.Parameters) { IsChange = !sendsModel };

    /// <summary>What a request says instead of how often: the worker does not know, it has lost its state.</summary>
    public const long StateLost = 0;

    /// <summary>A worker came back after a crash, or has waited too long for its first job; how often.</summary>
    public MessageKind<long> Request { get; } = new("request");

    /// <summary>An update once more, because no job has come since.</summary>
    public MessageKind<long> Again { get; } = new("update again", Dim.Parameters) { IsChange = !sendsModel };
}
