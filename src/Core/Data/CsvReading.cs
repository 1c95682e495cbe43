using System.Globalization;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Data;

/// <summary>A CSV file while it is read, row after row.</summary>
/// <param name="path">The file.</param>
/// <param name="format">How it is to be read.</param>
/// <param name="comments">What is known of its comments.</param>
internal sealed class CsvReading(string path, CsvFormat format, CsvComments comments)
{
    const string SayHeader = "say header: true or header: false";

    // What a column of labels is called, wherever it stands.
    static readonly string[] LabelNames = ["label", "labels", "class", "target"];

    // What a column of the rows' numbers is called.
    static readonly string[] NumberNames = ["id", "idx", "index", "row_id"];

    readonly SparseRows _rows = new();
    readonly List<string> _labels = [], _groups = [];
    string[]? _first;           // the first row
    long _firstLine, _missingLine;  // of the first row; of a label that stands for none
    string _missing = "";
    FirstRow _kind;
    bool _isHeader;             // the first row names the columns
    int _promised = -1;         // samples, as scikit-learn's first line has them
    int _width = -1, _labelColumn = -1, _groupColumn = -1;
    int[] _features = [], _ignored = []; // the columns of the features, in their order in the table; of no use
    List<double>?[] _numbers = []; // the values of a feature that may be the rows' number; null where it is none
    readonly HashSet<int> _notThousands = []; // columns with a cell that has no separator of thousands
    readonly SortedDictionary<int, string> _thousands = []; // those with a cell that may have one: the first of them
    char _separator = ',', _mark = '.';

    /// <summary>Takes in a row.</summary>
    public void Row(CsvRow row)
    {
        if (_first is null)
        {
            (_first, _firstLine, _separator) = (row.Texts(), row.Line, row.Separator);
            _kind = Judge(row);
            _isHeader = _kind == FirstRow.Header;
            if (_kind is FirstRow.Header or FirstRow.Mixed)
                return;
        }
        if (_width < 0)
            Begin(row);
        if (row.Cells != _width)
        {
            throw DataFile.Error(path, row.Line, $"has {Columns(row.Cells)}, "
                + (_isHeader && _rows.Rows == 0 ? $"the header in line {_firstLine} has" : "the rows before have")
                + $" {_width}");
        }
        Add(row);
        _mark = row.Mark;
    }

    /// <summary>The table.</summary>
    public SampleTable Finish()
    {
        if (_kind == FirstRow.Doubtful && format.Header == CsvHeader.Auto && IsHeaderAfterAll())
        {
            _isHeader = true;
            _rows.RemoveFirst();
            _labels.RemoveRange(0, Math.Min(1, _labels.Count));
            _groups.RemoveRange(0, Math.Min(1, _groups.Count));
        }
        if (_rows.Rows == 0)
            throw new InputException($"{path}: has no data rows{OfComments()}");
        RefuseRowsAsComments();
        if (_promised >= 0 && _promised != _rows.Rows)
        {
            throw DataFile.Error(path, _firstLine, $"promises {_promised} samples, and {_rows.Rows} follow; is the "
                + "file cut short?");
        }
        int[] numbering = [.. Enumerable.Range(0, _features.Length).Where(IsNumbering).Select(f => _features[f])];
        int[] leftOut = Array.FindAll(numbering, HasNoName);
        LeaveOut(leftOut);
        (double[] labels, string[]? names) = MakeLabels();
        return new(path, _rows.ToBestMatrix(_features.Length), labels, names, Names(_features))
        {
            LabelColumn = _labelColumn < 0 ? null : Names([_labelColumn])?[0],
            GroupColumn = _groupColumn < 0 ? null : Names([_groupColumn])?[0],
            Groups = _groupColumn < 0 ? null : [.. _groups],
            LeftOut = Names([.. _ignored, .. leftOut]) ?? [],
            Format = Describe(leftOut),
            Warnings = [.. numbering.Select(Warning)],
        };
    }

    // What pandas writes as the index of its rows says where a row stands in the file, and nothing else.
    void LeaveOut(int[] columns)
    {
        if (columns.Length == 0)
            return;
        _rows.RemoveColumns(Array.ConvertAll(_features, column => columns.Contains(column)));
        _features = [.. _features.Except(columns)];
        if (_features.Length == 0)
        {
            throw new InputException($"{path}: no feature is left beside {Column(columns[0])}, which has no name and "
                + "numbers the rows; give it a name to keep it");
        }
    }

