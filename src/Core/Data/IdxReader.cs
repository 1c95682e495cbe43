using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace AsyncOpt.Core.Data;

/// <summary>An array of unsigned bytes as an IDX file holds it.</summary>
/// <param name="Shape">The sizes, most significant first; images: count, height, width.</param>
/// <param name="Data">The bytes in row-major order.</param>
public sealed record IdxArray(int[] Shape, byte[] Data);

/// <summary>
/// Reads IDX files of unsigned bytes (MNIST and its kin), plain or gzip: two zero bytes, the type (0x08), the number of
/// dimensions, a big-endian 32-bit size for each, then the bytes.
/// </summary>
public static class IdxReader
{
    const byte UnsignedByte = 0x08;

    /// <summary>Reads images and, where given, their labels.</summary>
    /// <param name="imagesPath">An IDX file of at least two dimensions: count, then the shape of one sample.</param>
    /// <param name="labelsPath">An IDX file of one dimension, a byte per sample; null for none.</param>
    /// <returns>A row per image, row-major within the image, each value byte/255 in [0, 1].</returns>
    /// <exception cref="InputException">A file is missing, cut short, not IDX, or the counts differ.</exception>
    public static SampleTable Read(string imagesPath, string? labelsPath = null) => Read([imagesPath], labelsPath);

    /// <summary>The same for images in several files, one after the other, with one file of labels.</summary>
    /// <param name="imagesPaths">At least one file, all of one shape of sample.</param>
    /// <param name="labelsPath">An IDX file of one dimension, a byte per sample; null for none.</param>
    /// <exception cref="InputException">As above, or the images differ in shape.</exception>
    public static SampleTable Read(IReadOnlyList<string> imagesPaths, string? labelsPath)
    {
        IdxArray[] parts = [.. imagesPaths.Select(ReadImages)];
        for (int i = 1; i < parts.Length; i++)
        {
            if (!parts[i].Shape.AsSpan(1).SequenceEqual(parts[0].Shape.AsSpan(1)))
            {
                throw new InputException(
                    $"{imagesPaths[i]}: its images have another shape than those of {imagesPaths[0]}");
            }
        }
        if (parts.Sum(p => p.Data.LongLength) > Array.MaxLength)
            throw new InputException($"{imagesPaths[0]}: more than {Array.MaxLength} pixels in all; take fewer files");
        int rows = parts.Sum(p => p.Shape[0]);
        byte[] pixels = parts.Length == 1 ? parts[0].Data : Joined(parts);
        double[] labels = labelsPath is null ? [] : ReadLabels(labelsPath, imagesPaths[0], rows);
        return new(imagesPaths[0], Scale(imagesPaths[0], pixels, rows, pixels.Length / rows), labels);
    }

    static IdxArray ReadImages(string path)
    {
        IdxArray images = ReadArray(path);
        if (images.Shape.Length < 2)
            throw new InputException($"{path}: expected images (2 or more dimensions), got 1: are these labels?");
        return images.Data.Length > 0 ? images : throw new InputException($"{path}: has no images, or no pixels");
    }

    /// <summary>Reads an IDX file of unsigned bytes of any shape.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">The file is missing, cut short, too long, or not IDX of bytes.</exception>
    public static IdxArray ReadArray(string path)
    {
        using Stream stream = DataFile.Open(path);
        return DataFile.Guard(path, FileFormat.Idx, () => ReadArray(path, stream));
    }

