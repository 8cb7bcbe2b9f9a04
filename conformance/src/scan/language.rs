//! The programming languages whose sources are read.

use std::path::Path;

/// A programming language, known by the extension of its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    C,
    CSharp,
    VisualBasic,
    Rust,
    Python,
    Delphi,
    Go,
}

impl Language {
    #[cfg(test)]
    pub const ALL: [Self; 7] =
        [Self::C, Self::CSharp, Self::VisualBasic, Self::Rust, Self::Python, Self::Delphi, Self::Go];

    pub fn of(path: &Path) -> Option<Self> {
        Some(match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "c" | "h" | "cc" | "cpp" | "cxx" | "c++" | "hh" | "hpp" | "hxx" | "inl" | "inc" | "m" | "mm" => {
                Self::C
            }
            "cs" => Self::CSharp,
            "vb" | "bas" | "cls" | "frm" => Self::VisualBasic,
            "rs" => Self::Rust,
            "py" | "pyw" => Self::Python,
            "pas" | "dpr" | "lpr" | "pp" => Self::Delphi,
            "go" => Self::Go,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::C => "C or C++ source",
            Self::CSharp => "C# source",
            Self::VisualBasic => "Visual Basic source",
            Self::Rust => "Rust source",
            Self::Python => "Python source",
            Self::Delphi => "Delphi source",
            Self::Go => "Go source",
        }
    }
}