    // Another whole number in each row, in any order: pandas keeps the numbers of rows that were shuffled or chosen.
    bool IsNumbering(int feature)
    {
        if (_rows.Rows < 2 || _numbers[feature] is not { } values)
            return false;
        values.Sort();
        return !values.Zip(values.Skip(1)).Any(pair => pair.First == pair.Second);
    }

    string Warning(int column) => HasNoName(column)
        ? $"{path}: left out {Column(column)}, which has no name and numbers the rows; give it a name to keep it"
        : $"{path}: {Column(column)}, has another whole number in each row, and is a feature; "
            + (format.Label == CsvFormat.None ? "take it out if it is none" : "'ignore: "
                + $"[{_first![column]}]' leaves it out");

    bool HasNoName(int column) =>
        _first![column].Length == 0 || _first[column].StartsWith("Unnamed: ", StringComparison.Ordinal);

    // Where the first cell may be a word, a line that begins with # may be a row, and silence would lose it.
    void RefuseRowsAsComments()
    {
        bool mayBeRow = _labelColumn == 0 || _groupColumn == 0 || _ignored.Contains(0);
        if (mayBeRow && comments.LineLikeRow(_separator, _width) is { } line)
        {
            throw DataFile.Error(path, line, $"begins with # as a comment does, and has {Columns(_width)} as a row "
                + "does; put its first cell in quotes if it is a row, else take the line out");
        }
    }

    string OfComments() => comments.Count switch
    {
        0 => "",
        1 => "; 1 line that begins with # is a comment",
        _ => $"; {comments.Count} lines that begin with # are comments",
    };

    FirstRow Judge(CsvRow row)
    {
        if (format.Header != CsvHeader.Auto)
            return format.Header == CsvHeader.True ? FirstRow.Header : FirstRow.Sample;
        if (format.Like?.ColumnNames is { } names && names.ToHashSet().IsSubsetOf(_first!))
            return FirstRow.Header;
        if (IsByName(format.Label) || (format.Groups is { } groups && IsByName(groups)) || format.Ignore.Any(IsByName))
            return FirstRow.Header;
        bool[] isNumber = new bool[row.Cells];
        for (int c = 0; c < isNumber.Length; c++)
            isNumber[c] = row.IsNumber(c);
        var texts = new HashSet<int> { Position(format.Label) };
        if (format.Groups is not null)
            texts.Add(Position(format.Groups));
        texts.UnionWith(format.Ignore.Select(Position));
        texts.Remove(-1);
        return CsvFirstRow.Of(_first!, isNumber, texts);
    }

    static bool IsByName(string column) =>
        column is not (CsvFormat.First or CsvFormat.Last or CsvFormat.None) && !column.All(char.IsAsciiDigit);

    // The column that a place or a number names; -1 for none.
    int Position(string column) => column switch
    {
        CsvFormat.First => 0,
        CsvFormat.Last => _first!.Length - 1,
        _ => int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number <= _first!.Length ? number - 1 : -1,
    };

    // At the first row that may be a sample.
    void Begin(CsvRow row)
    {
        _width = row.Cells;
        if (_kind == FirstRow.Mixed && !CsvFirstRow.IsCounts(_first!, _width, out _promised))
        {
            throw DataFile.Error(path, _firstLine, $"has names and numbers side by side ({Listed(_first!)}), as "
                + $"neither a header nor a sample has; mend it, or {SayHeader}");
        }
        if (_isHeader)
            _width = _first!.Length;
        if (format.Like is { ColumnNames: { } names, LabelColumn: { } label } && _isHeader)
        {
            Match(names, label);
            Watch();
            return;
        }
        _labelColumn = format.Label == CsvFormat.None ? -1 : Find(format.Label, "label");
        _groupColumn = format.Groups is null ? -1 : Find(format.Groups, "group");
        RefuseOtherLabel();
        _ignored = [.. format.Ignore.Select(column => Find(column, "ignored")).Distinct()];
        if (_ignored.Intersect([_labelColumn, _groupColumn]).ToArray() is [var both, ..])
        {
            string use = both == _labelColumn ? "the label" : "of groups";
            throw DataFile.Error(path, _firstLine, $"{Column(both)} is {use} and cannot be ignored");
        }
        _features = Others(_ignored);
        Watch();
        if (_features.Length == 0)
            throw DataFile.Error(path, row.Line, $"has {Columns(_width)}, so that no feature is left beside the label; "
                + "cells stand between commas, semicolons, tabs or bars");
    }

