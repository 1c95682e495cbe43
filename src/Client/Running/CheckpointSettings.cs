using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Client.Running;

/// <summary>When checkpoints of a run are taken: by the clock on the wall, or by virtual time.</summary>
/// <param name="Wall">Seconds on the wall from one to the next, at least; null for none by it.</param>
/// <param name="Virtual">Virtual time between them; null for none by it.</param>
sealed record CheckpointSettings(double? Wall, VirtualTime? Virtual)
{
    const string VirtualMark = "virtual:";

    /// <summary>Reads <c>60s</c> or <c>virtual:10s</c>; null for a text that is neither.</summary>
    public static CheckpointSettings? Read(string text)
    {
        var isVirtual = text.StartsWith(VirtualMark, StringComparison.Ordinal);
        if (!VirtualTime.TryParse(isVirtual ? text[VirtualMark.Length..] : text, out var time)
            || time == VirtualTime.Zero)
            return null;
        return isVirtual ? new(null, time) : new(time.Seconds, null);
    }

    /// <summary>How many of the last ones stay.</summary>
    public int Kept { get; init; } = 2;
}
