//! Names of libraries and functions, as files and sources spell them.

/// A name as it can be printed: a hostile file may hold anything.
pub fn printable(name: &[u8]) -> String {
    String::from_utf8_lossy(name).replace(char::is_control, "?")
}

/// Whether a library's name is that of bcrypt.dll, in any spelling that a loader takes.
pub fn is_bcrypt(name: &[u8]) -> bool {
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
    matches!(
        file,
        "bcrypt"
            | "bcrypt.dll"
            | "libbcrypt"
            | "libbcrypt.so"
            | "libbcrypt.so.0"
            | "libbcrypt.dylib"
            | "libbcrypt.0.dylib"
    )
}

/// Whether a name has the form of bcrypt.dll's: `BCrypt` and another capital letter.
pub fn is_function_name(name: &str) -> bool {
    name.strip_prefix("BCrypt").is_some_and(|rest| {
        rest.starts_with(|first: char| first.is_ascii_uppercase())
            && rest.chars().all(|letter| letter.is_ascii_alphanumeric())
    })
}
