namespace AsyncOpt.Kernels.Devices;

/// <summary>The batches of all rows.</summary>
/// <param name="Seed">The seed of the run.</param>
/// <param name="FirstAgent">The agent of row 0, which names its batches.</param>
/// <param name="Number">The rank of the computation among each agent's.</param>
/// <param name="Batch">Samples of a row; 0 for all samples of its place.</param>
public readonly record struct DeviceDraws(ulong Seed, int FirstAgent, long Number, int Batch);
