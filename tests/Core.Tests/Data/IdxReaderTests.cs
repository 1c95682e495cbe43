using System.Buffers.Binary;
using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Tests.Data;

public sealed class IdxReaderTests : IDisposable
{
    static readonly byte[] TwoImages = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 51, 255, 1, 0, 0];
    static readonly byte[] TwoLabels = [0, 0, 8, 1, 0, 0, 0, 2, 7, 3];

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Images_become_rows_between_zero_and_one()
    {
        SampleTable table = IdxReader.Read(_folder.Write("i", TwoImages), _folder.WriteGzip("l.gz", TwoLabels));

        Assert.Equal((2, 3), (table.Rows, table.Columns));
        Assert.Equal([7.0, 3.0], table.Labels);
        Assert.Equal([0, 0.2, 1, 1 / 255.0, 0, 0], table.Features.ToDense().Values);
    }

    [Fact]
    public void Mostly_black_images_are_sparse()
    {
        byte[] images = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 9, 0, 0, 0, 0, 0];

        SampleTable table = IdxReader.Read(_folder.Write("i", images));

        Assert.False(table.HasLabels);
        Assert.Equal([0, 1, 1], table.Features.RowStart);
        Assert.Equal([2], table.Features.Column);
        Assert.Equal([9 / 255.0], table.Features.Values);
    }

    [Fact]
    public void Each_byte_at_each_place_of_a_row_of_any_width_is_its_two_hundred_fifty_fifth()
    {
        foreach (int width in (int[])[1, 7, 8, 9, 15, 16, 29])
        {
            // One white pixel of each brightness in a row, at a place that moves on, so that the matrix is sparse.
            byte[] pixels = new byte[255 * width];
            for (int b = 1; b < 256; b++)
                pixels[(b - 1) * width + b % width] = (byte)b;
            // A row of all 255 makes both ends of a row be met by a pixel.
            for (int c = 0; c < width; c++)
                pixels[254 * width + c] = 255;

            var features = IdxReader.Read(_folder.Write("i", Images(255, width, pixels))).Features;

            Assert.Equal(width < 4, features.IsDense);
            Assert.Equal(pixels.Select(p => p / 255.0), features.ToDense().Values);
            Assert.DoesNotContain(0, features.IsDense ? [] : features.Values);
        }
    }

    [Fact]
    public void A_file_packed_to_a_thousandth_is_read_whole_or_found_cut_short()
    {
        const int columns = 1 << 20;
        byte[] pixels = new byte[5 * columns];
        (pixels[0], pixels[^1]) = (51, 255);
        byte[] images = Images(5, columns, pixels);

        var features = IdxReader.Read(_folder.WriteGzip("i.gz", images)).Features;

        Assert.Equal([0, 1, 1, 1, 1, 2], features.RowStart);
        Assert.Equal([0, columns - 1], features.Column);
        Assert.Equal([0.2, 1], features.Values);
        Assert.Contains($"promises {pixels.Length} bytes after the header, only {pixels.Length - 1} are there",
            Assert.Throws<InputException>(() => IdxReader.Read(_folder.WriteGzip("c.gz", images[..^1]))).Message);
    }

    [Fact]
    public void Images_in_several_files_follow_one_another()
    {
        string[] files =
        [
            _folder.Write("a", Images(2, 2, [0, 0, 255, 0])), _folder.Write("b", Images(1, 2, [0, 0])),
            _folder.Write("c", Images(2, 2, [0, 0, 0, 51])),
        ];

        var features = IdxReader.Read(files, null).Features;

        Assert.Equal([0, 0, 1, 0, 0, 0, 0, 0, 0, 0.2], features.ToDense().Values);
    }

    [Fact]
    public void Cut_long_or_foreign_files_are_refused()
    {
        Assert.Contains("is cut short: 2 x 1 x 3 promises 6 bytes after the header, only 5 are there",
            Message(TwoImages[..^1]));
        Assert.Contains("cut short in its header, at dimension 2 of 3", Message(TwoImages[..9]));
        Assert.Contains("more bytes than 2 x 1 x 3", Message([.. TwoImages, 0]));
        Assert.Contains("is not an IDX file", Message([1, 2, 3, 4]));
        Assert.Contains("is not an IDX file", Message([]));
        Assert.Contains("IDX type 0x0d", Message([0, 0, 13, 1, 0, 0, 0, 0]));
        Assert.Contains("dimension 1 is 4294967295", Message([0, 0, 8, 1, 255, 255, 255, 255]));
        Assert.Contains("are these labels?", Message(TwoLabels));
    }

    [Fact]
    public void Labels_of_another_count_are_refused()
    {
        string images = _folder.Write("i", TwoImages), labels = _folder.Write("l", [0, 0, 8, 1, 0, 0, 0, 1, 7]);

        Assert.Equal($"{labels}: has 1 labels for the 2 images of {images}",
            Assert.Throws<InputException>(() => IdxReader.Read(images, labels)).Message);
    }

    static byte[] Images(int rows, int columns, byte[] pixels)
    {
        byte[] file = [0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0, 0, .. pixels];
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4), rows);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(8), columns);
        return file;
    }

    string Message(byte[] bytes) =>
        Assert.Throws<InputException>(() => IdxReader.Read(_folder.Write("broken", bytes))).Message;
}
