using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments.Claims;

/// <summary>
/// What a claim file says by itself, without its experiment: enough to judge runs that are there already.
/// </summary>
public sealed class ClaimTerms
{
    ClaimTerms(ClaimFile file, SpecMapping root, List<ClaimCase> cases) => (File, Root, All) = (file, root, cases);

    /// <summary>The keys as they were read, those of <c>full</c> laid over them where asked for.</summary>
    public ClaimFile File { get; }

    /// <summary>What is claimed, in one line.</summary>
    public string Statement => Claim.ClaimText(File.Claim);

    /// <summary>What of the paper is not there, in one line.</summary>
    public string NotCovered => Claim.ClaimText(File.NotCovered);

    /// <summary>The names of the cases; one empty name for a claim without.</summary>
    public IReadOnlyList<string> Cases => [.. All.Select(c => c.Name)];

    internal SpecMapping Root { get; }

    internal List<ClaimCase> All { get; }

    /// <summary>Reads the text of a claim file.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="full">Whether at its full size.</param>
    /// <exception cref="InputException">Everything that is wrong with it, a line each.</exception>
    public static ClaimTerms Read(string text, string name, bool full = false)
    {
        var diagnostics = new Diagnostics();
        var terms = Read(text, name, full, Catalogue.Of(), diagnostics);
        diagnostics.ThrowIfAny();
        return terms;
    }

    /// <summary>The arms that are judged in a case.</summary>
    /// <param name="name">The case.</param>
    public IReadOnlyList<string> ArmsOf(string name) =>
    [
        .. File.Contrasts.Where(c => c.Cases.Count == 0 || c.Cases.Contains(name)).SelectMany(c => c.Arms).Distinct(),
    ];

    internal static ClaimTerms Read(
        string text, string name, bool full, Catalogue catalogue, Diagnostics diagnostics)
    {
        var root = Experiment.Read(text, name, diagnostics);
        if (full && root["full"] is SpecMapping over)
            root = SpecTree.Overlay(root.Without("full"), over);
        var file = new Binder(catalogue, diagnostics).Bind<ClaimFile>(root, out _);
        return new ClaimTerms(file, root, ClaimCase.Of(file.Cases, diagnostics));
    }
}
