using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace AsyncOpt.Core.Data;

/// <summary>
/// Passes the bytes of a text on and refuses what is not UTF-8, by line: bytes that were replaced would make two labels
/// one. A byte order mark of UTF-8 is left out.
/// </summary>
/// <param name="path">The file, for messages.</param>
/// <param name="inner">Its plain content; disposed with this.</param>
internal sealed class Utf8Stream(string path, Stream inner) : ReadStream
{
    // It would make a text, and a list of edges.
    static readonly byte[] LfsBegins = Encoding.ASCII.GetBytes(ForeignFile.LfsBegins);

    readonly byte[] _buffer = new byte[1 << 16];
    int _start, _end;           // what may be passed on
    int _filled;                // behind _end: the beginning of a character whose other bytes are still to come
    long _lines;                // line ends passed on
    bool _isBegun, _isOver, _endsWithReturn;

    public override int Read(Span<byte> buffer)
    {
        while (_start == _end && !_isOver)
            Fill();
        int count = Math.Min(buffer.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    void Fill()
    {
        CountLines(_buffer.AsSpan(0, _end));
        _buffer.AsSpan(_end.._filled).CopyTo(_buffer);
        _filled -= _end;
        // Full, or at least as long as what is looked for at its beginning, unless the file ends.
        int count = inner.ReadAtLeast(_buffer.AsSpan(_filled), LfsBegins.Length, false);
        _filled += count;
        _isOver = count == 0;
        _start = _isBegun ? 0 : OrderMark(_buffer.AsSpan(0, _filled));
        _isBegun = true;
        _end = _isOver ? _filled : _filled - Unfinished(_buffer.AsSpan(0, _filled));
        ReadOnlySpan<byte> text = _buffer.AsSpan(_start.._end);
        if (!Utf8.IsValid(text))
            throw Refusal(text, FirstInvalid(text), "the bytes here are not UTF-8; save the file in that encoding");
        if (text.IndexOf((byte)0) is >= 0 and var zero)
            throw Refusal(text, zero, "there is a byte 0 here: this is no text in UTF-8; UTF-16 must be saved as that");
    }

    int OrderMark(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || text.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            throw new InputException($"{path}: is in UTF-16; save it in UTF-8");
        if (text.StartsWith(LfsBegins))
            throw new InputException($"{path}: is {ForeignFile.LfsPointer}");
        return text.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
    }

    /// <summary>How many bytes at the end begin a character without ending it.</summary>
    static int Unfinished(ReadOnlySpan<byte> text)
    {
        for (int back = 1; back <= Math.Min(3, text.Length); back++)
        {
            byte value = text[^back];
            if (value < 0x80)
                return 0;
            if (value >= 0xC0)
                return (value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : 2) > back ? back : 0;
        }
        return 0;
    }

    static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out int length) == OperationStatus.Done)
            at += length;
        return at;
    }

    InputException Refusal(ReadOnlySpan<byte> text, int at, string message)
    {
        CountLines(text[..at]);
        return DataFile.Error(path, _lines + 1, message);
    }

    // LF, CRLF and CR end a line, each once.
    void CountLines(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return;
        _lines += text.Count((byte)'\n') + text.Count((byte)'\r') - text.Count("\r\n"u8);
        if (_endsWithReturn && text[0] == '\n')
            _lines--;
        _endsWithReturn = text[^1] == '\r';
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
