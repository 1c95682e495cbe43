namespace AsyncOpt.Core.Catalog;

/// <summary>The option that a bare value, written in place of the whole mapping, stands for.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BareAttribute : Attribute;
