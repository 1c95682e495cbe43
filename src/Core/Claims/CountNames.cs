namespace AsyncOpt.Core.Claims;

/// <summary>What every run counts, as a quantity names it; metrics come beside these.</summary>
public static class CountNames
{
    /// <summary>1 for a run that diverged, else 0.</summary>
    public const string Diverged = "diverged";

    /// <summary>Virtual seconds at the end.</summary>
    public const string VirtualTime = "virtual-time";

    /// <summary>Messages sent.</summary>
    public const string Messages = "messages";

    /// <summary>Messages lost.</summary>
    public const string Lost = "lost";

    /// <summary>Mean staleness of the updates.</summary>
    public const string StalenessMean = "staleness-mean";

    /// <summary>The largest staleness.</summary>
    public const string StalenessMax = "staleness-max";

    /// <summary>Mean age of an update in computations, in virtual seconds.</summary>
    public const string AgeCompute = "age-compute";

    /// <summary>Mean age of an update on the wire, in virtual seconds.</summary>
    public const string AgeWire = "age-wire";

    /// <summary>Mean age of an update at rest, in virtual seconds.</summary>
    public const string AgeQueue = "age-queue";

    /// <summary>Begins the bytes that one role sent.</summary>
    public const string BytesOf = "bytes.";

    /// <summary>Begins the messages that one role sent.</summary>
    public const string MessagesOf = "messages.";

    static readonly string[] AlongRun = ["updates", "gradients", "samples", "bytes"];

    static readonly string[] AtEnd =
    [
        Diverged, VirtualTime, Messages, Lost, StalenessMean, StalenessMax, AgeCompute, AgeWire, AgeQueue,
    ];

    /// <summary>All of them, without those of a role.</summary>
    public static IReadOnlyList<string> All => [.. AlongRun, .. AtEnd];

    /// <summary>Whether it is a count of the whole run, so that it has no instant.</summary>
    public static bool IsOfWholeRun(string name) => AtEnd.Contains(name) || RoleOf(name) is not null;

    /// <summary>Whether it is an axis of the run, known at every sampling instant.</summary>
    public static bool IsAlongRun(string name) => AlongRun.Contains(name);

    /// <summary>The scale of a count's intervals; null for anything else.</summary>
    public static Runs.Scale? ScaleOf(string name) =>
        name == Diverged ? Runs.Scale.Logit : IsAlongRun(name) || IsOfWholeRun(name) ? Runs.Scale.Log : null;

    /// <summary>The role whose messages or bytes are named; null for anything else.</summary>
    public static string? RoleOf(string name)
    {
        foreach (var start in (string[])[BytesOf, MessagesOf])
            if (name.StartsWith(start, StringComparison.Ordinal) && name.Length > start.Length)
                return name[start.Length..];
        return null;
    }
}
