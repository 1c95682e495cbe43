using System.Text;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Swarm;

/// <summary>What happened in the worlds of a swarm. Worlds may be added from several threads at once.</summary>
/// <param name="catalogue">What can be named.</param>
public sealed class Coverage(Catalogue catalogue)
{
    const int RefusalsShown = 5, RefusalLength = 110;

    readonly Lock _lock = new();
    readonly Dictionary<(string Kind, string Name), long> _names = [];
    readonly Dictionary<(string Method, string Fault), (long Worlds, long Fired)> _pairs = [];
    readonly long[] _probes = new long[Probe.All.Count];
    readonly Dictionary<string, long> _refusals = new(StringComparer.Ordinal);

    /// <summary>How many worlds were checked.</summary>
    public long Worlds { get; private set; }

    /// <summary>How many of these asked for progress.</summary>
    public long Liveness { get; private set; }

    /// <summary>How many drawn experiments were refused, and drawn again.</summary>
    public long Refused { get; private set; }

    /// <summary>Events of the worlds' runs, each counted once.</summary>
    public long Events { get; private set; }

    /// <summary>The probes that no world hit.</summary>
    public IReadOnlyList<string> Missed =>
        [.. Probe.All.Index().Where(p => _probes[p.Index] == 0).Select(p => p.Item.Name)];

    /// <summary>Pairs of a method and a fault that fired in no world under that method.</summary>
    public IReadOnlyList<string> MissedPairs =>
    [
        .. from method in catalogue.OfKind(typeof(Method))
           from fault in catalogue.OfKind(typeof(Fault))
           where _pairs.GetValueOrDefault((method.Name, fault.Name)).Fired == 0
           select $"{method.Name} x {fault.Name}",
    ];

    /// <summary>Counts a world that was checked.</summary>
    internal void Add(World world, IReadOnlyList<(string Kind, string Name)> names)
    {
        var hits = Probe.All.Select(p => p.Happens(world)).ToArray();
        lock (_lock)
        {
            Worlds++;
            Liveness += world.IsLiveness ? 1 : 0;
            Events += world.Record.Counts.Events;
            foreach (var name in names.Distinct())
                _names[name] = _names.GetValueOrDefault(name) + 1;
            foreach (var (i, hit) in hits.Index())
                _probes[i] += hit ? 1 : 0;
            foreach (var fault in world.Record.Faults)
            {
                var pair = (world.Plan.Method.Name, fault.Name);
                var (worlds, fired) = _pairs.GetValueOrDefault(pair);
                _pairs[pair] = (worlds + 1, fired + (fault.Fired > 0 ? 1 : 0));
            }
        }
    }

    /// <summary>Counts a drawn experiment that was refused.</summary>
    /// <param name="why">What was said of it.</param>
    internal void Refuse(string why)
    {
        // Without the place, and without numbers, alike refusals are one.
        var line = why.Split('\n')[0];
        var text = string.Concat(line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..]
            .Where(c => !char.IsAsciiDigit(c)));
        text = text.Length <= RefusalLength ? text : text[..RefusalLength] + "...";
        lock (_lock)
        {
            Refused++;
            _refusals[text] = _refusals.GetValueOrDefault(text) + 1;
        }
    }

    /// <summary>The table of what happened, as plain text.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        text.AppendLine($"{Worlds} worlds, {Liveness} of them with faults that end; {Events} events in their runs");
        text.AppendLine($"{Refused} drawn experiments were refused and drawn again");
        foreach (var (why, count) in _refusals.OrderByDescending(r => r.Value).Take(RefusalsShown))
            text.AppendLine($"  {count,6} {why}");
        text.AppendLine("\nin how many worlds");
        foreach (var (i, probe) in Probe.All.Index())
            text.AppendLine($"  {_probes[i],6} {probe.Name}");
        text.AppendLine("\nhow often drawn; what is not listed needs a file, or is left out");
        foreach (var kind in _names.GroupBy(n => n.Key.Kind).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            text.AppendLine($"  {kind.Key}: " + string.Join(", ", kind
                .OrderBy(n => n.Key.Name, StringComparer.Ordinal).Select(n => $"{n.Key.Name} {n.Value}")));
        }
        Pairs(text);
        return text.ToString();
    }

    void Pairs(StringBuilder text)
    {
        string[] faults = [.. catalogue.OfKind(typeof(Fault)).Select(f => f.Name)];
        text.AppendLine("\nworlds in which a fault fired under a method");
        text.AppendLine($"  {"",-18}" + string.Concat(faults.Select(f => $" {f,11}")));
        foreach (var method in catalogue.OfKind(typeof(Method)))
        {
            text.AppendLine($"  {method.Name,-18}" + string.Concat(faults.Select(
                f => $" {_pairs.GetValueOrDefault((method.Name, f)).Fired,11}")));
        }
    }
}
