using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods.Rounds;

/// <summary>
/// Draws workers for a round without replacement, along an order of all workers that belongs to the round.
/// </summary>
/// <param name="rule">With which chance.</param>
sealed class WorkerSelection(SelectionRule rule)
{
    double[] _sizes = [];

    public void Declare(RoleLayout role, int workers)
    {
        if (rule == SelectionRule.Samples)
            _sizes = [.. Enumerable.Range(0, workers).Select(worker => Math.Max(1.0, role.ShardSize(worker)))];
    }

    /// <summary>Draws as many as the round says, of those that have not answered it.</summary>
    /// <param name="s">The round.</param>
    /// <param name="e">The effects.</param>
    /// <param name="drawn">The workers drawn, first; room for all.</param>
    /// <param name="last">For each worker, 1 + the last round that it answered.</param>
    public void Draw(ref RoundState s, Effects e, Span<double> drawn, ReadOnlySpan<double> last)
    {
        var draw = e.ParticipationDraw(s.Number);
        var order = new KeyedPermutation(draw, last.Length);
        if (rule == SelectionRule.Uniform)
            Take(ref s, in order, drawn[..s.Drawn], last);
        else
            TakeBySize(in s, in order, draw.For(Purpose.Participation, 1).Uniform(s.DrawsOfRound), drawn, last);
    }

    // The next ones in the order: those that were not asked yet come first, then again those that were.
    static void Take(ref RoundState s, in KeyedPermutation order, Span<double> drawn, ReadOnlySpan<double> last)
    {
        for (var count = 0; count < drawn.Length; s.Position = (s.Position + 1) % last.Length)
        {
            var worker = order.At(s.Position);
            if (last[worker] <= s.Number)
                drawn[count++] = worker;
        }
    }

    // With the workers in the round's order, each over a stretch as long as its probability, those are drawn whose
    // stretches hold u, u + 1, u + 2, ....
    void TakeBySize(
        in RoundState s, in KeyedPermutation order, double u, Span<double> drawn, ReadOnlySpan<double> last)
    {
        var factor = Factor(s.Drawn, s.Number, last);
        var (end, count) = (0.0, 0);
        for (var i = 0; i < last.Length && count < s.Drawn; i++)
        {
            var worker = order.At(i);
            if (last[worker] > s.Number)
                continue;
            end += Math.Min(1, factor * _sizes[worker]);
            if (end > u + count)
                drawn[count++] = worker;
        }
        // Rounding may leave one out at the end.
        for (var i = last.Length - 1; count < s.Drawn; i--)
        {
            var worker = order.At(i);
            if (last[worker] <= s.Number && !drawn[..count].Contains(worker))
                drawn[count++] = worker;
        }
    }

    // c of min(1, c n_i), which add up to how many are drawn. As c grows, more of them are 1.
    double Factor(int draws, long round, ReadOnlySpan<double> last)
    {
        var (factor, before) = (0.0, -1);
        while (true)
        {
            var (certain, sum) = (0, 0.0);
            for (var worker = 0; worker < last.Length; worker++)
            {
                if (last[worker] > round)
                    continue;
                var isCertain = factor * _sizes[worker] >= 1;
                certain += isCertain ? 1 : 0;
                sum += isCertain ? 0 : _sizes[worker];
            }
            if (certain == before || certain >= draws)
                return factor;
            (before, factor) = (certain, (draws - certain) / sum);
        }
    }
}
