//! The structures of bcrypt.h, as the compiler of this system lays them out.

/// What a field is.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A ULONG: what it holds where a scenario gives nothing.
    Number(Default),
    /// A ULONGLONG.
    Long,
    /// A pointer to NUL-terminated UTF-16.
    Text,
    /// A pointer to bytes; the field with their number.
    Bytes(&'static str),
    /// A pointer to pointers to UTF-16; the field with their number.
    Texts(&'static str),
    /// A pointer to one structure.
    One(fn() -> &'static Layout),
    /// A pointer to structures, one after the other; the field with their number.
    Array(fn() -> &'static Layout, &'static str),
    /// A pointer to pointers to structures; the field with their number.
    Pointers(fn() -> &'static Layout, &'static str),
}

impl Kind {
    /// Whether the field is a pointer.
    pub fn is_pointer(self) -> bool {
        !matches!(self, Self::Number(_) | Self::Long)
    }

    /// The field's size in bytes, which is its alignment too.
    pub fn size(self) -> usize {
        match self {
            Self::Number(_) => 4,
            Self::Long => 8,
            _ => size_of::<usize>(),
        }
    }
}

/// What a number holds where a scenario gives nothing.
#[derive(Clone, Copy, Debug)]
pub enum Default {
    /// This.
    Is(u32),
    /// The structure's size.
    Whole,
    /// The number of bytes that another field points at.
    SizeOf(&'static str),
    /// The number of entries that another field points at.
    CountOf(&'static str),
}

/// A field.
#[derive(Debug)]
pub struct Field {
    /// Its name in bcrypt.h.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
}

/// A structure.
#[derive(Debug)]
pub struct Layout {
    /// Its name in bcrypt.h.
    pub name: &'static str,
    /// Its fields, in order.
    pub fields: &'static [Field],
}

impl Layout {
    /// Its size in bytes, a multiple of its alignment.
    pub fn size(&self) -> usize {
        let (end, alignment) = self.places().fold((0, 1), |(_, alignment), (at, field)| {
            (at + field.kind.size(), alignment.max(field.kind.size()))
        });
        end.next_multiple_of(alignment)
    }

    /// The fields and where each begins.
    pub fn places(&self) -> impl Iterator<Item = (usize, &'static Field)> {
        self.fields.iter().scan(0_usize, |end, field| {
            let at = end.next_multiple_of(field.kind.size());
            *end = at + field.kind.size();
            Some((at, field))
        })
    }

    /// The field of a name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Where the field of a name begins, and the field.
    pub fn place(&self, name: &str) -> Option<(usize, &'static Field)> {
        self.places().find(|(_, field)| field.name == name)
    }
}

/// The structure of a name.
pub fn find(name: &str) -> Option<&'static Layout> {
    LAYOUTS.iter().find(|layout| layout.name == name)
}

macro_rules! kind {
    (number) => {
        Kind::Number(Default::Is(0))
    };
    (number = $value:literal) => {
        Kind::Number(Default::Is($value))
    };
    (whole) => {
        Kind::Number(Default::Whole)
    };
    (size of $field:ident) => {
        Kind::Number(Default::SizeOf(stringify!($field)))
    };
    (count of $field:ident) => {
        Kind::Number(Default::CountOf(stringify!($field)))
    };
    (long) => {
        Kind::Long
    };
    (text) => {
        Kind::Text
    };
    (bytes by $count:ident) => {
        Kind::Bytes(stringify!($count))
    };
    (texts by $count:ident) => {
        Kind::Texts(stringify!($count))
    };
    (one $layout:ident) => {
        Kind::One(|| named(stringify!($layout)))
    };
    (array $layout:ident by $count:ident) => {
        Kind::Array(|| named(stringify!($layout)), stringify!($count))
    };
    (pointers $layout:ident by $count:ident) => {
        Kind::Pointers(|| named(stringify!($layout)), stringify!($count))
    };
}

macro_rules! layouts {
    ($($name:ident { $($field:ident: ($($kind:tt)*)),* $(,)? })*) => {
        /// Every structure that scenarios may name.
        pub static LAYOUTS: &[Layout] = &[$(Layout {
            name: stringify!($name),
            fields: &[$(Field { name: stringify!($field), kind: kind!($($kind)*) }),*],
        }),*];
    };
}

/// The structure of a name that stands in the table below, which a test makes sure of.
fn named(name: &str) -> &'static Layout {
    static NONE: Layout = Layout { name: "", fields: &[] };
    find(name).unwrap_or(&NONE)
}

layouts! {
    BCryptBuffer { cbBuffer: (size of pvBuffer), BufferType: (number), pvBuffer: (bytes by cbBuffer) }
    BCryptBufferDesc { ulVersion: (number), cBuffers: (count of pBuffers), pBuffers: (array BCryptBuffer by cBuffers) }
    BCRYPT_PKCS1_PADDING_INFO { pszAlgId: (text) }
    BCRYPT_PSS_PADDING_INFO { pszAlgId: (text), cbSalt: (number) }
    BCRYPT_OAEP_PADDING_INFO { pszAlgId: (text), pbLabel: (bytes by cbLabel), cbLabel: (size of pbLabel) }
    BCRYPT_PQDSA_PADDING_INFO { pbCtx: (bytes by cbCtx), cbCtx: (size of pbCtx), pszPrehashAlgId: (text) }
    BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO {
        cbSize: (whole), dwInfoVersion: (number = 1), pbNonce: (bytes by cbNonce), cbNonce: (size of pbNonce),
        pbAuthData: (bytes by cbAuthData), cbAuthData: (size of pbAuthData), pbTag: (bytes by cbTag),
        cbTag: (size of pbTag), pbMacContext: (bytes by cbMacContext), cbMacContext: (size of pbMacContext),
        cbAAD: (number), cbData: (long), dwFlags: (number),
    }
    BCRYPT_MULTI_HASH_OPERATION {
        iHash: (number), hashOperation: (number), pbBuffer: (bytes by cbBuffer), cbBuffer: (size of pbBuffer),
    }
    BCRYPT_OID { cbOID: (size of pbOID), pbOID: (bytes by cbOID) }
    BCRYPT_OID_LIST { dwOIDCount: (count of pOIDs), pOIDs: (array BCRYPT_OID by dwOIDCount) }
    BCRYPT_ECC_CURVE_NAMES { dwEccCurveNames: (count of pEccCurveNames), pEccCurveNames: (texts by dwEccCurveNames) }
    CRYPT_INTERFACE_REG {
        dwInterface: (number), dwFlags: (number), cFunctions: (count of rgpszFunctions),
        rgpszFunctions: (texts by cFunctions),
    }
    CRYPT_IMAGE_REG {
        pszImage: (text), cInterfaces: (count of rgpInterfaces),
        rgpInterfaces: (pointers CRYPT_INTERFACE_REG by cInterfaces),
    }
    CRYPT_PROVIDER_REG {
        cAliases: (count of rgpszAliases), rgpszAliases: (texts by cAliases), pUM: (one CRYPT_IMAGE_REG),
        pKM: (one CRYPT_IMAGE_REG),
    }
    CRYPT_PROVIDERS { cProviders: (count of rgpszProviders), rgpszProviders: (texts by cProviders) }
    CRYPT_CONTEXT_CONFIG { dwFlags: (number), dwReserved: (number) }
    CRYPT_CONTEXT_FUNCTION_CONFIG { dwFlags: (number), dwReserved: (number) }
    CRYPT_CONTEXTS { cContexts: (count of rgpszContexts), rgpszContexts: (texts by cContexts) }
    CRYPT_CONTEXT_FUNCTIONS { cFunctions: (count of rgpszFunctions), rgpszFunctions: (texts by cFunctions) }
    CRYPT_CONTEXT_FUNCTION_PROVIDERS {
        cProviders: (count of rgpszProviders), rgpszProviders: (texts by cProviders),
    }
    CRYPT_PROPERTY_REF { pszProperty: (text), cbValue: (size of pbValue), pbValue: (bytes by cbValue) }
    CRYPT_IMAGE_REF { pszImage: (text), dwFlags: (number) }
    CRYPT_PROVIDER_REF {
        dwInterface: (number), pszFunction: (text), pszProvider: (text), cProperties: (count of rgpProperties),
        rgpProperties: (pointers CRYPT_PROPERTY_REF by cProperties), pUM: (one CRYPT_IMAGE_REF),
        pKM: (one CRYPT_IMAGE_REF),
    }
    CRYPT_PROVIDER_REFS {
        cProviders: (count of rgpProviders), rgpProviders: (pointers CRYPT_PROVIDER_REF by cProviders),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_one_of_the_table() {
        for layout in LAYOUTS {
            for field in layout.fields {
                let (inner, other) = match field.kind {
                    Kind::One(inner) => (Some(inner()), None),
                    Kind::Array(inner, count) | Kind::Pointers(inner, count) => (Some(inner()), Some(count)),
                    Kind::Bytes(other)
                    | Kind::Texts(other)
                    | Kind::Number(Default::SizeOf(other) | Default::CountOf(other)) => (None, Some(other)),
                    _ => (None, None),
                };
                assert!(inner.is_none_or(|inner| !inner.fields.is_empty()), "{} {}", layout.name, field.name);
                assert!(
                    other.is_none_or(|other| layout.field(other).is_some()),
                    "{} {}",
                    layout.name,
                    field.name
                );
            }
        }
    }

    #[cfg(target_pointer_width = "64")]
    #[test]
    fn sizes_are_those_of_the_compiler() {
        for (name, size, last) in [
            ("BCryptBufferDesc", 16, 8),
            ("BCRYPT_PSS_PADDING_INFO", 16, 8),
            ("BCRYPT_OAEP_PADDING_INFO", 24, 16),
            ("BCRYPT_PQDSA_PADDING_INFO", 24, 16),
            ("BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO", 88, 80),
            ("BCRYPT_MULTI_HASH_OPERATION", 24, 16),
            ("CRYPT_PROVIDER_REG", 32, 24),
            ("CRYPT_INTERFACE_REG", 24, 16),
            ("CRYPT_CONTEXT_CONFIG", 8, 4),
            ("CRYPT_PROVIDER_REF", 56, 48),
        ] {
            let layout = find(name).unwrap();
            assert_eq!((layout.size(), layout.places().last().unwrap().0), (size, last), "{name}");
        }
    }
}
