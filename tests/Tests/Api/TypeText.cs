using System.Reflection;
using System.Runtime.CompilerServices;

namespace MegatronBridge.Tests.Api;

/// <summary>Types in the words of C#.</summary>
internal static class TypeText
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(char)] = "char",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
        [typeof(void)] = "void",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
    };

    /// <summary>What stands before the braces of a type, with its namespace.</summary>
    public static string Declaration(Type type)
    {
        string full = $"{type.Namespace}.{Name(type, null)}";
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            return $"delegate {MemberText.Signature(type.GetMethod("Invoke")!, full)}";
        }

        IEnumerable<string> bases = Bases(type);
        return $"{Kind(type)} {full}{(bases.Any() ? " : " : "")}{string.Join(", ", bases)}{Constraints(type.GetGenericArguments())}";
    }

    /// <summary>The name of a type that is used; <paramref name="nullability"/> tells where null is allowed.</summary>
    public static string Name(Type type, NullabilityInfo? nullability)
    {
        string mark = nullability is { ReadState: NullabilityState.Nullable } && !type.IsValueType ? "?" : "";
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!, nullability);
        }

        if (type.IsPointer)
        {
            return Name(type.GetElementType()!, null) + "*";
        }

        if (type.IsArray)
        {
            string commas = new(',', type.GetArrayRank() - 1);
            return $"{Name(type.GetElementType()!, nullability?.ElementType)}[{commas}]{mark}";
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Name(value, nullability?.GenericTypeArguments.FirstOrDefault()) + "?";
        }

        if (type.IsGenericParameter)
        {
            return type.Name + mark;
        }

        return Keywords.GetValueOrDefault(type, Generic(type, nullability)) + mark;
    }

    /// <summary>The conditions on type parameters.</summary>
    public static string Constraints(IEnumerable<Type> parameters) =>
        string.Concat(
            parameters
                .Where(parameter => parameter.IsGenericParameter)
                .Select(parameter => (parameter, Conditions: Conditions(parameter).ToList()))
                .Where(entry => entry.Conditions.Count > 0)
                .Select(entry => $" where {entry.parameter.Name} : {string.Join(", ", entry.Conditions)}")
        );

    private static string Generic(Type type, NullabilityInfo? nullability)
    {
        string name = type.Name.Split('`')[0];
        Type[] all = type.GetGenericArguments();
        int outer = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        if (all.Length > 0 && type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true)
        {
            return $"({string.Join(", ", all.Select((each, i) => Name(each, nullability?.GenericTypeArguments.ElementAtOrDefault(i))))})";
        }

        string arguments = string.Join(
            ", ",
            all.Skip(outer)
                .Select((each, i) => Name(each, nullability?.GenericTypeArguments.ElementAtOrDefault(i + outer)))
        );
        string prefix = type.IsNested ? Name(type.DeclaringType!, null) + "." : "";
        return arguments.Length > 0 ? $"{prefix}{name}<{arguments}>" : prefix + name;
    }

    private static string Kind(Type type)
    {
        bool isRecord =
            type.GetMethod("<Clone>$") is not null
            || type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance) is not null;
        if (type.IsEnum)
        {
            return "enum";
        }

        if (type.IsInterface)
        {
            return "interface";
        }

        if (type.IsValueType)
        {
            bool isReadOnly = type.IsDefined(typeof(IsReadOnlyAttribute));
            return $"{(isReadOnly ? "readonly " : "")}{(type.IsByRefLike ? "ref " : "")}{(isRecord ? "record " : "")}struct";
        }

        string modifier =
            type is { IsAbstract: true, IsSealed: true } ? "static "
            : type.IsAbstract ? "abstract "
            : type.IsSealed ? "sealed "
            : "";
        return modifier + (isRecord ? "record" : "class");
    }

    private static IEnumerable<string> Bases(Type type)
    {
        if (type.IsEnum)
        {
            return [];
        }

        IEnumerable<Type> inherited = (type.BaseType?.GetInterfaces() ?? []).Concat(
            type.GetInterfaces().SelectMany(each => each.GetInterfaces())
        );
        IEnumerable<string> interfaces = type.GetInterfaces()
            .Except(inherited)
            .Where(each => each.IsVisible && !IsOfRecord(each, type))
            .Select(each => Name(each, null))
            .Order(StringComparer.Ordinal);
        bool hasBase = type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType);
        return hasBase ? [Name(type.BaseType!, null), .. interfaces] : interfaces;
    }

    private static bool IsOfRecord(Type implemented, Type type) =>
        implemented.IsGenericType
        && implemented.GetGenericTypeDefinition() == typeof(IEquatable<>)
        && implemented.GetGenericArguments()[0] == type;

    private static IEnumerable<string> Conditions(Type parameter)
    {
        GenericParameterAttributes attributes = parameter.GenericParameterAttributes;
        bool isValue = attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        bool isUnmanaged = parameter
            .GetCustomAttributesData()
            .Any(data => data.AttributeType.Name == "IsUnmanagedAttribute");
        if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            yield return "class";
        }

        if (isValue)
        {
            yield return isUnmanaged ? "unmanaged" : "struct";
        }

        foreach (Type type in parameter.GetGenericParameterConstraints().Where(type => type != typeof(ValueType)))
        {
            yield return Name(type, null);
        }

        if (attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isValue)
        {
            yield return "new()";
        }
    }
}
