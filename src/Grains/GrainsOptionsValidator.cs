using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AsyncOpt.Grains;

/// <summary>Holds options to their annotations, one sentence for each that is wrong.</summary>
sealed class GrainsOptionsValidator : IValidateOptions<GrainsOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, GrainsOptions options)
    {
        var wrong = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), wrong, validateAllProperties: true);
        return wrong.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(wrong.Select(w => w.ErrorMessage ?? "an option is wrong"));
    }
}
