//! Structures of the provider configuration calls. Those that a call gives out stand in one block with all that they point
//! at.

use super::{LPWSTR, PUCHAR, ULONG};

/// The functions a provider offers for one interface.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CRYPT_INTERFACE_REG {
    /// The interface: a BCRYPT_..._INTERFACE number.
    pub dwInterface: ULONG,
    /// CRYPT_LOCAL or CRYPT_DOMAIN.
    pub dwFlags: ULONG,
    /// Elements at `rgpszFunctions`.
    pub cFunctions: ULONG,
    /// Algorithm identifiers.
    pub rgpszFunctions: *mut LPWSTR,
}

/// A provider's library file and what it offers.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CRYPT_IMAGE_REG {
    /// The file's name.
    pub pszImage: LPWSTR,
    /// Elements at `rgpInterfaces`.
    pub cInterfaces: ULONG,
    /// The interfaces.
    pub rgpInterfaces: *mut *mut CRYPT_INTERFACE_REG,
}

/// The registration of a provider.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CRYPT_PROVIDER_REG {
    /// Elements at `rgpszAliases`.
    pub cAliases: ULONG,
    /// Further names of the provider.
    pub rgpszAliases: *mut LPWSTR,
    /// The user mode library; NULL for none.
    pub pUM: *mut CRYPT_IMAGE_REG,
    /// The kernel mode library; NULL for none.
    pub pKM: *mut CRYPT_IMAGE_REG,
}

/// Names of registered providers.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CRYPT_PROVIDERS {
    /// Elements at `rgpszProviders`.
    pub cProviders: ULONG,
    /// The names.
    pub rgpszProviders: *mut LPWSTR,
}

/// The settings of a context.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CRYPT_CONTEXT_CONFIG {
    /// CRYPT_EXCLUSIVE and CRYPT_OVERRIDE.
    pub dwFlags: ULONG,
    /// Zero.
    pub dwReserved: ULONG,
}

/// The settings of a function in a context.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CRYPT_CONTEXT_FUNCTION_CONFIG {
    /// CRYPT_EXCLUSIVE.
    pub dwFlags: ULONG,
    /// Zero.
    pub dwReserved: ULONG,
}

/// Names of contexts.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CRYPT_CONTEXTS {
    /// Elements at `rgpszContexts`.
    pub cContexts: ULONG,
    /// The names.
    pub rgpszContexts: *mut LPWSTR,
}

/// Names of the functions in a context.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CRYPT_CONTEXT_FUNCTIONS {
    /// Elements at `rgpszFunctions`.
    pub cFunctions: ULONG,
    /// The names.
    pub rgpszFunctions: *mut LPWSTR,
}

/// Names of the providers of a function in a context.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CRYPT_CONTEXT_FUNCTION_PROVIDERS {
    /// Elements at `rgpszProviders`.
    pub cProviders: ULONG,
    /// The names.
    pub rgpszProviders: *mut LPWSTR,
}

/// A named value of a function in a context.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CRYPT_PROPERTY_REF {
    /// The name.
    pub pszProperty: LPWSTR,
    /// Bytes at `pbValue`.
    pub cbValue: ULONG,
    /// The value.
    pub pbValue: PUCHAR,
}

/// A provider's library file.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CRYPT_IMAGE_REF {
    /// The file's name.
    pub pszImage: LPWSTR,
    /// CRYPT_MIN_DEPENDENCIES and CRYPT_PROCESS_ISOLATE.
    pub dwFlags: ULONG,
}

/// A provider that serves a function, as BCryptResolveProviders finds it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CRYPT_PROVIDER_REF {
    /// The interface: a BCRYPT_..._INTERFACE number.
    pub dwInterface: ULONG,
    /// The function.
    pub pszFunction: LPWSTR,
    /// The provider.
    pub pszProvider: LPWSTR,
    /// Elements at `rgpProperties`.
    pub cProperties: ULONG,
    /// The function's named values.
    pub rgpProperties: *mut *mut CRYPT_PROPERTY_REF,
    /// The user mode library; NULL for none.
    pub pUM: *mut CRYPT_IMAGE_REF,
    /// The kernel mode library; NULL for none.
    pub pKM: *mut CRYPT_IMAGE_REF,
}

/// The providers BCryptResolveProviders found, best first.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CRYPT_PROVIDER_REFS {
    /// Elements at `rgpProviders`.
    pub cProviders: ULONG,
    /// The providers.
    pub rgpProviders: *mut *mut CRYPT_PROVIDER_REF,
}
