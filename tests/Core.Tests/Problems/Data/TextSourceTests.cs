using AsyncOpt.Core.Problems.Data;

namespace AsyncOpt.Core.Tests.Problems.Data;

public class TextSourceTests
{
    static RawData Open(string text, TextSource.Options options, string? test = null) => new TextSource(options with
    {
        File = ProblemCases.WriteFile(text),
        TestFile = test is null ? null : ProblemCases.WriteFile(test),
    }).Open(new(path => path, 1, 1));

    static readonly TextSource.Options Characters = new() { File = "", Context = 2 };

    static string Read(RawData data, int row)
    {
        var (table, names) = (data.Table, data.Table.LabelNames!);
        var context = Enumerable.Range(0, table.Columns).Select(c => names[(int)table.Features.Values[row * table.Columns + c]]);
        return string.Join('|', context.Append(table.LabelText(row)));
    }

    [Fact]
    public void Samples_are_all_windows_of_the_text()
    {
        var data = Open("abcab\r\nd", Characters);

        Assert.Equal(["a|b|c", "b|c|a", "c|a|b", "a|b|\n", "b|\n|d"], Enumerable.Range(0, data.Table.Rows).Select(r => Read(data, r)));
        Assert.Equal(["a", "b", "\n", "c", "d"], data.Table.LabelNames!);        // by frequency, then ordinal
        Assert.True(data.IsSequence);
    }

    [Fact]
    public void Words_are_runs_of_letters_and_other_characters_stand_alone()
    {
        Assert.Equal(
            ["Call", "me", "Ishmael", ".", "Some", "years", "ago", "—", "don't", "<unk>", "1", "@,@", "5", "well-known", ",", "\"", "😀"],
            TextSource.Tokens("Call me\nIshmael. Some years ago—don't <unk> 1 @,@ 5 well-known,\t\"😀", TextUnit.Word));
    }

    [Fact]
    public void What_the_vocabulary_has_no_room_for_is_unknown()
    {
        var data = Open("a a a b b c d a", Characters with { Unit = TextUnit.Word, Vocabulary = 3 });

        Assert.Equal(["a", "b", "<unk>"], data.Table.LabelNames!);
        Assert.Equal("b|<unk>|<unk>", Read(data, 4));
        Assert.Equal("<unk>|<unk>|a", Read(data, 5));
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused_with_their_line()
    {
        var source = new TextSource(Characters with { File = ProblemCases.WriteFile([.. "abc\nd"u8, 0xE9, .. "f"u8]) });

        Assert.Contains(":2: the bytes here are not UTF-8",
            Assert.Throws<InputException>(() => source.Open(new(path => path, 1, 1))).Message);
    }

    [Fact]
    public void What_only_the_test_file_has_is_unknown()
    {
        var data = Open("abab", Characters, test: "abxa");

        Assert.Equal(["a", "b", "<unk>"], data.Table.LabelNames!);
        Assert.Equal([2.0, 0], data.Test!.Labels);
        Assert.Equal(["a", "b"], Open("abab", Characters, test: "abba").Table.LabelNames!);
    }

    [Fact]
    public void Parts_of_a_split_are_stretches_of_the_text()
    {
        var raw = Open(string.Concat(Enumerable.Range(0, 102).Select(i => (char)('a' + i % 20))), Characters);
        var parts = DataParts.Split(raw, new() { Validation = 0.2, Test = 0.1 }, 3);

        Assert.Equal(Enumerable.Range(0, 70), parts.Train.Rows);
        Assert.Equal(Enumerable.Range(70, 20), parts.Validation!.Rows);
        Assert.Equal(Enumerable.Range(90, 10), parts.Test!.Rows);
    }

    [Fact]
    public void A_text_without_a_window_is_an_error() =>
        Assert.Contains("too few", Assert.Throws<InputException>(() => Open("ab", Characters)).Message);

    [Fact]
    public void A_limit_takes_the_first_tokens() => Assert.Equal(3, Open("abcdefgh", Characters with { Limit = 5 }).Table.Rows);
}
