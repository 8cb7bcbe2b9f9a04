using System;
using System.Runtime.InteropServices;

// Imports from bcrypt.dll in every spelling, and says of each what became of it. A handle opened through one spelling
// is closed through the spelling before: they must be one library.
static class Program
{
    delegate int Open(out IntPtr algorithm);

/*CLASSES*/
    static Func<IntPtr, int> before;

    static void Try(string spelling, Open open, Func<IntPtr, int> close)
    {
        try
        {
            IntPtr algorithm;
            int opened = open(out algorithm);
            int closed = (before ?? close)(algorithm);
            before = close;
            Console.WriteLine(spelling + " " + opened.ToString("x8") + " " + closed.ToString("x8"));
        }
        catch (DllNotFoundException)
        {
            Console.WriteLine(spelling + " not found");
        }
    }

    static void Main()
    {
/*CALLS*/
    }
}
