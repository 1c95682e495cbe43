using System.Globalization;
using System.Text.Json.Nodes;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Swarm.Drawn;

/// <summary>
/// Draws entries of the catalogue with their options, by the types, ranges and names of these: whatever is added to the
/// catalogue is drawn, too. Entries whose options hang together have a rule in <see cref="EntryRules"/>.
/// </summary>
/// <param name="catalogue">What can be named.</param>
/// <param name="dice">The choices.</param>
/// <param name="setting">What the options have to fit.</param>
sealed class OptionDrawer(Catalogue catalogue, Dice dice, Setting setting)
{
    // How often an option that has a default is given.
    const double Given = 0.35;

    // Kinds name each other: a chain of a chain, a delay of a delay.
    const int DepthMax = 3;

    int _depth;

    public Dice Dice => dice;

    public Setting Setting => setting;

    public Catalogue Catalogue => catalogue;

    /// <summary>What was drawn, by kind and name.</summary>
    public List<(string Kind, string Name)> Names { get; } = [];

    /// <summary>An entry of a kind with options, as it stands in an experiment file; null where none can be drawn.
    /// </summary>
    public JsonObject? Any(Type kind, Func<Entry, bool>? fits = null)
    {
        var entries = catalogue.OfKind(kind).Where(e => CanDraw(e) && fits?.Invoke(e) != false).ToList();
        return entries.Count == 0 ? null : Of(dice.Pick(entries));
    }

    /// <summary>An entry with options.</summary>
    public JsonObject Of(Entry entry)
    {
        Names.Add((entry.Kind.Plural, entry.Name));
        _depth++;
        var options = EntryRules.Of(entry.Type) is { } rule ? rule(this) : Options(entry.Options);
        _depth--;
        options.Insert(0, "name", entry.Name);
        return options;
    }

    /// <summary>Whether values for all its options that must be given can be drawn.</summary>
    public bool CanDraw(Entry entry)
    {
        if (EntryRules.IsLeftOut(entry.Type))
            return false;
        if (EntryRules.Of(entry.Type) is not null)
            return true;
        if (_depth >= DepthMax && entry.Options.Any(o => o.IsRequired && OptionText.KindOf(KindIn(o.Type)) is not null))
            return false;
        return entry.Options.All(o => !o.IsRequired || CanDraw(o));
    }

    /// <summary>Values for the options of a record: those that must be given, and some others.</summary>
    public JsonObject Options(IReadOnlyList<Option> options)
    {
        var values = new JsonObject();
        foreach (var option in options)
        {
            if ((option.IsRequired || dice.Chance(Given)) && CanDraw(option) && Value(option) is { } value)
                values[option.Name] = value;
        }
        return values;
    }

    /// <summary>A time, as it is written.</summary>
    public static JsonNode Time(double seconds) => JsonValue.Create(
        (seconds * 1000).ToString("0.######", CultureInfo.InvariantCulture) + "ms");

    /// <summary>A time from some ticks to others, as it is written.</summary>
    public JsonNode Ticks(double low, double high) => Time(dice.Scale(low * setting.Tick, high * setting.Tick));

    static Type KindIn(Type type) =>
        type is { IsGenericType: true, GenericTypeArguments: [var argument] } && OptionText.KindOf(argument) is not null
            ? argument
            : type;

    bool CanDraw(Option option) => !EntryRules.OptionsLeftOut.Contains(option.Name)
        && (OptionText.KindOf(KindIn(option.Type)) is not null
            ? _depth < DepthMax
            : option.Type != typeof(string) && Option.ElementOf(option.Type) is null
                && option.Type != typeof(Dictionary<string, string>));

    JsonNode? Value(Option option)
    {
        var type = KindIn(option.Type);
        if (EntryRules.OfKind(type) is { } rule)
            return rule(this, option);
        if (OptionText.KindOf(type) is not null)
            return Any(type);
        if (type.IsEnum)
            return dice.Pick([.. OptionText.EnumNames(type)]).Name;
        if (type == typeof(bool))
            return dice.Chance(0.5);
        if (option.IsTime)
            return Ticks(0.2, 10);
        if (type == typeof(double) || type == typeof(float))
            return Number(option);
        if (type.IsPrimitive)
            return Whole(option);
        return Options(Option.AllOf(type));
    }

    JsonNode Number(Option option)
    {
        var (low, high) = Limits(option, double.MinValue, double.MaxValue);
        if (EntryRules.Numbers.TryGetValue(option.Name, out var usual))
            return dice.Scale(Math.Max(low, usual.Low), Math.Min(high, usual.High));
        if (low >= 0 && high <= 1)
            return dice.Number(low, option.Range!.MaximumIsExclusive ? 0.99 * high : high);
        return dice.Scale(Math.Max(low, 0.01), Math.Min(high, 10));
    }

    JsonNode Whole(Option option)
    {
        var (low, high) = Limits(option, 0, 6);
        if (EntryRules.Numbers.TryGetValue(option.Name, out var usual))
            (low, high) = (Math.Max(low, usual.Low), Math.Min(high, usual.High));
        return dice.WholeScale((int)low, (int)Math.Min(high, low + 12));
    }

    static (double Low, double High) Limits(Option option, double low, double high) => option.Range is { } range
        ? (Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture),
            Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture))
        : (low, high);
}
