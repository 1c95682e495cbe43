using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using static System.FormattableString;

namespace AsyncOpt.Core.Problems;

/// <summary>
/// Optima on disk, in the user's cache or beside a shipped experiment. JSON: <c>hash</c> (SHA-256 of the problem's
/// fingerprint, in hex), <c>fingerprint</c> (for readers), <c>value</c>, <c>gap-bound</c> (a number or "Infinity") and
/// <c>point</c> (base64 of the coordinates as little-endian float64: exact).
/// </summary>
public static class OptimumFile
{
    const string Remedy = "the optimum is computed anew";

    // What another order of summation may change, relative beyond 1.
    const double Rounding = 1e-12;

    static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        WriteIndented = true,
        // A value that is missing is no 0.
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>SHA-256 of a fingerprint, 64 hex digits: the name under which an optimum is cached.</summary>
    /// <param name="fingerprint">The problem's fingerprint.</param>
    public static string Hash(string fingerprint) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(fingerprint)));

    /// <summary>Writes an optimum; whoever reads meanwhile sees the old file or the new one, never a part.</summary>
    /// <param name="path">The file; its folder is made where there is none.</param>
    /// <param name="fingerprint">The problem's fingerprint.</param>
    /// <param name="optimum">The optimum.</param>
    public static void Write(string path, string fingerprint, Optimum optimum)
    {
        var bytes = new byte[optimum.Point.Length * sizeof(double)];
        for (var k = 0; k < optimum.Point.Length; k++)
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(k * sizeof(double)), optimum.Point[k]);
        var content = new Content(
            Hash(fingerprint), fingerprint, optimum.Value, optimum.GapBound, Convert.ToBase64String(bytes));
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var part = $"{full}.{Environment.ProcessId}.part";
        try
        {
            File.WriteAllText(part, JsonSerializer.Serialize(content, Format) + "\n");
            File.Move(part, full, overwrite: true);
        }
        finally
        {
            File.Delete(part);                          // there where it could not be written whole
        }
    }

    /// <summary>
    /// Reads an optimum. Nothing in the file is believed that F and its gradient at the point do not bear out, which
    /// costs one evaluation of the data: the bound is taken from there, and a value that is another than F is refused.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="problem">The problem, built.</param>
    /// <returns>The optimum; null where there is no file.</returns>
    /// <exception cref="InputException">The file is damaged, or of another problem.</exception>
    public static Optimum? Read(string path, Problem problem)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            PlainFile.Require(path);
            var content = JsonSerializer.Deserialize<Content>(File.ReadAllText(path), Format);
            if (content is null)
                throw new FormatException("expected an object, got null");
            if (content.Fingerprint != problem.Fingerprint || content.Hash != Hash(problem.Fingerprint))
                throw new FormatException("it is of another problem");
            return Certified(problem, content);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw StorageException.Reading(path, e);
        }
        catch (JsonException e)
        {
            throw new InputException($"{JsonText.Sentence(path, e, typeof(Content))}; {Remedy}", e);
        }
        catch (FormatException e)
        {
            throw new InputException($"{path}: is no optimum file ({e.Message}); {Remedy}", e);
        }
    }

    static Optimum Certified(Problem problem, Content content)
    {
        var bytes = Convert.FromBase64String(content.Point);
        if (bytes.Length != problem.Parameters * sizeof(double))
            throw new FormatException($"point is no list of {problem.Parameters} float64");
        var point = new double[problem.Parameters];
        for (var k = 0; k < point.Length; k++)
            point[k] = BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(k * sizeof(double)));
        var again = OptimumSolver.Certify(problem, point);
        if (!(Math.Abs(content.Value - again.Value) <= Rounding * Math.Max(1, Math.Abs(again.Value))))
            throw new FormatException(
                Invariant($"its value is {content.Value:R}, and at its point it is {again.Value:R}"));
        // The solver got as far as this, but for rounding.
        if (!(content.GapBound >= 0 && again.GapBound <= Math.Max(OptimumSolver.GapTolerance, 10 * content.GapBound)))
            throw new FormatException(
                Invariant($"its gap-bound is {content.GapBound:G3}, and at its point it is {again.GapBound:G3}"));
        return again with { Value = content.Value };
    }

    sealed record Content(string Hash, string Fingerprint, double Value, double GapBound, string Point);
}
