namespace AsyncOpt.Simulation.Events;

/// <summary>Events in linked chunks, newest chunk first.</summary>
struct ChunkList
{
    public static readonly ChunkList Empty = new() { Head = -1 };

    public int Head;
    public int Count;
}
