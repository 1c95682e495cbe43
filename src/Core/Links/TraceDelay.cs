using System.ComponentModel.DataAnnotations;
using System.Globalization;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Data;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Links;

/// <summary>
/// Recorded delays from a table with a header: in the order of the file, one for each message of a link, again from the
/// first after the last; or, with a column of times, the one recorded last when a message is sent. They are of all
/// links alike, or, with columns of senders and receivers, of each its own.
/// </summary>
/// <remarks>
/// In the order of the file every link begins with its first delay, or, with <c>drawn</c>, with one drawn for it. With
/// times, what is sent before the first of them takes the first delay.
/// </remarks>
/// <param name="options">The file and its columns.</param>
[Link("trace")]
public sealed class TraceDelay(TraceDelay.Options options) : LinkDelay
{
    readonly Dictionary<(int From, int To), Trace> _ofLinks = [];
    Trace? _ofOthers;

    /// <summary>Options of <see cref="TraceDelay"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The file, plain or gzip.</summary>
        public required string File { get; init; }

        /// <summary>The column of the delays.</summary>
        public required string Value { get; init; }

        /// <summary>The column of the times at which they were recorded, ascending; none: in the order of the file.
        /// </summary>
        public string? Time { get; init; }

        /// <summary>
        /// The column of senders: names of nodes where nodes have names, else numbers of places, -1 for the server.
        /// None: the delays are of all links.
        /// </summary>
        public string? From { get; init; }

        /// <summary>The column of receivers.</summary>
        public string? To { get; init; }

        /// <summary>What one unit of times and delays is worth: <c>1ms</c> where a file has milliseconds.</summary>
        [Time, Range(0, 1e9, MinimumIsExclusive = true)]
        public double Scale { get; init; } = 1;

        /// <summary>Whether each link begins with a delay drawn for it, where they are taken in order.</summary>
        public bool Drawn { get; init; }

        /// <summary>The delay of links that the file does not have; without, it must have all.</summary>
        [Range(0, 1e9)]
        public VirtualTime? Missing { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (From is null != To is null)
                yield return "delays of links need both from and to; delays of all links neither";
            if (From is null && Missing is not null)
                yield return "missing is for links that a file lacks, and without from and to it has all";
            if (Time is not null && Drawn)
                yield return "drawn is for delays taken in order; with time they are taken by it";
        }
    }

    /// <summary>The delays of a link, in ns, by their times where they have some.</summary>
    sealed record Trace(long[] Delays, long[] Times)
    {
        public long Least { get; } = Delays.Min();
    }

    /// <inheritdoc/>
    public override VirtualTime FloorOverall =>
        new(_ofLinks.Values.Select(t => t.Least).Concat(_ofOthers is { } o ? [o.Least] : []).Min());

    /// <inheritdoc/>
    public override bool IsUniform => _ofLinks.Count == 0;

    /// <inheritdoc/>
    public override bool IsRandom => true;

    /// <inheritdoc/>
    public override bool SeesMessages => true;

    /// <inheritdoc/>
    public override bool CountsPerLink => options.Time is null;

    /// <inheritdoc/>
    /// <exception cref="InputException">The file is missing or broken, or lacks a link.</exception>
    public override void Build(LinkContext context)
    {
        var path = context.Locate(options.File);
        var rows = DelayTraceReader.Read(path, options.Value, options.Time, options.From, options.To);
        if (options.From is null)
        {
            _ofOthers = Of(path, rows);
            return;
        }
        var places = PlacesOf(context);
        foreach (var link in rows.GroupBy(r => (Place(path, r, r.From, places), Place(path, r, r.To, places))))
            _ofLinks.Add(link.Key, Of(path, [.. link]));
        if (options.Missing is { } missing)
            _ofOthers = new Trace([missing.Nanoseconds], [0]);
        else
            RequireAll(path, context);
    }

    /// <inheritdoc/>
    public override VirtualTime Floor(int from, int to) => new(OfLink(from, to).Least);

    /// <inheritdoc/>
    public override VirtualTime Sample(int from, int to, in Draw draw)
    {
        var delays = OfLink(from, to).Delays;
        return new(delays[draw.Below(delays.Length)]);
    }

    /// <inheritdoc/>
    public override VirtualTime Sample(in MessageContext message, in Draw draw)
    {
        var (delays, times) = OfLink(message.From, message.To);
        if (options.Time is not null)
        {
            var found = Array.BinarySearch(times, message.Now.Nanoseconds);
            return new(delays[Math.Max(0, found >= 0 ? found : ~found - 1)]);
        }
        var first = options.Drawn ? draw.Earlier(message.Sequence).Below(delays.Length) : 0;
        return new(delays[(int)((first + message.Sequence) % delays.Length)]);
    }

    Trace OfLink(int from, int to) => _ofLinks.TryGetValue((from, to), out var trace) ? trace : _ofOthers!;

    Trace Of(string path, IReadOnlyList<DelayTrace> rows)
    {
        var times = rows.Select(r => VirtualTime.FromSeconds(r.Time * options.Scale).Nanoseconds).ToArray();
        for (var i = 1; options.Time is not null && i < times.Length; i++)
        {
            if (times[i] <= times[i - 1])
                throw DataFile.Error(path, rows[i].Line, "is not later than the line before of this link");
        }
        return new([.. rows.Select(r => VirtualTime.FromDraw(r.Delay * options.Scale).Nanoseconds)], times);
    }

    static Dictionary<string, int> PlacesOf(LinkContext context)
    {
        var places = Enumerable.Range(0, context.Places)
            .ToDictionary(p => context.Names?[p] ?? p.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal);
        if (context.HasServer)
            places.Add("-1", -1);
        return places;
    }

    static int Place(string path, DelayTrace row, string name, Dictionary<string, int> places) =>
        places.TryGetValue(name, out var place) ? place : throw DataFile.Error(
            path, row.Line, $"there is no place {DataFile.Quote(name)}" + NearestName.Hint(name, places.Keys));

    void RequireAll(string path, LinkContext context)
    {
        var first = context.HasServer ? -1 : 0;
        for (var from = first; from < context.Places; from++)
        {
            for (var to = first; to < context.Places; to++)
            {
                // Workers talk to their server alone.
                var isLink = from != to && (!context.HasServer || from < 0 || to < 0);
                if (isLink && !_ofLinks.ContainsKey((from, to)))
                {
                    throw new InputException($"{path}: no delay from place {from} to {to}; give `missing`, the time to "
                        + "take for such links");
                }
            }
        }
    }
}
