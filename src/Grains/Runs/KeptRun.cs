using AsyncOpt.Core;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Grains.Runs;

/// <summary>What the store holds of a run's life: enough to go on after the loss of every silo.</summary>
sealed record KeptRun
{
    /// <summary>The name it is kept under.</summary>
    public const string File = "state.json";

    /// <summary>The name that the record is kept under.</summary>
    public const string RecordFile = "record.json";

    /// <summary>The name that the zipped run folder is kept under.</summary>
    public const string FolderFile = "folder.zip";

    /// <summary>All that is kept of a run that is over.</summary>
    public static IReadOnlyList<string> Files { get; } = [File, RecordFile, FolderFile];

    /// <summary>What was asked for.</summary>
    public required RunRequest Request { get; init; }

    /// <summary>Where it stands.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>Whether the user wants it to end.</summary>
    public bool IsCancelled { get; init; }

    /// <summary>Whether its silo stopped in good order, so that the end of its attempt is no loss.</summary>
    public bool IsHandedOver { get; init; }

    /// <summary>How many attempts ended with the loss of their silo.</summary>
    public int Losses { get; init; }

    /// <summary>Reads the state of a run; null for an unknown run.</summary>
    /// <exception cref="StorageException">It cannot be read, or is not the state of this run.</exception>
    public static async Task<KeptRun?> Read(IRunStore store, string run, CancellationToken cancellation = default)
    {
        if (await store.Read(run, File, cancellation) is not { } bytes)
            return null;
        var place = store.PlaceOf(run, File);
        try
        {
            var kept = GatewayJson.Read<KeptRun>(System.Text.Encoding.UTF8.GetString(bytes));
            return kept.Status.Id == run ? kept : throw Broken($" it is of run '{kept.Status.Id}'");
        }
        catch (System.Text.Json.JsonException e)
        {
            throw Broken(JsonText.Sentence(e, typeof(KeptRun)), e);
        }

        StorageException Broken(string cause, Exception? e = null) => new(
            $"{place}:{cause}: not the state of run '{run}': put back what was there, or delete all that is kept of "
                + "the run and submit it again", e);
    }

    /// <summary>Keeps the state.</summary>
    public Task Write(IRunStore store, CancellationToken cancellation = default) => store.Write(
        Status.Id, File, System.Text.Encoding.UTF8.GetBytes(GatewayJson.Write(this)), cancellation);
}
