namespace AsyncOpt.Reporting.Tests;

/// <summary>
/// The disk of this machine, one of whose operations fails; each write to a file is one, and one that fails has written
/// the half of it.
/// </summary>
class FaultyDisk : Disk
{
    int _operations;

    /// <summary>Which operation fails, from 1; none by default.</summary>
    public int FailsAt { get; init; } = int.MaxValue;

    /// <summary>Whether all after it fail, too, as where the disk is gone.</summary>
    public bool FailsOn { get; init; }

    /// <summary>What it says.</summary>
    public Func<Exception> Fault { get; init; } = () => new IOException("No space left on device", 28);

    /// <summary>How many operations there were.</summary>
    public int Operations => _operations;

    public override void CreateFolder(string path)
    {
        Begin();
        base.CreateFolder(path);
    }

    public override Stream Create(string path)
    {
        Begin();
        return new Watched(base.Create(path), this);
    }

    // Nobody turns the machine off.
    public override void Sync(string path) => Begin();

    public override void MoveFile(string from, string to)
    {
        Begin();
        base.MoveFile(from, to);
    }

    public override void MoveFolder(string from, string to)
    {
        Begin();
        base.MoveFolder(from, to);
    }

    public override void DeleteFile(string path)
    {
        Begin();
        base.DeleteFile(path);
    }

    public override void DeleteFolder(string path)
    {
        Begin();
        base.DeleteFolder(path);
    }

    void Begin()
    {
        if (FailsNow())
            throw Fault();
    }

    bool FailsNow() => ++_operations == FailsAt || (FailsOn && _operations > FailsAt);

    sealed class Watched(Stream file, FaultyDisk disk) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => file.Length;

        public override long Position { get => file.Position; set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            var fails = disk.FailsNow();
            file.Write(fails ? buffer[..(buffer.Length / 2)] : buffer);
            if (fails)
                throw disk.Fault();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() => file.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                file.Dispose();
            base.Dispose(disposing);
        }
    }
}