    int[] Others(int[] leftOut) =>
        [.. Enumerable.Range(0, _width).Where(c => c != _labelColumn && c != _groupColumn && !leftOut.Contains(c))];

    void Watch()
    {
        _numbers = Array.ConvertAll(_features, column => _isHeader && format.Like is null
            && (HasNoName(column) || NumberNames.Contains(_first![column], StringComparer.OrdinalIgnoreCase))
                ? new List<double>() : null);
    }

    /// <summary>The column of an option: by its name in the header, or its number from 1.</summary>
    int Find(string column, string what)
    {
        if (column == CsvFormat.First)
            return 0;
        if (column == CsvFormat.Last)
            return _width - 1;
        int[] named = [.. (_isHeader ? _first! : []).Index().Where(c => c.Item == column).Select(c => c.Index)];
        if (named.Length > 1)
            throw DataFile.Error(path, _firstLine, $"{named.Length} columns have the name '{column}'; give its number");
        int numbered = column.All(char.IsAsciiDigit)
            && int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number >= 1 && number <= _width ? number - 1 : -1;
        if (named.Length == 0)
        {
            return numbered >= 0 ? numbered : throw new InputException($"{path}: no {what} column '{column}'"
                + NearestName.Hint(column, _isHeader ? _first! : [], (_isHeader
                    ? $"the header is {Listed(_first!)}"
                    : $"there is no header, but {_width} columns")
                + "; give a name of the header, a number from 1, first or last")
                + (comments.Heading?.Contains(column, StringComparison.Ordinal) == true
                    ? $"; a comment has it, '#{comments.Heading}': take its # away if it is the header" : ""));
        }
        if (numbered < 0 || numbered == named[0])
            return named[0];
        throw DataFile.Error(path, _firstLine, $"'{column}' is the name of column {named[0] + 1} and the number of "
            + $"another; give the {what} column another name");
    }

