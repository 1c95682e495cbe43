namespace AsyncOpt.Grains.Virtual;

/// <summary>An attempt cannot go on: partitions, or mail between them, were lost. Another attempt can.</summary>
sealed class PartitionLostException : Exception
{
    /// <summary>Partitions were lost.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="partition">Which partition was lost; null where none was.</param>
    /// <param name="cause">What told of it.</param>
    public PartitionLostException(string message, int? partition = null, Exception? cause = null)
        : base(message, cause) => Partition = partition;

    /// <summary>Which partition was lost; null where mail was.</summary>
    public int? Partition { get; }
}
