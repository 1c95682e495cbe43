using System.ComponentModel;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Grains;

namespace AsyncOpt.Silo;

/// <summary>
/// One setting of a silo: <c>--runs-at-a-time 8</c> on the command line, else <c>ASYNCOPT_RUNS_AT_A_TIME=8</c> in the
/// environment, else <c>{ "AsyncOpt": { "RunsAtATime": 8 } }</c> in <c>appsettings.json</c> of the current folder.
/// </summary>
/// <param name="Option">The property of the options that it sets.</param>
sealed record Setting(Option Option)
{
    /// <summary>Its key in the configuration.</summary>
    public string Key => $"{Settings.Section}:{Option.Property.Name}";

    /// <summary>Its name on the command line.</summary>
    public string Switch => $"--{Option.Name}";

    /// <summary>Its name in the environment.</summary>
    public string Variable => $"ASYNCOPT_{Option.Name.Replace('-', '_').ToUpperInvariant()}";

    /// <summary>What is wrong with a text as its value; null for nothing.</summary>
    public string? Wrong(string text)
    {
        if (Option.ElementType is not null)
            return null;
        var converter = TypeDescriptor.GetConverter(Option.Type);
        return InCode(text) is { } code && converter.IsValid(code)
            ? Annotations.Wrong(Option, converter.ConvertFromInvariantString(code), $"'{text}'")
            : $"expected {Option.Expected}, got '{text}'";
    }

    /// <summary>Its entries in the configuration.</summary>
    /// <param name="values">What was given; of several, the last counts, unless it is a list.</param>
    public IEnumerable<KeyValuePair<string, string?>> Entries(IReadOnlyList<string> values) =>
        Option.ElementType is null
            ? values.TakeLast(1).Select(v => KeyValuePair.Create(Key, InCode(v)))
            : values.Select((v, i) => KeyValuePair.Create($"{Key}:{i}", (string?)v));

    // PostgreSql, postgresql and postgre-sql are one.
    static string Plain(string word) => word.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    // Words are written with hyphens, as everywhere, and read as the names in code.
    string? InCode(string text) => !Option.Type.IsEnum ? text : OptionText.EnumNames(Option.Type)
        .Where(n => n.Name == text || Plain(n.Name) == Plain(text)).Select(n => n.Value.ToString()).FirstOrDefault();
}

/// <summary>All settings of a silo.</summary>
static class Settings
{
    /// <summary>Their section of the configuration.</summary>
    public const string Section = "AsyncOpt";

    /// <summary>Every setting, in the order of declaration.</summary>
    public static IReadOnlyList<Setting> All { get; } = [.. Of(typeof(SiloOptions)), .. Of(typeof(GrainsOptions))];

    /// <summary>What the environment sets.</summary>
    /// <param name="environment">Reads a variable.</param>
    /// <exception cref="Core.InputException">A variable has no value of its kind.</exception>
    public static IEnumerable<KeyValuePair<string, string?>> OfEnvironment(Func<string, string?> environment)
    {
        foreach (var setting in All)
        {
            if (environment(setting.Variable) is not { Length: > 0 } text)
                continue;
            if (setting.Wrong(text) is { } wrong)
                throw new Core.InputException($"{setting.Variable}: {wrong}");
            string[] values = setting.Option.ElementType is null ? [text] : text.Split(Path.PathSeparator);
            foreach (var entry in setting.Entries(values))
                yield return entry;
        }
    }

    static IEnumerable<Setting> Of(Type options) =>
        Option.AllOf(options, new XmlDocs(options.Assembly)).Select(o => new Setting(o));
}
