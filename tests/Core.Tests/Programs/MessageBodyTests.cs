using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Tests.Programs;

public class MessageBodyTests
{
    enum Colour : ushort
    {
        Red = 7,
    }

    readonly record struct Inner(short A, long B);

    // 6 bytes of holes before Inner, 6 within it, 4 at the end.
    readonly record struct Holed(Colour Colour, Inner Inner, float Last);

    readonly record struct Five(long A, long B, long C, long D, long E);

    readonly record struct WithAddress(int A, nint B);

    [InlineArray(2)]
    struct Two
    {
        int _first;
    }

    readonly record struct WithArray(int A, Two B);

    static readonly Holed Some = new(Colour.Red, new Inner(-3, long.MinValue + 5), 0.5f);

    [Fact]
    public void A_body_comes_as_it_was_sent()
    {
        var packed = MessageBody.Of(Some);

        Assert.Equal(Some, packed.To<Holed>());
        Assert.Equal(-2.5, MessageBody.Of(-2.5).To<double>());
    }

    [Fact]
    public void What_lies_in_the_holes_of_a_body_is_not_sent()
    {
        var (clean, dirty) = (default(Holed), default(Holed));
        MemoryMarshal.AsBytes(new Span<Holed>(ref dirty)).Fill(0xA5);
        Write(ref clean);
        Write(ref dirty);
        Assert.Equal(clean, dirty);
        Assert.False(MemoryMarshal.AsBytes(new Span<Holed>(ref clean)).SequenceEqual(
            MemoryMarshal.AsBytes(new Span<Holed>(ref dirty))));

        Assert.Equal(MessageBody.Of(clean), MessageBody.Of(dirty));
        Assert.NotEqual(MessageBody.Of(clean), MessageBody.Of(clean with { Last = 1 }));

        // Field by field: an assignment of the whole would take the holes along.
        static void Write(ref Holed to)
        {
            var bytes = MemoryMarshal.AsBytes(new Span<Holed>(ref to));
            var (colour, a, b, last) = (Some.Colour, Some.Inner.A, Some.Inner.B, Some.Last);
            MemoryMarshal.Write(bytes, in colour);
            MemoryMarshal.Write(bytes[8..], in a);
            MemoryMarshal.Write(bytes[16..], in b);
            MemoryMarshal.Write(bytes[24..], in last);
        }
    }

    [Fact]
    public void Bytes_of_a_body_count_on_the_wire_as_many_as_it_takes()
    {
        Assert.Equal(32, new MessageKind<Holed>("holed").BodyBytes);
        Assert.Equal(2, new MessageKind<Colour>("colour").BodyBytes);
        Assert.Equal(0, new MessageKind("plain").BodyBytes);
    }

    [Fact]
    public void A_body_that_cannot_be_sent_is_refused_where_it_is_declared()
    {
        Assert.Equal("the body of message kind 'five' takes 40 bytes, and messages have room for 32: send a vector",
            RefusalOf(new MessageKind<Five>("five")));
        Assert.Contains("IntPtr, an address", RefusalOf(new MessageKind<WithAddress>("a")), StringComparison.Ordinal);
        Assert.Contains("name its elements", RefusalOf(new MessageKind<WithArray>("b")), StringComparison.Ordinal);

        static string RefusalOf(MessageKind kind) =>
            Assert.Throws<InvalidOperationException>(() => LayoutOf(kind)).Message;
    }

    [Fact]
    public void The_body_of_another_kind_is_not_read()
    {
        var (one, other) = (new MessageKind<long>("one"), new MessageKind<long>("other"));
        var received = new Received { Kind = one, Contents = MessageBody.Of(5L) };

        Assert.Equal(5, received.Body(one));
        Assert.Contains("'other'", Assert.Throws<InvalidOperationException>(() => received.Body(other)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_of_a_build_with_another_body_are_refused()
    {
        var layout = LayoutOf(new MessageKind<Holed>("holed", Dim.Parameters), new MessageKind("bare"));

        Assert.Equal("bare[]; holed[parameters](Colour Colour, Inner (A Int16, B Int64), Last Single)",
            layout.MessageFormat);
        layout.CheckMessages("the log", layout.MessageFormat);
        var theirs = LayoutOf(new MessageKind<Inner>("holed", Dim.Parameters), new MessageKind("bare")).MessageFormat;
        var refusal = Assert.Throws<InputException>(() => layout.CheckMessages("the log", theirs)).Message;
        Assert.Contains("the log has messages of another build of the method", refusal, StringComparison.Ordinal);
    }

    static Layout LayoutOf(params MessageKind[] kinds) =>
        Layout.Of(new Silent(kinds), new LayoutContext(1, _ => 1, Topology: null));

    sealed class Silent(MessageKind[] kinds) : Method
    {
        public override void Declare(Layout layout) => layout.Messages(kinds);
    }
}
