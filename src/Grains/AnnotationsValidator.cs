using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using Microsoft.Extensions.Options;

namespace AsyncOpt.Grains;

/// <summary>Holds options to the annotations of their properties, one sentence for each that is wrong.</summary>
/// <typeparam name="T">The options.</typeparam>
sealed class AnnotationsValidator<T> : IValidateOptions<T>
    where T : class
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var wrong = Option.AllOf(typeof(T)).SelectMany(option => Violations(option, options)).ToList();
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    static IEnumerable<string> Violations(Option option, T options)
    {
        var value = option.Property.GetValue(options);
        var context = new ValidationContext(options) { MemberName = option.Property.Name };
        var isGood = Validator.TryValidateProperty(value, context, null);
        if (!isGood)
            yield return $"{option.Name}: expected {option.Expected}, got {OptionText.Value(value)}";
    }
}
