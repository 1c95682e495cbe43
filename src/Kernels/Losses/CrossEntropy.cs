namespace AsyncOpt.Kernels.Losses;

/// <summary>What all losses of classes share.</summary>
static class CrossEntropy
{
    /// <summary>Whether the label has the largest score, and no class before it has the same.</summary>
    public static bool IsFirstLargest(ReadOnlySpan<double> scores, int label)
    {
        for (var c = 0; c < scores.Length; c++)
        {
            if (scores[c] > scores[label] || (c < label && scores[c] == scores[label]))
                return false;
        }
        return true;
    }
}
