//! .NET: the source and the assembly that a compiler makes of it.

use crate::samples::{Answer, folder, found, scan, tool, write};

const SOURCE: &str = r##"
using System;
using System.Runtime.InteropServices;

static class Program
{
    const string BCRYPT = "bcrypt.dll";

    [DllImport("bcrypt.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
    static extern uint BCryptOpenAlgorithmProvider(out IntPtr handle, string name, string provider, uint flags);

    [DllImport(BCRYPT, EntryPoint = "BCryptSetAuditingInterface")]
    [return: MarshalAs(UnmanagedType.U4)]
    static extern uint Sign(IntPtr key);

    [DllImport("BCrypt"), System.Security.SuppressUnmanagedCodeSecurity]
    public static extern uint Unknown(IntPtr key, [MarshalAs(UnmanagedType.LPWStr)] string name);

    [DllImport("kernel32.dll", EntryPoint = "BCryptSomethingElse")]
    static extern uint Other();

    // BCryptEncrypt(x) is not used.
    static int Main()
    {
        IntPtr handle;
        return (int)(BCryptOpenAlgorithmProvider(out handle, "ECDH_P521", null, 0) + Sign(handle)
            + Unknown(handle, "LMS") + Other());
    }
}
"##;

fn check(answer: &Answer) {
    assert_eq!((answer.code, answer.error.as_str()), (1, ""), "{}", answer.text);
    assert!(answer.says("BCryptOpenAlgorithmProvider", "implemented; P/Invoke"), "{}", answer.text);
    assert!(
        answer
            .says("BCryptSetAuditingInterface", "not implemented (answers STATUS_NOT_IMPLEMENTED); P/Invoke")
    );
    assert!(answer.says("Unknown", "not an export of bcrypt.dll; P/Invoke"), "{}", answer.text);
    assert!(answer.says("ECDH_P521", "algorithm implemented"), "{}", answer.text);
    assert!(answer.says("LMS", "algorithm not implemented"), "{}", answer.text);
    assert!(answer.text.ends_with("not covered: 2 of 3 functions, 1 of 2 names\n"), "{}", answer.text);
}

#[test]
fn a_source() {
    check(&scan(&[write(&folder("cs"), "program.cs", SOURCE)]));
}

#[test]
fn an_assembly() {
    if !found("mcs") {
        return;
    }
    let folder = folder("assembly");
    write(&folder, "program.cs", SOURCE);
    tool(&folder, "mcs", &["-out:program.exe", "program.cs"]);
    let answer = scan(&[folder.join("program.exe")]);
    assert!(answer.text.contains(".NET assembly"), "{}", answer.text);
    check(&answer);
}
