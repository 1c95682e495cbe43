using System.Text;

namespace AsyncOpt.Core.Catalog;

/// <summary>How names in code become names in experiment files.</summary>
public static class KebabCase
{
    /// <summary>The name with its words in lower case, joined by hyphens: <c>StepSize</c> becomes <c>step-size</c>.</summary>
    /// <param name="name">A name in code. Digits belong to the word before them: <c>Float64</c> becomes <c>float64</c>.</param>
    public static string Of(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            var startsWord = i > 0 && char.IsAsciiLetterUpper(name[i])
                && (!char.IsAsciiLetterUpper(name[i - 1]) || (i + 1 < name.Length && char.IsAsciiLetterLower(name[i + 1])));
            if (startsWord)
                text.Append('-');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }
}