    // The last column is the label unless something else is said.
    void RefuseOtherLabel()
    {
        if (!_isHeader || format.Label != CsvFormat.Last || IsLabelName(_first![^1]))
            return;
        int[] named = [.. _first!.Index().Where(c => IsLabelName(c.Item)).Select(c => c.Index)];
        if (named.Length == 1)
        {
            string name = _first![named[0]];
            throw DataFile.Error(path, _firstLine, $"column {named[0] + 1} has the name '{name}', but the label is "
                + $"taken from the last column, '{_first[^1]}'; say 'label: {name}', or 'label: {_width}' for the last "
                + "one");
        }

        static bool IsLabelName(string name) => LabelNames.Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    // The columns of another table's names, wherever they stand here.
    void Match(string[] names, string label)
    {
        string? group = format.Like!.GroupColumn;
        string[] wanted = [.. names, label], here = _first!;
        _ignored = [.. here.Index().Where(c => format.Like.LeftOut.Contains(c.Item)).Select(c => c.Index)];
        string[] kept = [.. here.Where((_, c) => !_ignored.Contains(c))];
        string[] missing = [.. wanted.Except(kept)], extra = [.. kept.Where(n => n != group).Except(wanted)];
        if (missing.Length + extra.Length > 0)
        {
            throw DataFile.Error(path, _firstLine, $"its columns are not those of {format.Like.Source}: "
                + string.Join(" and ", (string[])[
                    .. missing.Length > 0 ? [$"it lacks {Listed(missing)}"] : (string[])[],
                    .. extra.Length > 0 ? [$"it has {Listed(extra)} beside them"] : (string[])[]]));
        }
        bool areUnique = wanted.Distinct().Count() == wanted.Length && kept.Distinct().Count() == kept.Length;
        if (!areUnique && !kept.Where(n => n != label).SequenceEqual(names))
        {
            throw DataFile.Error(path, _firstLine, "two columns have the same name, so that they cannot be matched "
                + $"with those of {format.Like.Source}; give each a name of its own");
        }
        _labelColumn = Array.IndexOf(here, label);
        _groupColumn = group is null ? -1 : Array.IndexOf(here, group);
        _features = areUnique
            ? Array.ConvertAll(names, name => Array.IndexOf(here, name))
            : Others(_ignored);
    }

    void Add(CsvRow row)
    {
        try
        {
            AddFeatures(row);
        }
        catch (InputException) when (_isHeader && row.Texts().SequenceEqual(_first!))
        {
            throw DataFile.Error(path, row.Line, $"is the header of line {_firstLine} again; take the line out");
        }
        catch (InputException) when (WordsIn(row) is { Length: > 0 } columns)
        {
            throw Words(row, columns);
        }
        if (_labelColumn >= 0)
        {
            _labels.Add(Cell(row, _labelColumn, "label"));
            WatchThousands(_labelColumn, row);
            if (Numbers.IsMissing(_labels[^1]) && (_missingLine == 0 || !IsSurelyMissing(_missing)))
                (_missingLine, _missing) = (row.Line, _labels[^1]);
        }
        if (_groupColumn >= 0)
            _groups.Add(Cell(row, _groupColumn, "group"));
    }

    void AddFeatures(CsvRow row)
    {
        for (int feature = 0; feature < _features.Length; feature++)
        {
            double value = row.Number(_features[feature], NameOf(_features[feature]));
            if (value != 0)
                _rows.Add(feature, value);
            WatchThousands(_features[feature], row);
            if (_numbers[feature] is not { } numbers)
                continue;
            numbers.Add(value);
            if (value != Math.Truncate(value))
                _numbers[feature] = null;
        }
        _rows.EndRow();
    }

    // Where semicolons separate, 1.000 may be a thousand; 0.125, 1.25 and 1000 beside it show that it is not.
    void WatchThousands(int column, CsvRow row)
    {
        if (_separator != ';' || _notThousands.Contains(column))
            return;
        string text = row.Text(column);
        string digits = text.TrimStart('+', '-');
        int point = digits.IndexOf('.');
        bool mayBe = point < 0 ? digits.Length <= 3 : point is 1 or 2 or 3 && digits.Length == point + 4;
        if (!mayBe || (point >= 0 && digits[0] == '0') || !digits.All(c => c == '.' || char.IsAsciiDigit(c)))
            _notThousands.Add(column);
        else if (point > 0)
            _thousands.TryAdd(column, text);
    }

    int[] WordsIn(CsvRow row) => Array.FindAll(
        _features, c => row.Text(c) is { Length: > 0 } text && char.IsLetter(text[0]) && !Numbers.IsMissing(text));

    // All columns with words at once, as they have one remedy.
    InputException Words(CsvRow row, int[] columns)
    {
        string others = columns.Length == 1 ? ""
            : $"; words also in {Listed([.. columns.Skip(1).Select(Column)])}";
        string header = row.Line == _firstLine ? "say 'header: true' if this line names the columns; else " : "";
        return DataFile.Error(path, row.Line, columns[0] + 1, $"{Numbers.Refusal(row.Text(columns[0]))}{others}; "
            + $"{header}write words as numbers, or as columns of 0 and 1, or {Ignoring(columns)}; only the label may "
            + "be a word, and 'label' says which column that is", NameOf(columns[0]));
    }

    // A table without a label is of a reader that has no option to ignore columns.
    string Ignoring(int[] columns) => format.Label == CsvFormat.None ? "take the column out"
        : $"leave them out with 'ignore: [{string.Join(", ", format.Ignore.Concat(columns.Select(c => $"{c + 1}")))}]'";

    string? NameOf(int column) => _isHeader ? _first![column] : null;

    string Cell(CsvRow row, int column, string what) => row.Text(column) is { Length: > 0 } text
        ? text
        : throw DataFile.Error(path, row.Line, column + 1, $"the {what} is empty");

    // A doubtful first row was read as a sample; now the others are known.
    bool IsHeaderAfterAll()
    {
        var texts = new HashSet<int> { _labelColumn, _groupColumn };
        bool isCount = CsvFirstRow.IsCount(_first!, texts);
        if (_labels.Count < 2)
        {
            return isCount && _labels.Count == 1 && !Numbers.TryParse(_labels[0], _mark, out _) ? throw Doubt() : false;
        }
        if (Numbers.TryParse(_labels[0], _mark, out _))
            return CsvFirstRow.IsCountFrom0(_first!) ? throw Doubt() : false;
        bool othersAreNumbers = _labels.Skip(1).All(label => Numbers.TryParse(label, _mark, out _));
        if (othersAreNumbers)
            return isCount ? true : throw Doubt();
        // Texts: the first is one of them where it comes again; a name where all others do, and it does not.
        var others = _labels.Skip(1).CountBy(label => label).ToDictionary();
        bool isAlone = !others.ContainsKey(_labels[0]) && others.Values.All(count => count > 1);
        return isAlone || (isCount && _features.Length > 1 && !others.ContainsKey(_labels[0])) ? throw Doubt() : false;
    }

    InputException Doubt() =>
        DataFile.Error(path, _firstLine, $"may be a header or a sample ({Listed(_first!)}); {SayHeader}");

    (double[] Labels, string[]? Names) MakeLabels()
    {
        double[] numbers = new double[_labels.Count];
        bool numeric = true;
        for (int i = 0; i < numbers.Length && numeric; i++)
            numeric = Numbers.TryParse(_labels[i], _mark, out numbers[i]);
        if (numeric)
            return (numbers, null);
        if (_missingLine > 0 && _labels.All(l => Numbers.IsMissing(l) || Numbers.TryParse(l, _mark, out _)))
            throw DataFile.Error(path, _missingLine, _labelColumn + 1, "the label is missing; leave the line out");
        if (_missingLine > 0 && IsSurelyMissing(_missing))
        {
            throw DataFile.Error(path, _missingLine, _labelColumn + 1, $"the label is missing ('{_missing}'); leave "
                + "the line out, or give the class another name");
        }
        string[] names = [.. LabelSet.Of(_labels).Names];
        RefuseAlike(names);
        return ([.. _labels.Select(l => (double)Array.BinarySearch(names, l, StringComparer.Ordinal))], names);
    }

    // Not so of words that may name a class, such as none, and of signs.
    static bool IsSurelyMissing(string text) =>
        text.ToUpperInvariant() is "?" or "NA" or "N/A" or "#N/A" or "<NA>" or "NAN" or "NULL";

    // Two ways to write one class would be two. Single letters differ: a is none of A.
    void RefuseAlike(string[] names)
    {
        foreach (var same in names.GroupBy(Plain).Where(same => same.Count() > 1))
        {
            throw new InputException($"{path}: the labels {string.Join(" and ", same.Take(2).Select(n => $"'{n}'"))} "
                + "differ only in how they are written; write them alike, or give them names that differ");
        }

        string Plain(string name) => Numbers.TryParse(name, _mark, out double number) ? LabelSet.Text(number)
            : name.Trim() is { Length: > 1 } word ? word.ToUpperInvariant() : name.Trim();
    }

    string[]? Names(int[] columns) => _isHeader ? Array.ConvertAll(columns, column => _first![column]) : null;

    string Describe(int[] leftOut)
    {
        string header = _isHeader ? $"header in line {_firstLine}"
            : _promised >= 0 ? $"counts and class names in line {_firstLine}, no header" : "no header";
        string separator = _separator switch
        {
            '\t' => "tab",
            ';' => "semicolon",
            ',' => "comma",
            _ => $"'{_separator}'",
        };
        return $"{header}; separator {separator}{(_mark == ',' ? "; decimal commas" : "")}"
            + DecimalPoints()
            + (_labelColumn < 0 ? "" : $"; label in {Column(_labelColumn)}")
            + (_groupColumn < 0 ? "" : $"; groups in {Column(_groupColumn)}")
            + (_ignored.Length == 0 ? "" : $"; ignored {string.Join(" and ", _ignored.Select(Column))}")
            + string.Concat(leftOut.Select(c => $"; left out {Column(c)}, which has no name and numbers the rows"))
            + $"; {(_features.Length == 1 ? "1 feature" : $"{_features.Length} features")}"
            + $"{(_isHeader ? $": {Listed(Names(_features)!)}" : "")}"
            + string.Concat((Names(_features) ?? []).CountBy(name => name).Where(c => c.Value > 1)
                .Select(c => $"; {c.Value} of them have the name '{c.Key}'"))
            + OfComments();
    }

    string DecimalPoints()
    {
        int[] columns = [.. _thousands.Keys.Except(_notThousands)];
        return columns.Length == 0 || _mark == ',' ? "" : $"; decimal points: '{_thousands[columns[0]]}' in "
            + $"{Column(columns[0])} is {LabelSet.Text(double.Parse(_thousands[columns[0]],
                CultureInfo.InvariantCulture))}, no thousands";
    }

    string Column(int column) => $"column {column + 1}{(_isHeader ? $", '{_first![column]}'" : "")}";

    static string Columns(int count) => count == 1 ? "1 column" : $"{count} columns";

    static string Listed(string[] names) =>
        string.Join(", ", names.Take(8).Select(name => name.Length > 0 ? name : "''"))
        + (names.Length > 8 ? $", ... ({names.Length} in all)" : "");
}
