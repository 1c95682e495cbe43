using System.Globalization;

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
        return Guard(path, () =>
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            bool packed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
            file.Position = 0;
            return packed ? new WholeGzipStream(file) : (Stream)file;
        });
    }

    /// <summary>Runs a read and turns failures of the disk or the gzip stream into errors that name the file.</summary>
    public static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"{path}: the gzip data is damaged or cut short: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    /// <summary>
    /// Hands every line that is neither blank nor a comment to <paramref name="line"/>, with its number from 1.
    /// Line ends may be LF or CRLF.
    /// </summary>
    /// <param name="path">The file, plain or gzip.</param>
    /// <param name="comments">Characters that start a comment line.</param>
    /// <param name="line">Receives the line number and the trimmed line.</param>
    public static void Lines(string path, string comments, LineHandler line)
    {
        using Stream stream = Open(path);
        Guard(path, () =>
        {
            Lines(stream, comments, line);
            return 0;
        });
    }

    /// <summary>The same over an open stream.</summary>
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

    /// <summary>Parses a finite number, in invariant culture.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    /// <summary>An error at a line.</summary>
    public static InputException Error(string path, long line, string message) => new($"{path}:{line}: {message}");

    /// <summary>An error at a column (a cell, an entry or an index, counted from 1) of a line.</summary>
    public static InputException Error(string path, long line, long column, string message) =>
        new($"{path}:{line}: column {column}: {message}");

    /// <summary>A piece of a line as shown in an error: quoted, and cut when it is long.</summary>
    public static string Quote(ReadOnlySpan<char> text) =>
        text.Length <= 40 ? $"'{text}'" : $"'{text[..37]}...'";

    /// <summary>Receives one line of a file.</summary>
    /// <param name="number">The line's number, from 1.</param>
    /// <param name="text">The line without blanks at its ends.</param>
    public delegate void LineHandler(long number, ReadOnlySpan<char> text);
}
