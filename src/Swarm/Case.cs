namespace AsyncOpt.Swarm;

/// <summary>A world in which something does not hold, made small.</summary>
/// <param name="World">The world's number; -1 for one of the corpus.</param>
/// <param name="Check">The name of the check that found it.</param>
/// <param name="Message">What does not hold.</param>
/// <param name="Text">The experiment file, which repeats it.</param>
/// <param name="Places">How many workers or nodes it has.</param>
/// <param name="Rules">How many faults it has.</param>
public sealed record Case(long World, string Check, string Message, string Text, int Places, int Rules);
