using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;
using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Problems.Data;

/// <summary>What a token of a text is.</summary>
public enum TextUnit
{
    /// <summary>Each character, line ends included.</summary>
    Character,

    /// <summary>Words, and every other character that is not blank by itself.</summary>
    Word,
}

/// <summary>
/// A text as samples for predicting the next token: sample i has the tokens i to i + context - 1 as features and token
/// i + context as label, all as numbers of a vocabulary. Splits of it are contiguous: training part first, then
/// validation and test parts.
/// </summary>
/// <remarks>
/// The vocabulary holds the tokens of <c>file</c>, the most frequent first, ties in ordinal order; the whole file
/// counts, parts that are split off included. Where it is cut, or a test file has other tokens, those become
/// <c>&lt;unk&gt;</c>, which then is one of the vocabulary. A word is a run of letters, digits, apostrophes and
/// hyphens; pieces such as <c>&lt;unk&gt;</c> and <c>@-@</c> of texts that come in tokens stay as they are.
/// </remarks>
/// <param name="options">The file and what is made of it.</param>
[DataSource("text", Source = "windows as in Bengio et al., JMLR 3 (2003) 1137")]
public sealed class TextSource(TextSource.Options options) : DataSource
{
    const string Unknown = "<unk>";

    /// <summary>The file and what is made of it.</summary>
    public sealed record Options
    {
        /// <summary>The text, UTF-8, plain or gzip: a name of the data catalogue, or a path.</summary>
        public required string File { get; init; }

        /// <summary>A text for the test part, if it is a file of its own.</summary>
        public string? TestFile { get; init; }

        /// <summary>What a token is.</summary>
        public TextUnit Unit { get; init; } = TextUnit.Character;

        /// <summary>How many tokens the vocabulary has at most, the one for unknown ones included; 0 for all.</summary>
        [Range(0, 1 << 24)]
        public int Vocabulary { get; init; }

        /// <summary>How many tokens the next one is predicted from.</summary>
        [Range(1, 1000)]
        public int Context { get; init; } = 4;

        /// <summary>Takes only this many of the first tokens of each file; 0 for all.</summary>
        [Range(0, int.MaxValue)]
        public int Limit { get; init; }
    }

    /// <inheritdoc />
    public override RawData Open(DataContext context)
    {
        var tokens = Read(context.Locate(options.File));
        var tests = options.TestFile is null ? null : Read(context.Locate(options.TestFile));
        var (names, numbers) = Vocabulary(tokens, tests ?? []);
        return new(Windows(options.File, tokens), tests is null ? null : Windows(options.TestFile!, tests))
        {
            IsSequence = true,
        };

        SampleTable Windows(string source, List<string> from)
        {
            var (c, rows) = (options.Context, from.Count - options.Context);
            if (rows < 1)
                throw new InputException(
                    $"{source}: {Counted.Of(from.Count, "token is", "tokens are")} too few for a context of {c}");
            var unknown = numbers.GetValueOrDefault(Unknown, -1);
            var ids = from.ConvertAll(t => (double)numbers.GetValueOrDefault(t, unknown));
            var values = MachineMemory.Numbers(rows, c, $"{source}: windows x tokens");
            for (var i = 0; i < rows; i++)
                ids.CopyTo(i, values, i * c, c);
            return new(source, FeatureMatrix.Dense(rows, c, values), [.. ids[c..]], names);
        }
    }

    /// <summary>The tokens of a text, in order.</summary>
    /// <param name="text">The text.</param>
    /// <param name="unit">What a token is.</param>
    public static List<string> Tokens(string text, TextUnit unit)
    {
        var tokens = new List<string>();
        if (unit == TextUnit.Character)
        {
            var elements = text.Replace("\r\n", "\n", StringComparison.Ordinal).EnumerateRunes();
            foreach (var rune in elements)
                tokens.Add(rune.ToString());
            return tokens;
        }
        foreach (var piece in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (piece.Length > 2 && (piece[0], piece[^1]) is ('<', '>') or ('@', '@'))
                tokens.Add(piece);
            else
                AddWords(piece, tokens);
        }
        return tokens;
    }

    static void AddWords(string piece, List<string> tokens)
    {
        for (var first = 0; first < piece.Length;)
        {
            var end = first;
            while (end < piece.Length && IsOfWord(piece[end]))
                end++;
            if (end == first)
                end += char.IsHighSurrogate(piece[first]) && first + 1 < piece.Length ? 2 : 1;
            tokens.Add(piece[first..end]);
            first = end;
        }
    }

    static bool IsOfWord(char c) => char.IsLetterOrDigit(c) || c is '\'' or '’' or '-';

    List<string> Read(string path)
    {
        using var stream = DataFile.OpenText(path);
        using var reader = new StreamReader(stream);
        var tokens = DataFile.Guard(path, FileFormat.Text, () => Tokens(reader.ReadToEnd(), options.Unit));
        if (options.Limit > 0 && options.Limit < tokens.Count)
            tokens.RemoveRange(options.Limit, tokens.Count - options.Limit);
        return tokens;
    }

    (string[] Names, Dictionary<string, int> Numbers) Vocabulary(List<string> tokens, List<string> tests)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var token in tokens)
            CollectionsMarshal.GetValueRefOrAddDefault(counts, token, out _)++;
        var names = counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal)
            .Select(c => c.Key).ToList();
        var most = options.Vocabulary == 0 ? names.Count : options.Vocabulary;
        if (names.Count > most || tests.Exists(t => !counts.ContainsKey(t)))
        {
            names.Remove(Unknown);
            if (names.Count > most - 1 && options.Vocabulary > 0)
                names.RemoveRange(most - 1, names.Count - most + 1);
            names.Add(Unknown);
        }
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
            numbers.Add(names[i], i);
        return ([.. names], numbers);
    }
}
