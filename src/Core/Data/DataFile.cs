using System.Globalization;
using System.Text;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Data;

/// <summary>What all readers share: opening plain or gzip files, lines, and errors that name the place.</summary>
internal static class DataFile
{
    /// <summary>Opens a file, unpacking it when it starts with gzip's two magic bytes, whatever its name.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The plain content; the caller disposes it.</returns>
    /// <exception cref="InputException">The file is missing or cannot be read.</exception>
    public static Stream Open(string path)
    {
        if (Directory.Exists(path))
            throw new InputException($"{path}: expected a file, found a folder");
        if (!File.Exists(path))
            throw new InputException($"{path}: no such file");
        return Guarded(path, () =>
        {
            var file = PlainFile.Open(path, 1 << 16);
            bool packed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
            file.Position = 0;
            return packed ? new WholeGzipStream(file) : (Stream)file;
        });
    }

    /// <summary>Opens a text, plain or gzip; bytes that are not UTF-8 are refused when they are read.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The text in UTF-8 without a byte order mark; the caller disposes it.</returns>
    /// <exception cref="InputException">The file is missing or cannot be read.</exception>
    public static Stream OpenText(string path) => new Utf8Stream(path, Open(path));

    /// <summary>
    /// Runs a read and turns failures of the disk, the gzip stream or memory into errors that name the file. Where the
    /// file is of another format than its reader's, the error says so.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="format">What the reader reads.</param>
    /// <param name="read">The read.</param>
    public static T Guard<T>(string path, FileFormat format, Func<T> read)
    {
        try
        {
            return Guarded(path, read);
        }
        catch (InputException e) when (ForeignFile.Explain(path, format, e.Message) is { } message)
        {
            throw new InputException(message, e);
        }
    }

    static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"{path}: the gzip data {e.Message}; copy or pack it anew", e);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw new InputException(StorageException.Reading(path, e).Message, e);
        }
        catch (OutOfMemoryException e)
        {
            throw new InputException($"{path}: its content does not fit into memory; take a part of it", e);
        }
    }

    /// <summary>
    /// Hands every line that is neither blank nor a comment to <paramref name="line"/>, with its number from 1.
    /// Line ends may be LF, CRLF or CR.
    /// </summary>
    /// <param name="path">The file, plain or gzip.</param>
    /// <param name="format">What the reader reads.</param>
    /// <param name="comments">Characters that start a comment line.</param>
    /// <param name="line">Receives the line number and the trimmed line.</param>
    public static void Lines(string path, FileFormat format, string comments, LineHandler line)
    {
        using Stream stream = OpenText(path);
        Guard(path, format, () =>
        {
            Lines(stream, comments, line);
            return 0;
        });
    }

    /// <summary>The same over an open text.</summary>
    public static void Lines(Stream stream, string comments, LineHandler line)
    {
        using var reader = new StreamReader(stream, bufferSize: 1 << 16);
        long number = 0;
        while (reader.ReadLine() is { } text)
        {
            number++;
            ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
            if (trimmed.Length > 0 && !comments.Contains(trimmed[0]))
                line(number, trimmed);
        }
    }

    /// <summary>An error at a line.</summary>
    public static InputException Error(string path, long line, string message) => new($"{path}:{line}: {message}");

    /// <summary>
    /// An error at a column (a cell, an entry or an index, counted from 1, perhaps with a name) of a line.
    /// </summary>
    public static InputException Error(string path, long line, long column, string message, string? name = null) =>
        new($"{path}:{line}: column {column}{(name is null ? "" : $", '{name}'")}: {message}");

    /// <summary>
    /// A piece of a line as shown in an error: quoted, cut when it is long, and characters that are not seen by number.
    /// </summary>
    public static string Quote(ReadOnlySpan<char> text)
    {
        var shown = new StringBuilder("'");
        foreach (char c in text.Length <= 40 ? text : text[..37])
        {
            var isSeen = c == ' ' || !(char.IsControl(c) || char.IsSeparator(c)
                || char.GetUnicodeCategory(c) == UnicodeCategory.Format);
            if (!isSeen)
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else
                shown.Append(c);
        }
        return shown.Append(text.Length <= 40 ? "'" : "...'").ToString();
    }

    /// <summary>What to say of a column that a file does not name.</summary>
    /// <param name="name">The name that was given.</param>
    /// <param name="names">The columns' names.</param>
    public static string UnknownColumn(string name, IReadOnlyList<string> names) =>
        $"no column '{name}'" + NearestName.Hint(name, names, $"there are {string.Join(", ", names)}");

    /// <summary>Receives one line of a file.</summary>
    /// <param name="number">The line's number, from 1.</param>
    /// <param name="text">The line without blanks at its ends.</param>
    public delegate void LineHandler(long number, ReadOnlySpan<char> text);
}
