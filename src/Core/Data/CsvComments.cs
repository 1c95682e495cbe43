using System.Text;

namespace AsyncOpt.Core.Data;

/// <summary>
/// The lines of a CSV file that begin with <c>#</c>, which its reader passes over: how many, and which may be rows.
/// </summary>
internal sealed class CsvComments
{
    const int TextMax = 1 << 16;
    static readonly char[] Separators = [',', ';', '\t', '|'];

    // The first line behind a row with so many cells, by what separates them.
    readonly Dictionary<(char Separator, int Cells), long> _firstLine = [];
    readonly List<byte> _text = [];     // of the comment at hand, in its line of the file
    long _lines = 1;
    bool _isBegun, _isComment, _isQuoted;
    byte _last = (byte)'\n';

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The first one before all rows, without its sign; null where there is none.</summary>
    public string? Heading { get; private set; }

    /// <summary>The first one behind a row that has as many cells as a row; null where there is none.</summary>
    /// <param name="separator">What separates the cells.</param>
    /// <param name="cells">Of a row.</param>
    public long? LineLikeRow(char separator, int cells) =>
        _firstLine.TryGetValue((separator, cells), out long line) ? line : null;

    /// <summary>Watches a text on its way to the reader.</summary>
    /// <param name="text">The text in UTF-8; disposed with what is returned.</param>
    public Stream Watch(Stream text) => new WatchedStream(text, this);

    void Take(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            int end = _isComment ? text.IndexOfAny((byte)'\n', (byte)'\r') : CommentIn(text);
            ReadOnlySpan<byte> part = end < 0 ? text : text[..end];
            if (_isComment)
                _text.AddRange(part[..Math.Min(part.Length, TextMax - _text.Count)]);
            else
                Pass(part);
            if (!part.IsEmpty)
                _last = part[^1];
            if (end < 0)
                return;
            if (_isComment)
                End();
            else
                _isComment = true;
            text = text[end..];
        }
    }

    // Where a line begins with # outside quotes; -1 for nowhere.
    int CommentIn(ReadOnlySpan<byte> text)
    {
        for (int at = 0; at < text.Length; at++)
        {
            int next = text[at..].IndexOf((byte)'#');
            if (next < 0)
                return -1;
            at += next;
            // The quotes before it are counted last, as that takes the longest.
            if ((at == 0 ? _last : text[at - 1]) is (byte)'\n' or (byte)'\r'
                && _isQuoted == (text[..at].Count((byte)'"') % 2 == 1))
                return at;
        }
        return -1;
    }

    void Pass(ReadOnlySpan<byte> text)
    {
        _isQuoted ^= text.Count((byte)'"') % 2 == 1;
        _isBegun = _isBegun || text.ContainsAnyExcept(" \t\r\n"u8);
        // LF, CRLF and CR end a line, each once.
        _lines += text.Count((byte)'\n') + text.Count((byte)'\r') - text.Count("\r\n"u8);
        if (_last == '\r' && text.StartsWith("\n"u8))
            _lines--;
    }

    void End()
    {
        string text = Encoding.UTF8.GetString([.. _text]);
        Count++;
        if (!_isBegun)
            Heading ??= text[1..].Trim();
        else
            foreach (char separator in Separators)
                _firstLine.TryAdd((separator, CellsIn(text, separator)), _lines);
        _text.Clear();
        _isComment = false;
    }

    static int CellsIn(string text, char separator)
    {
        bool isQuoted = false;
        int cells = 1;
        foreach (char c in text)
        {
            isQuoted ^= c == '"';
            cells += c == separator && !isQuoted ? 1 : 0;
        }
        return cells;
    }

    sealed class WatchedStream(Stream inner, CsvComments comments) : ReadStream
    {
        public override int Read(Span<byte> buffer)
        {
            int count = inner.Read(buffer);
            comments.Take(buffer[..count]);
            if (count == 0 && comments._isComment)
                comments.End();
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
