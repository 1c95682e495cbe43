namespace AsyncOpt.Simulation.Rules;

/// <summary>What an agent sent before: of each link and kind the last messages, and how many there were.</summary>
/// <typeparam name="TVectors">What a host keeps of a message: its vectors.</typeparam>
/// <param name="kept">How many messages of each link and kind are kept.</param>
sealed class SentBefore<TVectors>(int kept)
{
    readonly SortedDictionary<(int Receiver, int Kind), Line> _lines = [];

    sealed class Line(int kept)
    {
        public readonly TVectors[] Kept = new TVectors[kept];
        public long Sent;
    }

    /// <summary>How many messages with vectors the agent sent: names the draws.</summary>
    public uint Count { get; set; }

    /// <summary>The lines, in the order of receivers and kinds.</summary>
    public IEnumerable<(int Receiver, int Kind)> Lines => _lines.Keys;

    /// <summary>How many messages of a line were sent.</summary>
    public long SentOf(int receiver, int kind) => _lines[(receiver, kind)].Sent;

    /// <summary>The messages of a line that are kept, oldest first.</summary>
    public IEnumerable<TVectors> KeptOf(int receiver, int kind)
    {
        var line = _lines[(receiver, kind)];
        for (var at = Math.Max(0, line.Sent - kept); at < line.Sent; at++)
            yield return line.Kept[at % kept];
    }

    /// <summary>A message as long before the next one of its line; false where there is none.</summary>
    public bool TryFind(int receiver, int kind, int ago, out TVectors vectors)
    {
        vectors = default!;
        if (!_lines.TryGetValue((receiver, kind), out var line) || line.Sent < ago)
            return false;
        vectors = line.Kept[(line.Sent - ago) % kept];
        return true;
    }

    /// <summary>Keeps a message; true where another is given up for it.</summary>
    public bool Keep(int receiver, int kind, TVectors vectors, out TVectors givenUp)
    {
        if (!_lines.TryGetValue((receiver, kind), out var line))
            _lines.Add((receiver, kind), line = new(kept));
        ref var place = ref line.Kept[line.Sent % kept];
        (givenUp, place) = (place, vectors);
        return line.Sent++ >= kept;
    }

    /// <summary>Begins a line that has been sent some messages already, of which the last are kept next.</summary>
    public void Begin(int receiver, int kind, long sent) =>
        _lines.Add((receiver, kind), new(kept) { Sent = Math.Max(0, sent - kept) });
}
