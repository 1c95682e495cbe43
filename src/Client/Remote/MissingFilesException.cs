namespace AsyncOpt.Client.Remote;

/// <summary>A silo needs files of the user's own before it takes a run.</summary>
/// <param name="message">One message for the user.</param>
/// <param name="sha256">The checksums of the files.</param>
sealed class MissingFilesException(string message, IReadOnlyList<string> sha256) : Exception(message)
{
    /// <summary>The checksums of the files.</summary>
    public IReadOnlyList<string> Sha256 => sha256;
}
