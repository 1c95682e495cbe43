using System.Reflection;

namespace AsyncOpt.Core.Catalog;

/// <summary>
/// Marks a class as an entry of the catalogue: something that an experiment file can name.
/// The class is sealed, derives from the abstract class of its kind (for instance <c>Method</c>), and has one public
/// constructor that takes its nested <c>Options</c> record, or nothing.
/// </summary>
/// <param name="name">
/// The name in experiment files: lower case, words joined by hyphens, unique within its kind.
/// </param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public abstract class EntryAttribute(string name) : Attribute
{
    /// <summary>The name in experiment files.</summary>
    public string Name { get; } = name;

    /// <summary>Where the formula comes from: paper, equation or algorithm number.</summary>
    public string Source { get; init; } = "";

    /// <summary>Other names that the field has for it, which experiment files may use as well.</summary>
    public string[] Aliases { get; init; } = [];

    /// <summary>The name of what was made of an entry; its type's where that is none.</summary>
    /// <param name="made">An instance of the class.</param>
    public static string NameOf(object made) =>
        made.GetType().GetCustomAttribute<EntryAttribute>()?.Name ?? made.GetType().Name;
}

/// <summary>Marks an abstract class as a kind of catalogue entry, such as methods or topologies.</summary>
/// <param name="plural">The kind's name in <c>asyncopt list</c>, for instance <c>topologies</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EntryKindAttribute(string plural) : Attribute
{
    /// <summary>The kind's name in <c>asyncopt list</c>.</summary>
    public string Plural { get; } = plural;
}

/// <summary>
/// Lets a number be written with a unit of time (<c>ns us ms s m h</c>); without one it is taken as it stands.
/// The value is in seconds when a unit was written, otherwise in whatever the context measures. It is for laws, whose
/// numbers may be times or factors; what is always a time has the type <see cref="Numerics.VirtualTime"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TimeAttribute : Attribute;

/// <summary>A word that may be written for 'no value', for instance <c>auto</c>.</summary>
/// <param name="word">The word.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WordAttribute(string word) : Attribute
{
    /// <summary>The word.</summary>
    public string Word { get; } = word;
}

/// <summary>Checks that no single range expresses: relations between options.</summary>
public interface ICheckedOptions
{
    /// <summary>One sentence for every violated relation: what was expected, what came.</summary>
    IEnumerable<string> Violations();
}
