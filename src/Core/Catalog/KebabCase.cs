using System.Text;

namespace AsyncOpt.Core.Catalog;

/// <summary>How names in code become names in experiment files.</summary>
public static class KebabCase
{
    /// <summary>
    /// The name with its words in lower case, joined by hyphens: <c>StepSize</c> becomes <c>step-size</c>. Digits
    /// belong to the word before them: <c>Float64</c> becomes <c>float64</c>.
    /// </summary>
    /// <param name="name">A name in code.</param>
    public static string Of(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            var isFollowedByLower = i + 1 < name.Length && char.IsAsciiLetterLower(name[i + 1]);
            var startsWord = i > 0 && char.IsAsciiLetterUpper(name[i])
                && (!char.IsAsciiLetterUpper(name[i - 1]) || isFollowedByLower);
            if (startsWord)
                text.Append('-');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }
}
