using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Grains.Runs;

/// <summary>
/// Owns the life of one run; its key is the run's name. What must outlive it is in the <see cref="IRunStore"/>.
/// </summary>
[Alias("asyncopt.run")]
interface IRunGrain : IGrainWithStringKey
{
    /// <summary>Takes a run and begins it. Its specification was found good.</summary>
    [Alias("submit")]
    Task<RunStatus> Submit(RunRequest request);

    /// <summary>What was asked for; null for an unknown run.</summary>
    [Alias("request")]
    Task<RunRequest?> Request();

    /// <summary>Where it stands; null for an unknown run.</summary>
    [Alias("status")]
    Task<RunStatus?> Status();

    /// <summary>Ends it where it stands; changes nothing once it is over. Null for an unknown run.</summary>
    [Alias("cancel")]
    Task<RunStatus?> Cancel();

    /// <summary>Progress after a cursor, at once where there is some, else after waiting for it.</summary>
    /// <param name="after">The cursor of the last line known; 0 for none.</param>
    /// <param name="wait">How long to wait for the first line.</param>
    /// <returns>Null for an unknown run.</returns>
    [Alias("follow")]
    Task<ProgressPage?> Follow(long after, TimeSpan wait);

    /// <summary>Begins it again if it should be running and is not, as after the loss of its silo.</summary>
    [Alias("resume")]
    Task Resume();

    /// <summary>Deletes all that is kept of it, once it is over.</summary>
    [Alias("delete")]
    Task Delete();
}

/// <summary>Lines of progress.</summary>
/// <param name="Lines">The lines, each as JSON with its cursor, which grows from line to line.</param>
/// <param name="End">Where the run stands, once it is over and all its lines were told; null before.</param>
[GenerateSerializer, Immutable, Alias("asyncopt.progress-page")]
sealed record ProgressPage(
    [property: Id(0)] IReadOnlyList<ProgressLine> Lines, [property: Id(1)] RunStatus? End);

/// <summary>One line of progress.</summary>
/// <param name="Cursor">Names the line within its run.</param>
/// <param name="Json">A <see cref="Core.Runs.RunProgress"/> as <see cref="GatewayJson"/> writes it.</param>
[GenerateSerializer, Immutable, Alias("asyncopt.progress-line")]
readonly record struct ProgressLine([property: Id(0)] long Cursor, [property: Id(1)] string Json);
