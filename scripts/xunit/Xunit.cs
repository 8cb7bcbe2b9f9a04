// What the tests of .NET's class library take from xUnit and from Microsoft's additions to it, and a program that runs
// them: xUnit itself is in no archive that scripts/programs reads. Each test is a line "passed NAME", "failed NAME: why"
// or "skipped NAME: why".

using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading.Tasks;

namespace Xunit
{
    [AttributeUsage(AttributeTargets.Method)]
    public class FactAttribute : Attribute
    {
        public string Skip { get; set; }
    }

    public class TheoryAttribute : FactAttribute { }

    /// Runs only if these static properties hold, which are the test class's own or another's.
    public interface ICondition
    {
        Type Of { get; }
        string[] Names { get; }
    }

    public class ConditionalFactAttribute : FactAttribute, ICondition
    {
        public ConditionalFactAttribute(params string[] names) { Names = names; }
        public ConditionalFactAttribute(Type of, params string[] names) { Of = of; Names = names; }
        public Type Of { get; private set; }
        public string[] Names { get; private set; }
    }

    public class ConditionalTheoryAttribute : TheoryAttribute, ICondition
    {
        public ConditionalTheoryAttribute(params string[] names) { Names = names; }
        public ConditionalTheoryAttribute(Type of, params string[] names) { Of = of; Names = names; }
        public Type Of { get; private set; }
        public string[] Names { get; private set; }
    }

    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
    public class InlineDataAttribute : Attribute
    {
        public InlineDataAttribute(params object[] data) { Data = data ?? new object[] { null }; }
        public object[] Data { get; private set; }
    }

    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
    public class MemberDataAttribute : Attribute
    {
        public MemberDataAttribute(string name, params object[] arguments) { Name = name; Arguments = arguments; }
        public string Name { get; private set; }
        public object[] Arguments { get; private set; }
        public Type MemberType { get; set; }
    }

