using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Client.Running;

/// <summary>When checkpoints of a run are taken: by the clock on the wall, or by virtual time.</summary>
/// <param name="Wall">Seconds on the wall from one to the next, at least; null for none by it.</param>
/// <param name="Virtual">Virtual time between them; null for none by it.</param>
sealed record CheckpointSettings(double? Wall, VirtualTime? Virtual)
{
    const string VirtualMark = "virtual:";

    /// <summary>Reads <c>60s</c> or <c>virtual:10s</c>.</summary>
    public static bool TryParse(string text, out CheckpointSettings? settings)
    {
        var isVirtual = text.StartsWith(VirtualMark, StringComparison.Ordinal);
        settings = VirtualTime.TryParse(isVirtual ? text[VirtualMark.Length..] : text, out var time)
            && time > VirtualTime.Zero
                ? new(isVirtual ? null : time.Seconds, isVirtual ? time : null)
                : null;
        return settings is not null;
    }

    /// <summary>How many of the last ones stay.</summary>
    public int Kept { get; init; } = 2;
}
