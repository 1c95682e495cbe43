namespace AsyncOpt.Testing;

/// <summary>A method, or a host, does not keep the contract; the message says what it owes and what it did.</summary>
public sealed class ContractException : Exception
{
    /// <summary>Says what is broken.</summary>
    /// <param name="message">What was owed, and what came.</param>
    public ContractException(string message) : base(message)
    {
    }

    /// <summary>Says what is broken, and what was thrown meanwhile.</summary>
    /// <param name="message">What was owed, and what came.</param>
    /// <param name="inner">What was thrown.</param>
    public ContractException(string message, Exception inner) : base(message, inner)
    {
    }
}
