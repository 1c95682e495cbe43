using AsyncOpt.Simulation.Windows;
using Orleans.Concurrency;

namespace AsyncOpt.Grains.Virtual;

/// <summary>
/// Runs one partition of one attempt of a run in virtual time; its key is <c>run/epoch/partition</c>. Every attempt has
/// an epoch of its own, and so grains of its own: what belongs to an earlier one never reaches them.
/// </summary>
[Alias("asyncopt.partition")]
interface IPartitionGrain : IGrainWithStringKey
{
    /// <summary>Makes the shard, in the background.</summary>
    [Alias("open")]
    Task Open(PartitionPlace place);

    /// <summary>
    /// Carries out an order and gives the answer. Asked again for the same order, it goes on waiting.
    /// </summary>
    /// <param name="order">The order; one with a number known already is not carried out again.</param>
    /// <param name="part">Which part of the answer is wanted, from 0.</param>
    /// <param name="wait">How long to wait for it.</param>
    [Alias("ask")]
    Task<ShardAnswer> Ask(ShardOrder order, int part, TimeSpan wait);

    /// <summary>Where it stands. Without being looked at for long, it closes.</summary>
    [Alias("look")]
    Task<ShardLook> Look();

    /// <summary>Takes mail of another partition: one way, in any order.</summary>
    [OneWay, Alias("deliver")]
    Task Deliver(Parcel parcel);

    /// <summary>Ends it.</summary>
    [Alias("close")]
    Task Close();
}

/// <summary>Which part of which run a partition grain is.</summary>
/// <param name="Run">The run's name.</param>
/// <param name="Epoch">The attempt.</param>
/// <param name="Number">The partition's number.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Beside">How many of them share a silo, at most.</param>
/// <param name="Messages">What the run's messages carry, as its leader lays them out.</param>
[GenerateSerializer, Immutable, Alias("asyncopt.partition-place")]
sealed record PartitionPlace(
    [property: Id(0)] string Run, [property: Id(1)] string Epoch, [property: Id(2)] int Number,
    [property: Id(3)] int Count, [property: Id(4)] int Beside, [property: Id(5)] string Messages)
{
    /// <summary>The key of a partition's grain.</summary>
    public string KeyOf(int number) => $"{Run}/{Epoch}/{number}";
}

/// <summary>What a shard is to do.</summary>
enum ShardTask : byte
{
    /// <summary>Start all agents.</summary>
    Start,

    /// <summary>Go on from the checkpoint of a time.</summary>
    Resume,

    /// <summary>Handle all events before a time, then report.</summary>
    RunUntil,

    /// <summary>Write the checkpoint of the present.</summary>
    Save,

    /// <summary>Stop at once, then report.</summary>
    Stop,
}

/// <summary>An order to a shard.</summary>
/// <param name="Number">1, 2, ....</param>
/// <param name="Task">What to do.</param>
/// <param name="Time">Virtual time, in ns, where the task names one.</param>
/// <param name="Report">What to report, where it reports.</param>
/// <param name="Attempt">Which attempt of the run wrote, or writes, the checkpoint.</param>
/// <param name="Segments">In how many pieces the checkpoint to go on from is kept.</param>
[GenerateSerializer, Immutable, Alias("asyncopt.shard-order")]
sealed record ShardOrder(
    [property: Id(0)] int Number, [property: Id(1)] ShardTask Task, [property: Id(2)] long Time = 0,
    [property: Id(3)] ReportKind Report = ReportKind.All, [property: Id(4)] int Attempt = 0,
    [property: Id(5)] int Segments = 0);

/// <summary>How an order went.</summary>
enum ShardOutcome : byte
{
    /// <summary>There is no shard here: its grain or its silo was lost.</summary>
    Unknown,

    /// <summary>It is not done yet.</summary>
    Busy,

    /// <summary>It is done.</summary>
    Done,

    /// <summary>The run cannot be made: the user's to change.</summary>
    Refused,

    /// <summary>Something broke.</summary>
    Broken,
}

/// <summary>The answer to an order.</summary>
/// <param name="Outcome">How it went.</param>
/// <param name="Reason">Why it could not be done.</param>
/// <param name="Parts">Of how many parts the answer is.</param>
/// <param name="Part">The part that was asked for.</param>
[GenerateSerializer, Immutable, Alias("asyncopt.shard-answer")]
sealed record ShardAnswer(
    [property: Id(0)] ShardOutcome Outcome, [property: Id(1)] string? Reason = null, [property: Id(2)] int Parts = 0,
    [property: Id(3)] ReadOnlyMemory<byte> Part = default);

/// <summary>Where a shard stands.</summary>
/// <param name="IsOpen">Whether there is one.</param>
/// <param name="IsBusy">Whether it has an order to carry out.</param>
/// <param name="Window">How many windows it exchanged mail of.</param>
/// <param name="WaitsFor">Whose mail it waits for, of that window; null while it waits for nobody's.</param>
[GenerateSerializer, Immutable, Alias("asyncopt.shard-look")]
sealed record ShardLook(
    [property: Id(0)] bool IsOpen, [property: Id(1)] bool IsBusy, [property: Id(2)] long Window,
    [property: Id(3)] int? WaitsFor);

/// <summary>
/// Mail of one partition to another, of one window, or a part of it. The block is never written again, so within a silo
/// it is handed over as it is.
/// </summary>
/// <param name="From">Whose.</param>
/// <param name="Window">Of which window, from 0.</param>
/// <param name="Part">Which part of the window's mail, from 0.</param>
/// <param name="Parts">Of how many parts that is, at least 1.</param>
/// <param name="NextTime">The earliest event that the sender has or sent: its time, in ns.</param>
/// <param name="NextDepth">The depth of that.</param>
/// <param name="Block">Events and what they carry; null for none.</param>
[GenerateSerializer, Immutable, Alias("asyncopt.parcel")]
sealed record Parcel(
    [property: Id(0)] int From, [property: Id(1)] long Window, [property: Id(2)] int Part, [property: Id(3)] int Parts,
    [property: Id(4)] long NextTime, [property: Id(5)] uint NextDepth, [property: Id(6)] byte[]? Block);