    static IdxArray ReadArray(string path, Stream stream)
    {
        Span<byte> word = stackalloc byte[4];
        if (stream.ReadAtLeast(word, 4, false) < 4 || word[0] != 0 || word[1] != 0 || word[3] == 0)
            throw new InputException($"{path}: is not an IDX file: that starts with two zero bytes, type, dimensions");
        if (word[2] != UnsignedByte)
            throw new InputException($"{path}: IDX type 0x{word[2]:x2}; only unsigned bytes (0x08) are read");
        int[] shape = new int[word[3]];
        long size = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            if (stream.ReadAtLeast(word, 4, false) < 4)
                throw new InputException($"{path}: is cut short in its header, at dimension {i + 1} of {shape.Length}");
            shape[i] = BinaryPrimitives.ReadInt32BigEndian(word);
            if (shape[i] < 0 || (size *= shape[i]) > Array.MaxLength)
            {
                throw new InputException($"{path}: dimension {i + 1} is {(uint)shape[i]}; {Array.MaxLength} bytes in "
                    + "all are the most that is read");
            }
        }
        byte[] data = ReadUpTo(stream, (int)size, new FileInfo(path).Length);
        if (data.Length < size)
        {
            throw new InputException($"{path}: is cut short: {string.Join(" x ", shape)} promises {size} bytes after "
                + $"the header, only {data.Length} are there");
        }
        if (stream.ReadByte() >= 0)
            throw new InputException($"{path}: has more bytes than {string.Join(" x ", shape)} after its header");
        return new(shape, data);
    }

    // A damaged header may promise gigabytes: what is there decides how much is taken. Few images pack to less than a
    // sixteenth.
    static byte[] ReadUpTo(Stream stream, int size, long fileLength)
    {
        byte[] data = GC.AllocateUninitializedArray<byte>((int)Math.Min(size, Math.Max(1 << 20, 16 * fileLength)));
        int count = 0;
        while (true)
        {
            int read = stream.ReadAtLeast(data.AsSpan(count), data.Length - count, false);
            count += read;
            if (count < data.Length || count == size)
                return count == data.Length ? data : data[..count];
            byte[] larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(size, 2L * data.Length));
            data.CopyTo(larger, 0);
            data = larger;
        }
    }

    static byte[] Joined(IdxArray[] parts)
    {
        byte[] all = GC.AllocateUninitializedArray<byte>(parts.Sum(p => p.Data.Length));
        int at = 0;
        foreach (IdxArray part in parts)
        {
            part.Data.CopyTo(all, at);
            at += part.Data.Length;
        }
        return all;
    }

    static double[] ReadLabels(string path, string imagesPath, int rows)
    {
        IdxArray labels = ReadArray(path);
        if (labels.Shape.Length != 1)
            throw new InputException($"{path}: expected labels (1 dimension), got {labels.Shape.Length} dimensions");
        if (labels.Shape[0] != rows)
            throw new InputException($"{path}: has {labels.Shape[0]} labels for the {rows} images of {imagesPath}");
        return Array.ConvertAll(labels.Data, static b => (double)b);
    }

    static FeatureMatrix Scale(string path, byte[] pixels, int rows, int columns)
    {
        // A division takes longer than to look it up.
        double[] scaled = new double[256];
        for (int b = 0; b < scaled.Length; b++)
            scaled[b] = b / 255.0;
        int filled = pixels.Length - pixels.AsSpan().Count((byte)0);
        if (FeatureMatrix.IsDenseBetter(filled, rows, columns))
        {
            double[] all = MachineMemory.Numbers(rows, columns, $"{path}: images x pixels");
            for (int i = 0; i < all.Length; i++)
                all[i] = scaled[pixels[i]];
            return FeatureMatrix.Dense(rows, columns, all);
        }
        int[] rowStart = new int[rows + 1], column = GC.AllocateUninitializedArray<int>(filled);
        double[] values = GC.AllocateUninitializedArray<double>(filled);
        int k = 0;
        for (int row = 0; row < rows; row++)
        {
            k = AddRow(pixels.AsSpan(row * columns, columns), scaled, column, values, k);
            rowStart[row + 1] = k;
        }
        return FeatureMatrix.Sparse(columns, rowStart, column, values);
    }

    // Eight black pixels are passed over at once: most are black, and lie together.
    static int AddRow(ReadOnlySpan<byte> row, double[] scaled, int[] column, double[] values, int k)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(row);
        for (int w = 0; w < words.Length; w++)
        {
            if (words[w] != 0)
                k = AddPixels(row, w * sizeof(ulong), (w + 1) * sizeof(ulong), scaled, column, values, k);
        }
        return AddPixels(row, words.Length * sizeof(ulong), row.Length, scaled, column, values, k);
    }

    static int AddPixels(
        ReadOnlySpan<byte> row, int first, int end, double[] scaled, int[] column, double[] values, int k)
    {
        for (int c = first; c < end; c++)
        {
            if (row[c] != 0)
                (column[k], values[k++]) = (c, scaled[row[c]]);
        }
        return k;
    }
}
