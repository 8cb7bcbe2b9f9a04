//! Sources of the other languages.

use crate::samples::{Answer, folder, scan, write};

fn source(name: &str, text: impl AsRef<[u8]>) -> Answer {
    // A folder of each test's own: several have a source of the same name, at the same time.
    let test = std::thread::current().name().unwrap_or_default().replace("::", " ");
    let answer = scan(&[write(&folder(&format!("source {test} {name}")), name, text)]);
    assert_eq!(answer.error, "", "{name}");
    answer
}

/// Wants exactly these functions, and the exit code that goes with them.
fn uses(name: &str, text: &str, functions: &[&str], code: i32) -> Answer {
    let answer = source(name, text);
    let found: Vec<_> = answer
        .text
        .lines()
        .filter(|line| line.starts_with("  ") && line.contains(';') && !line.contains("algorithm"))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!((found.as_slice(), answer.code), (functions, code), "{name}:\n{}", answer.text);
    answer
}

#[test]
fn c() {
    let text = "#include <bcrypt.h>\n#define BCRYPT_RSA_ALGORITHM L\"RSA\"\n\
        NTSTATUS WINAPI BCryptEncrypt(void *a, ULONG b);  /* a prototype alone uses nothing: BCryptDecrypt(x) */\n\
        extern NTSTATUS BCryptShiny(int a);\n\
        static void BCryptCheck(NTSTATUS s) { if (s) exit(1); }\n\
        int f(void) { BCryptCheck(BCryptGenRandom(BCRYPT_RNG_ALG_HANDLE, b, 1, 0));\n\
        return BCryptOpenAlgorithmProvider(&h, BCRYPT_LMS_ALGORITHM, 0, 0); } // BCryptHash(y)\n";
    let answer = uses("a.c", text, &["BCryptGenRandom", "BCryptOpenAlgorithmProvider", "BCryptShiny"], 1);
    assert!(answer.says("BCRYPT_RNG_ALG_HANDLE", "pseudo-handle implemented"), "{}", answer.text);
    assert!(answer.says("LMS", "algorithm not implemented") && !answer.names("RSA"), "{}", answer.text);
}

/// Types of the program's own, whose names sound like functions; the functions beside them still count.
#[test]
fn types_of_dotnet() {
    let text = "using BCryptHashFlags = Interop.BCrypt.BCryptHashFlags;\n\
        internal static class BCrypt { internal enum BCryptHashFlags : int { None } internal static class BCryptNames { }\n\
        [DllImport(\"bcrypt.dll\")] static extern int BCryptHash(IntPtr h); }\n\
        class Program { int f() { return Interop.BCrypt.BCryptHash(Interop.BCrypt.BCryptNames.Handle)\n\
        + Interop.BCrypt.BCryptNews(BCryptHashFlags.None); } }\n";
    uses("a.cs", text, &["BCryptHash", "BCryptNews"], 1);
    let text = "Enum BCryptNames\n One\nEnd Enum\nPublic Class BCryptKeys\nEnd Class\n\
        <DllImport(\"bcrypt.dll\")> Public Shared Function BCryptDestroyKey(k As IntPtr) As Integer\n\
        x = bcrypt.BCryptKeys.One\n";
    uses("a.vb", text, &["BCryptDestroyKey"], 0);
}

#[test]
fn visual_basic() {
    let text = "' BCryptHash is a comment\n\
        Declare Function Random Lib \"bcrypt.dll\" Alias \"BCryptGenRandom\" (h As IntPtr) As Integer\n\
        Private Declare Unicode Function BCryptNews Lib \"bcrypt\" (h As IntPtr) As Integer\n\
        <DllImport(\"bcrypt.dll\", EntryPoint:=\"BCryptSignHash\")> _\n\
        Public Shared Function Sign(<MarshalAs(UnmanagedType.LPWStr)> n As String) As Integer\n\
        <DllImport(\"bcrypt.dll\")> Public Shared Function BCryptDestroyKey(k As IntPtr) As Integer\n";
    uses("a.vb", text, &["BCryptDestroyKey", "BCryptGenRandom", "BCryptNews", "BCryptSignHash"], 1);
}

#[test]
fn rust() {
    let text = "// BCryptHash\n\
        #[link(name = \"bcrypt\")]\nunsafe extern \"system\" { fn BCryptGenRandom(h: *mut u8) -> i32; fn BCryptNews(); }\n\
        fn BCryptOwn() -> i32 { 1 }\n\
        windows_link::link!(\"bcrypt.dll\" \"system\" fn BCryptDestroyKey(k: usize) -> i32);\n\
        fn f<'a>() { unsafe { BCryptSecretAgreement(a, b, c, 0); BCryptOwn(); } }\n";
    uses("a.rs", text, &["BCryptDestroyKey", "BCryptGenRandom", "BCryptNews", "BCryptSecretAgreement"], 1);
}

#[test]
fn python() {
    let text = "import ctypes\nlib = ctypes.WinDLL('bcrypt.dll')  # lib.BCryptHash\n\
        lib.BCryptOpenAlgorithmProvider(h, wide('ECDH\\0'), None, 0)\ngetattr(lib, \"BCryptDecrypt\")\n\
        lib.BCryptNews()\nhasher = BCryptPasswordHasher()\n";
    let answer = uses("a.py", text, &["BCryptDecrypt", "BCryptNews", "BCryptOpenAlgorithmProvider"], 1);
    assert!(answer.says("ECDH", "algorithm implemented"), "{}", answer.text);
}

#[test]
fn delphi() {
    let text = "{ BCryptHash } const lib = 'bcrypt.dll';\n\
        function BCryptGenRandom(h: Pointer): Integer; stdcall; external 'bcrypt.dll';\n\
        function Sign(h: Pointer): Integer; stdcall; external 'bcrypt.dll' name 'BCryptSignHash';\n\
        procedure Odd; stdcall; external bcrypt_lib;\n";
    uses("a.pas", text, &["BCryptGenRandom", "BCryptSignHash", "Odd"], 1);
}

#[test]
fn go() {
    let text = "package x\n// BCryptHash\n\
        //sys\tgenerate(h uintptr) (s error) = bcrypt.BCryptGenRandom\n\
        var dll = syscall.NewLazyDLL(\"bcrypt.dll\")\nvar sign = dll.NewProc(\"BCryptSignHash\")\n\
        var news = dll.NewProc(\"BCryptNews\")\n";
    uses("a.go", text, &["BCryptGenRandom", "BCryptNews", "BCryptSignHash"], 1);
}

/// Sources of Windows are often UTF-16.
#[test]
fn other_encodings() {
    let text = "\u{FEFF}x = BCryptHash(a) 'é";
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(source("wide.vb", bytes).names("BCryptHash"));
    assert!(source("mark.c", text).names("BCryptHash"));
    assert!(source("latin.c", b"/* \xE9 */ x = BCryptHash(a);").names("BCryptHash"));
}

/// A word that nothing takes means something else.
#[test]
fn names_need_a_function_that_takes_them() {
    assert_eq!(source("a.py", "kind = 'RSA'").code, 0);
    assert!(!source("b.py", "lib.BCryptGenRandom(); kind = 'RSA'").names("RSA"));
    assert!(source("c.py", "lib.BCryptOpenAlgorithmProvider(); kind = 'RSA'").names("RSA"));
}
