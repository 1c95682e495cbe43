using System.Text;
using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Tests.Data;

/// <summary>What all readers share: the gzip stream and the encoding.</summary>
public sealed class DataFileTests : IDisposable
{
    // Every reader of texts, with a text that it reads.
    public static readonly TheoryData<string, string> Readers = new()
    {
        { "csv", "1,2\n3,4\n" }, { "libsvm", "1 1:2\n3 1:4\n" }, { "edge-list", "a b\nb c\n" },
        { "matrix", "1 2\n3 4\n" }, { "links", "from,to,ms\na,b,1\n" },
    };

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static void Read(string reader, string path)
    {
        switch (reader)
        {
            case "csv": CsvReader.Read(path); break;
            case "libsvm": LibSvmReader.Read(path); break;
            case "edge-list": EdgeListReader.Read(path); break;
            case "matrix": MatrixReader.Read(path); break;
            default: LinkTableReader.Read(path, "from", "to", "ms"); break;
        }
    }

    string Error(string reader, string path) => Assert.Throws<InputException>(() => Read(reader, path)).Message;

    [Theory]
    [MemberData(nameof(Readers))]
    public void A_byte_order_mark_of_utf8_is_passed_over(string reader, string text) =>
        Read(reader, _folder.Write("a", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)]));

    [Theory]
    [MemberData(nameof(Readers))]
    public void Bytes_that_are_not_utf8_are_refused_with_their_line(string reader, string text)
    {
        var path = _folder.Write("a", [.. Encoding.UTF8.GetBytes(text), .. "\r\nx"u8, 0xE9, .. "\n"u8]);

        var line = text.Count(c => c == '\n') + 2;
        Assert.StartsWith($"{path}:{line}: the bytes here are not UTF-8", Error(reader, path));
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void Utf16_is_refused_by_name(string reader, string text)
    {
        foreach (var encoding in (Encoding[])[Encoding.Unicode, Encoding.BigEndianUnicode])
        {
            byte[] bytes = encoding.GetBytes(text);
            Assert.Contains("UTF-16", Error(reader, _folder.Write("a", [.. encoding.GetPreamble(), .. bytes])));
            Assert.Contains("UTF-16", Error(reader, _folder.Write("a", bytes)));
        }
    }

    [Fact]
    public void A_byte_0_is_refused_with_its_line()
    {
        var path = _folder.Write("a", "1,2\n3,\04\n");

        Assert.StartsWith($"{path}:2: there is a byte 0 here", Error("csv", path));
    }

    [Fact]
    public void Characters_of_several_bytes_may_lie_across_blocks_and_lines_are_counted_over_them()
    {
        // Each label has characters of 2, 3 and 4 bytes; 65,536 is no multiple of a line's length.
        var text = string.Concat(Enumerable.Range(0, 30_000).Select(i => $"{i},é€😀\r\n"));
        Assert.Equal(["é€😀"], CsvReader.Read(_folder.Write("a", text)).LabelNames!);

        var path = _folder.Write("b", [.. Encoding.UTF8.GetBytes(text), .. "1,x"u8, 0xC3, .. "\n"u8]);
        Assert.StartsWith($"{path}:30001: the bytes here", Error("csv", path));
    }

    [Fact]
    public void A_character_cut_off_at_the_end_is_refused() =>
        Assert.Contains(":1: the bytes here", Error("csv", _folder.Write("a", [.. "1,x"u8, 0xE2, 0x82])));

    [Theory]
    [InlineData(1)]
    [InlineData(200_000)]
    public void Several_gzip_members_are_one_file(int lines)
    {
        byte[] half = TempFolder.Gzip(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("1,2\n", lines))));
        byte[] empty = TempFolder.Gzip([]);         // BGZF ends with one

        Assert.Equal(2 * lines, CsvReader.Read(_folder.Write("a.gz", [.. half, .. half, .. empty])).Rows);
    }

    [Fact]
    public void A_gzip_file_cut_short_anywhere_is_refused()
    {
        byte[] member = TempFolder.Gzip("1,2\n3,4\n5,6\n7,8\n"u8.ToArray()), whole = [.. member, .. member];
        for (int length = 2; length < whole.Length; length++)
        {
            if (length == member.Length)
                continue;                           // whole again
            var path = _folder.Write("a.gz", whole[..length]);
            Assert.Matches($"^{path}: the gzip data is (damaged or )?cut short; copy or pack it anew$", Error("csv", path));
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("1,2\n3,4\n")]
    [InlineData("\0\0\0\0")]
    public void What_follows_gzip_data_is_refused(string rest)
    {
        var path = _folder.Write("a.gz", [.. TempFolder.Gzip("1,2\n"u8.ToArray()), .. Encoding.UTF8.GetBytes(rest)]);

        Assert.Equal($"{path}: the gzip data is followed by something that is not gzip data; copy or pack it anew",
            Error("csv", path));
    }

    [Fact]
    public void A_damaged_gzip_file_is_refused()
    {
        byte[] packed = TempFolder.Gzip(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("1,2\n", 1000))));
        packed[^6] ^= 1;                            // the checksum

        Assert.Contains("the gzip data is damaged or cut short; copy", Error("csv", _folder.Write("a.gz", packed)));
    }
}