    /// A known fault, of .NET or of a platform; the tests are run all the same.
    [AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
    public class ActiveIssueAttribute : Attribute
    {
        public ActiveIssueAttribute(int number, params object[] where) { }
        public ActiveIssueAttribute(string link, params object[] where) { }
    }

    [AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
    public class OuterLoopAttribute : Attribute
    {
        public OuterLoopAttribute() { }
        public OuterLoopAttribute(string why) { }
    }

    [Flags]
    public enum TestPlatforms { Windows = 1, Linux = 2, OSX = 4, FreeBSD = 8, NetBSD = 16, AnyUnix = 30, Any = ~0 }

    [AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
    public class PlatformSpecificAttribute : Attribute
    {
        public PlatformSpecificAttribute(TestPlatforms platforms) { Platforms = platforms; }
        public TestPlatforms Platforms { get; private set; }
    }

    [Flags]
    public enum TargetFrameworkMonikers { Netcoreapp = 1, NetFramework = 2, Uap = 4, UapAot = 8, Mono = 16 }

    [AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
    public class SkipOnTargetFrameworkAttribute : Attribute
    {
        public SkipOnTargetFrameworkAttribute(TargetFrameworkMonikers frameworks, string why = null) { Frameworks = frameworks; }
        public TargetFrameworkMonikers Frameworks { get; private set; }
    }

    public class AssertException : Exception
    {
        public AssertException(string text) : base(text) { }
    }

    public static class Assert
    {
        static void That(bool holds, string text)
        {
            if (!holds)
                throw new AssertException(text);
        }

        static string Shown(object value)
        {
            var bytes = value as byte[];
            if (bytes != null)
                return BitConverter.ToString(bytes);
            return value == null ? "null" : value.ToString();
        }

        static bool Same(object one, object two)
        {
            if (one is string || two is string || !(one is IEnumerable) || !(two is IEnumerable))
                return object.Equals(one, two);
            var ones = ((IEnumerable)one).Cast<object>().ToList();
            var twos = ((IEnumerable)two).Cast<object>().ToList();
            return ones.Count == twos.Count && ones.Zip(twos, Same).All(same => same);
        }

        public static void True(bool value, string text = "is not true") { That(value, text); }
        public static void False(bool value, string text = "is not false") { That(!value, text); }
        public static void Null(object value) { That(value == null, Shown(value) + " is not null"); }
        public static void NotNull(object value) { That(value != null, "is null"); }
        public static void Same(object one, object two, string text = "are not the same") { That(ReferenceEquals(one, two), text); }
        public static void NotSame(object one, object two) { That(!ReferenceEquals(one, two), "are the same"); }
        public static void Equal<T>(T wanted, T found) { That(Same(wanted, found), Shown(found) + " is not " + Shown(wanted)); }
        public static void Equal<T>(IEnumerable<T> wanted, IEnumerable<T> found) { That(Same(wanted, found), Shown(found) + " is not " + Shown(wanted)); }
        public static void NotEqual<T>(T other, T found) { That(!Same(other, found), "are equal: " + Shown(found)); }
        public static void NotEqual<T>(IEnumerable<T> other, IEnumerable<T> found) { That(!Same(other, found), "are equal: " + Shown(found)); }
        public static void Empty(IEnumerable all) { That(!all.Cast<object>().Any(), "is not empty"); }
        public static void NotEmpty(IEnumerable all) { That(all.Cast<object>().Any(), "is empty"); }
        public static void Contains<T>(T wanted, IEnumerable<T> all) { That(all.Contains(wanted), Shown(wanted) + " is not there"); }
        public static void Contains(string wanted, string text) { That(text.Contains(wanted), wanted + " is not there"); }
        public static void DoesNotContain<T>(T other, IEnumerable<T> all) { That(!all.Contains(other), Shown(other) + " is there"); }
        public static void All<T>(IEnumerable<T> all, Action<T> check) { foreach (var one in all) check(one); }
        public static void InRange<T>(T value, T low, T high) where T : IComparable
        {
            That(value.CompareTo(low) >= 0 && value.CompareTo(high) <= 0, Shown(value) + " is out of range");
        }
        public static T IsType<T>(object value)
        {
            That(value != null && value.GetType() == typeof(T), Shown(value) + " is no " + typeof(T));
            return (T)value;
        }
        public static void IsNotType<T>(object value) { That(value == null || value.GetType() != typeof(T), "is a " + typeof(T)); }
        public static T IsAssignableFrom<T>(object value)
        {
            That(value is T, Shown(value) + " is no " + typeof(T));
            return (T)value;
        }

        static Exception Caught(Action action)
        {
            try { action(); } catch (Exception exception) { return exception; }
            return null;
        }

        static T Thrown<T>(Exception exception, bool exactly) where T : Exception
        {
            That(exception != null, typeof(T) + " is not thrown");
            That(exactly ? exception.GetType() == typeof(T) : exception is T, exception.GetType() + " is thrown and not " + typeof(T) + ": " + exception.Message);
            return (T)exception;
        }

        public static T Throws<T>(Action action) where T : Exception { return Thrown<T>(Caught(action), true); }
        public static T Throws<T>(Func<object> action) where T : Exception { return Thrown<T>(Caught(() => action()), true); }
        public static T Throws<T>(string parameter, Action action) where T : ArgumentException
        {
            var exception = Thrown<T>(Caught(action), true);
            Equal(parameter, exception.ParamName);
            return exception;
        }
        public static T Throws<T>(string parameter, Func<object> action) where T : ArgumentException { return Throws<T>(parameter, () => { action(); }); }
        public static Exception Throws(Type type, Action action)
        {
            var exception = Caught(action);
            That(exception != null && exception.GetType() == type, type + " is not thrown");
            return exception;
        }
        public static T ThrowsAny<T>(Action action) where T : Exception { return Thrown<T>(Caught(action), false); }
        public static T ThrowsAny<T>(Func<object> action) where T : Exception { return Thrown<T>(Caught(() => action()), false); }
        public static async Task<T> ThrowsAsync<T>(Func<Task> action) where T : Exception
        {
            try { await action(); } catch (Exception exception) { return Thrown<T>(exception, true); }
            return Thrown<T>(null, true);
        }
    }

    public static class Record
    {
        public static Exception Exception(Action action)
        {
            try { action(); } catch (Exception exception) { return exception; }
            return null;
        }
        public static Exception Exception(Func<object> action) { return Exception(() => { action(); }); }
    }

    static class Runner
    {
        static int Main(string[] names)
        {
            var failed = 0;
            foreach (var type in typeof(Runner).Assembly.GetTypes().Where(type => type.IsClass && !type.IsGenericTypeDefinition).OrderBy(type => type.FullName))
            {
                if (type.IsAbstract && !type.IsSealed)
                    continue;
                var flags = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy;
                foreach (var method in type.GetMethods(flags).Where(method => method.IsDefined(typeof(FactAttribute), true)).OrderBy(method => method.Name))
                {
                    var name = type.Name + "." + method.Name;
                    if (names.Length == 0 || names.Any(wanted => name.Contains(wanted)))
                        failed += Test(type, method, name) ? 0 : 1;
                }
            }
            return failed == 0 ? 0 : 1;
        }

        static bool Test(Type type, MethodInfo method, string name)
        {
            try
            {
                var why = Skipped(type, method);
                if (why != null)
                {
                    Say("skipped", name, why);
                    return true;
                }
                foreach (var arguments in Cases(type, method))
                    Run(type, method, arguments);
                Say("passed", name, null);
                return true;
            }
            catch (Exception exception)
            {
                while ((exception is TargetInvocationException || exception is AggregateException || exception is TypeInitializationException) && exception.InnerException != null)
                    exception = exception.InnerException;
                Say("failed", name, exception.GetType().Name + ": " + exception.Message);
                return false;
            }
        }

        static void Say(string outcome, string name, string why)
        {
            Console.WriteLine(outcome + " " + name + (why == null ? "" : ": " + why.Replace('\n', ' ').Replace('\t', ' ')));
            Console.Out.Flush();
        }

        /// The tests are run as they are on .NET Core and Windows.
        static string Skipped(Type type, MethodInfo method)
        {
            var fact = (FactAttribute)method.GetCustomAttributes(typeof(FactAttribute), true)[0];
            if (fact.Skip != null)
                return fact.Skip;
            var platforms = method.GetCustomAttributes(typeof(PlatformSpecificAttribute), true).Cast<PlatformSpecificAttribute>();
            if (platforms.Any(platform => (platform.Platforms & TestPlatforms.Windows) == 0))
                return "not for Windows";
            var frameworks = method.GetCustomAttributes(typeof(SkipOnTargetFrameworkAttribute), true).Cast<SkipOnTargetFrameworkAttribute>();
            if (frameworks.Any(framework => (framework.Frameworks & TargetFrameworkMonikers.Netcoreapp) != 0))
                return "not for .NET Core";
            var condition = fact as ICondition;
            if (condition == null)
                return null;
            var flags = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.FlattenHierarchy;
            foreach (var name in condition.Names)
            {
                var property = (condition.Of ?? type).GetProperty(name, flags) ?? method.DeclaringType.GetProperty(name, flags);
                if (property != null && !(bool)property.GetValue(null, null))
                    return name + " is false";
            }
            return null;
        }

        static IEnumerable<object[]> Cases(Type type, MethodInfo method)
        {
            if (!method.IsDefined(typeof(TheoryAttribute), true))
                yield return new object[0];
            foreach (InlineDataAttribute data in method.GetCustomAttributes(typeof(InlineDataAttribute), true))
                yield return data.Data;
            foreach (MemberDataAttribute data in method.GetCustomAttributes(typeof(MemberDataAttribute), true))
                foreach (var row in (IEnumerable)Member(data.MemberType ?? method.DeclaringType, data))
                    yield return (object[])row;
        }

        static object Member(Type type, MemberDataAttribute data)
        {
            var flags = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.FlattenHierarchy;
            var property = type.GetProperty(data.Name, flags);
            if (property != null)
                return property.GetValue(null, null);
            var field = type.GetField(data.Name, flags);
            return field != null ? field.GetValue(null) : type.GetMethod(data.Name, flags).Invoke(null, data.Arguments);
        }

        static void Run(Type type, MethodInfo method, object[] arguments)
        {
            var parameters = method.GetParameters();
            // A literal's type is not always the parameter's.
            arguments = parameters.Select((parameter, at) => at < arguments.Length ? Converted(arguments[at], parameter.ParameterType) : parameter.DefaultValue).ToArray();
            var test = method.IsStatic ? null : Activator.CreateInstance(type);
            try
            {
                var task = method.Invoke(test, arguments) as Task;
                if (task != null)
                    task.Wait();
            }
            finally
            {
                var disposable = test as IDisposable;
                if (disposable != null)
                    disposable.Dispose();
            }
        }

        static object Converted(object value, Type type)
        {
            if (value == null || type.IsInstanceOfType(value))
                return value;
            type = Nullable.GetUnderlyingType(type) ?? type;
            return type.IsEnum ? Enum.ToObject(type, value) : Convert.ChangeType(value, type);
        }
    }
}

namespace Microsoft.DotNet.XUnitExtensions { }

namespace System
{
    using Xunit;

    /// Microsoft's additions. What a test says of .NET Framework is not asked here.
    public static class AssertExtensions
    {
        public static T Throws<T>(string parameter, Action action) where T : ArgumentException { return Assert.Throws<T>(parameter, action); }
        public static T Throws<T>(string parameter, Func<object> action) where T : ArgumentException { return Assert.Throws<T>(parameter, action); }
        public static T Throws<T>(string parameter, string framework, Action action) where T : ArgumentException { return Assert.Throws<T>(parameter, action); }
        public static void Throws<T, U>(string parameter, string framework, Action action) where T : ArgumentException { Assert.Throws<T>(parameter, action); }
        public static void Throws<T>(Action action, string text) where T : Exception { Assert.Equal(text, Assert.Throws<T>(action).Message); }
    }

    public static class PlatformDetection
    {
        public static bool IsWindows { get { return true; } }
        public static bool IsWindows7 { get { return false; } }
        public static bool IsNotWindows7 { get { return true; } }
        public static bool IsFullFramework { get { return false; } }
        public static bool IsNetfx462OrNewer { get { return false; } }
        public static bool IsNetCore { get { return true; } }
        public static bool IsUap { get { return false; } }
    }
}
