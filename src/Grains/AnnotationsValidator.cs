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
        var wrong = from option in Option.AllOf(typeof(T))
                    let value = option.Property.GetValue(options)
                    let cause = Annotations.Wrong(option, value, OptionText.Value(value))
                    where cause is not null
                    select $"--{option.Name}: {cause}";
        return wrong.ToList() is { Count: > 0 } all ? ValidateOptionsResult.Fail(all) : ValidateOptionsResult.Success;
    }
}

/// <summary>What annotations of properties say of values.</summary>
static class Annotations
{
    /// <summary>What is wrong with a value of an option; null for nothing.</summary>
    /// <param name="option">The option.</param>
    /// <param name="value">Its value.</param>
    /// <param name="shown">The value as it is shown.</param>
    public static string? Wrong(Option option, object? value, string shown)
    {
        var attributes = option.Marks.OfType<ValidationAttribute>();
        if (attributes.All(a => a.IsValid(value)))
            return null;
        // A text that must have some length is a secret, which is not shown.
        return option.Marks.OfType<MinLengthAttribute>().FirstOrDefault() is { } least
            ? $"expected {option.Expected} of at least {least.Length} characters"
            : $"expected {option.Expected}, got {shown}";
    }
}
