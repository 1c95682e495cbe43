using System.Text;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Experiments.Specification;

/// <summary>The text of experiment and claim files.</summary>
static class SpecText
{
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file as UTF-8.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="what">What it is, for messages: <c>experiment file</c>.</param>
    /// <exception cref="InputException">There is none, it cannot be opened, or it is no text.</exception>
    public static string Read(string path, string what)
    {
        if (Directory.Exists(path))
            throw new InputException($"{what} '{path}': is a folder; give the file in it");
        if (!File.Exists(path))
            throw new InputException($"{what} '{path}': no such file{NearestName.FileHint(path, Near(path))}");
        byte[] bytes;
        try
        {
            bytes = PlainFile.ReadBytes(path, fromShell: true);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw new InputException($"{what} {StorageException.Reading($"'{path}'", e).Message}", e);
        }
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            var at = bytes.AsSpan(0, e.Index);
            var place = new Place(
                Path.GetFileName(path), at.Count((byte)'\n') + 1, at.Length - at.LastIndexOf((byte)'\n'));
            throw new InputException(
                $"{place}: byte 0x{bytes[e.Index]:X2} is no UTF-8; save the file as UTF-8 text", e);
        }
    }

    // In the same folder, or one of those that come with the project.
    static string? Near(string path)
    {
        if (NearestName.OfFile(path) is { } near)
            return near;
        if (ProjectFolder.Find("experiments") is not { } folder)
            return null;
        var relative = Path.GetRelativePath(".", folder);
        var written = relative.StartsWith("..", StringComparison.Ordinal) ? folder : relative;
        return NearestName.OfFile(Path.Combine(written, Path.GetFileName(path)));
    }

    /// <summary>The first character that no text file has: the library takes some for the end of the file.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">The file's name.</param>
    /// <returns>Its place and what is wrong; null for a text.</returns>
    public static (Place Place, string Message)? Unreadable(string text, string file)
    {
        var (line, start) = (1, 0);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\n')
                (line, start) = (line + 1, i + 1);
            if (char.IsSurrogatePair(text, i))
                i++;
            else if ((char.IsControl(c) && c is not ('\t' or '\n' or '\r' or '\u0085')) || char.IsSurrogate(c)
                || (c == '\uFEFF' && i > 0))
                return (new Place(file, line, i - start + 1),
                    $"character U+{(int)c:X4} is no text; is this an experiment file, saved as UTF-8?");
        }
        return null;
    }
}
