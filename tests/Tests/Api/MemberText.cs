using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace MegatronBridge.Tests.Api;

/// <summary>Members in the words of C#.</summary>
internal static class MemberText
{
    private static readonly NullabilityInfoContext Nullability = new();

    public static string Of(MemberInfo member) =>
        member switch
        {
            ConstructorInfo constructor =>
                $"{Access(constructor)}{Simple(constructor.DeclaringType!)}({Parameters(constructor)})",
            MethodInfo method => Modifiers(method) + Signature(method, method.Name),
            PropertyInfo property => Property(property),
            FieldInfo field => Field(field),
            EventInfo happening =>
                $"{Modifiers(happening.AddMethod!)}event {TypeText.Name(happening.EventHandlerType!, Nullability.Create(happening))} {happening.Name}",
            _ => throw new ArgumentException($"{member} is of no kind that is known.", nameof(member)),
        };

    /// <summary>A method from its type on, under a name.</summary>
    public static string Signature(MethodInfo method, string name)
    {
        Type[] parameters = method.GetGenericArguments();
        string generic = parameters.Length > 0 ? $"<{string.Join(", ", parameters.Select(each => each.Name))}>" : "";
        string result = TypeText.Name(method.ReturnType, Nullability.Create(method.ReturnParameter));
        string reference = method.ReturnType.IsByRef ? "ref " : "";
        return $"{reference}{result} {name}{generic}({Parameters(method)}){TypeText.Constraints(parameters)}";
    }

    private static string Property(PropertyInfo property)
    {
        MethodInfo any = property
            .GetAccessors(nonPublic: true)
            .OrderByDescending(accessor => accessor.IsPublic)
            .First();
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        ParameterInfo[] indexes = property.GetIndexParameters();
        string name = indexes.Length > 0 ? $"this[{string.Join(", ", indexes.Select(Parameter))}]" : property.Name;
        string type = TypeText.Name(property.PropertyType, Nullability.Create(property));
        return $"{Modifiers(any)}{required}{type} {name} {{ {Accessor(property.GetMethod, "get; ")}{Accessor(property.SetMethod, Set(property))}}}";
    }

    private static string Set(PropertyInfo property) =>
        property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true
            ? "init; "
            : "set; ";

    private static string Accessor(MethodInfo? accessor, string word) =>
        accessor is null || !(accessor.IsPublic || accessor.IsFamily || accessor.IsFamilyOrAssembly) ? ""
        : accessor.IsPublic ? word
        : "protected " + word;

    private static string Field(FieldInfo field)
    {
        string modifiers = field.IsLiteral
            ? "const "
            : (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "");
        string value = field.IsLiteral ? $" = {Value(field.GetRawConstantValue())}" : "";
        string access = field.IsPublic ? "" : "protected ";
        return $"{access}{modifiers}{TypeText.Name(field.FieldType, Nullability.Create(field))} {field.Name}{value}";
    }

    private static string Parameters(MethodBase method)
    {
        string self = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return self + string.Join(", ", method.GetParameters().Select(Parameter));
    }

    private static string Parameter(ParameterInfo parameter)
    {
        bool isParams =
            parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute));
        string way =
            isParams ? "params "
            : !parameter.ParameterType.IsByRef ? ""
            : parameter.IsOut ? "out "
            : parameter.IsIn ? "in "
            : "ref ";
        string type = TypeText.Name(parameter.ParameterType, Nullability.Create(parameter));
        string otherwise = parameter.HasDefaultValue ? $" = {Value(Default(parameter))}" : "";
        return $"{way}{type} {parameter.Name}{otherwise}";
    }

    private static object? Default(ParameterInfo parameter)
    {
        object? value = parameter.RawDefaultValue;
        Type type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return value is not null && type.IsEnum ? Enum.ToObject(type, value) : value;
    }

    private static string Value(object? value) =>
        value switch
        {
            null => "default",
            string text => $"\"{text}\"",
            char letter => $"'{letter}'",
            bool flag => flag ? "true" : "false",
            Enum member => $"{member.GetType().Name}.{member}",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => $"{value}",
        };

    private static string Simple(Type type) => type.Name.Split('`')[0];

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Modifiers(MethodInfo method)
    {
        bool isOverride = method.IsVirtual && method.GetBaseDefinition() != method;
        bool isOfInterface = method.DeclaringType!.IsInterface;
        string kind =
            method.IsStatic ? (method.IsAbstract ? "static abstract " : "static ")
            : isOfInterface ? ""
            : method.IsAbstract ? "abstract "
            : isOverride ? "override "
            : method is { IsVirtual: true, IsFinal: false } && !method.DeclaringType!.IsSealed ? "virtual "
            : "";
        return Access(method) + kind;
    }
}
