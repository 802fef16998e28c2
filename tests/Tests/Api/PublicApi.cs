using System.Reflection;
using System.Runtime.CompilerServices;

namespace MegatronBridge.Tests.Api;

/// <summary>
/// The public types and members of an assembly as text: a line for each, sorted by name, in the words of C#. What the compiler adds to a record is left
/// out, as are overrides of what every object has.
/// </summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Instance
        | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    public static string Write(Assembly assembly)
    {
        IEnumerable<string> types = assembly
            .GetTypes()
            .Where(IsVisible)
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .Select(Describe);
        return string.Join('\n', types);
    }

    private static string Describe(Type type)
    {
        IEnumerable<string> members =
            typeof(Delegate).IsAssignableFrom(type) ? []
            : type.IsEnum ? EnumMembers(type)
            : type.GetMembers(Declared)
                .Where(IsShown)
                .Select(member => (member.Name, Text: MemberText.Of(member)))
                .OrderBy(member => member.Name, StringComparer.Ordinal)
                .ThenBy(member => member.Text, StringComparer.Ordinal)
                .Select(member => member.Text);
        return $"{TypeText.Declaration(type)}\n{string.Concat(members.Select(member => $"    {member}\n"))}";
    }

    private static IEnumerable<string> EnumMembers(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), null)}");

    private static bool IsVisible(Type type) =>
        type.IsPublic || ((type.IsNestedPublic || type.IsNestedFamily) && IsVisible(type.DeclaringType!));

    private static bool IsShown(MemberInfo member) =>
        member switch
        {
            System.Type => false, // listed by itself
            PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisible)
                && property.Name != "EqualityContract",
            EventInfo happening => IsVisible(happening.AddMethod!),
            FieldInfo field => field.IsPublic
                || IsProtected(field.DeclaringType!, field.IsFamily || field.IsFamilyOrAssembly),
            ConstructorInfo constructor => IsVisible(constructor) && !IsCopying(constructor),
            MethodInfo method => IsVisible(method)
                && !IsAccessor(method)
                && !IsOfTheCompiler(method)
                && !IsOfEveryObject(method),
            _ => false,
        };

    private static bool IsVisible(MethodBase method) =>
        method.IsPublic || IsProtected(method.DeclaringType!, method.IsFamily || method.IsFamilyOrAssembly);

    private static bool IsProtected(Type type, bool isProtected) => isProtected && !type.IsSealed;

    private static bool IsAccessor(MethodInfo method) =>
        method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static bool IsOfTheCompiler(MethodInfo method) =>
        method.IsDefined(typeof(CompilerGeneratedAttribute)) || method.Name.StartsWith('<');

    private static bool IsOfEveryObject(MethodInfo method) =>
        method.GetBaseDefinition().DeclaringType == typeof(object);

    // Of a record that others derive from.
    private static bool IsCopying(ConstructorInfo constructor) =>
        !constructor.IsPublic
        && constructor.GetParameters() is [var only]
        && only.ParameterType == constructor.DeclaringType;
}
