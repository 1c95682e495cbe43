using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Computations;

/// <summary>What a computation asks for, beside its vectors: plain numbers, resolved at the request.</summary>
struct Asked
{
    /// <summary>The rank of the oracle among the run's.</summary>
    public ushort Oracle;
    public bool WholeShard;

    /// <summary>Whose data.</summary>
    public int Place;

    /// <summary>Samples over all steps; the whole shard has been resolved to its size.</summary>
    public int Samples;

    /// <summary>Steps of local training; 1 for anything else.</summary>
    public int Steps;

    /// <summary>Where local training stands in the learning-rate schedule, and in the optimizer's count.</summary>
    public long RateStep;
    public long OptimizerStep;
    public BatchKey Key;

    public readonly void Save(BinaryWriter to)
    {
        to.Write(Oracle);
        to.Write(Place);
        to.Write(Samples);
        to.Write(Steps);
        to.Write(RateStep);
        to.Write(OptimizerStep);
        to.Write(WholeShard);
        to.Write(Key.Agent);
        to.Write(Key.Number);
    }

    public static Asked Load(BinaryReader from) => new()
    {
        Oracle = from.ReadUInt16(),
        Place = from.ReadInt32(),
        Samples = from.ReadInt32(),
        Steps = from.ReadInt32(),
        RateStep = from.ReadInt64(),
        OptimizerStep = from.ReadInt64(),
        WholeShard = from.ReadBoolean(),
        Key = new BatchKey(from.ReadInt64(), from.ReadInt64()),
    };
}
