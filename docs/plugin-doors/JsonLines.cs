using System.Text.Json;
using AsyncOpt.Core.Outputs;

namespace Doors;

/// <summary>A JSON object a row; what JSON has no number for is a string.</summary>
[Output("json-lines")]
public sealed class JsonLines : OutputFormat
{
    /// <inheritdoc/>
    public override string Extension => "jsonl";

    /// <inheritdoc/>
    public override void Write(OutputTable table, Stream to)
    {
        for (var row = 0; row < table.Rows; row++)
        {
            using (var json = new Utf8JsonWriter(to))
            {
                json.WriteStartObject();
                foreach (var column in table.Columns)
                {
                    if (column is WholeColumn whole)
                        json.WriteNumber(column.Name, whole[row]);
                    else if (column is NumberColumn number && double.IsFinite(number[row]))
                        json.WriteNumber(column.Name, number[row]);
                    else
                        json.WriteString(column.Name, column.TextAt(row));
                }
                json.WriteEndObject();
            }
            to.WriteByte((byte)'\n');
        }
    }
}
