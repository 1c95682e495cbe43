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

    string Message(byte[] bytes) =>
        Assert.Throws<InputException>(() => IdxReader.Read(_folder.Write("broken", bytes))).Message;
}
