//! Parameter lists of BCryptDeriveKey and BCryptKeyDerivation, laid out as `windows-sys` says.

use windows_sys::Win32::Security::Cryptography as cng;
use windows_sys::Win32::Security::Cryptography::{BCryptBuffer, BCryptBufferDesc};

use crate::support::text::wide_bytes;

/// The buffers of one list, in order.
#[derive(Clone, Default)]
pub struct Params(Vec<(u32, Vec<u8>)>);

impl Params {
    /// No list at all: the call gets a NULL pointer as long as nothing is added.
    pub fn none() -> Params {
        Params::default()
    }

    /// One more buffer of a KDF_* type.
    pub fn with(mut self, kind: u32, bytes: &[u8]) -> Params {
        self.0.push((kind, bytes.to_vec()));
        self
    }

    /// KDF_HASH_ALGORITHM with the name and its NUL.
    pub fn hash(self, name: &str) -> Params {
        self.with(cng::KDF_HASH_ALGORITHM, &wide_bytes(name))
    }

    /// KDF_SECRET_PREPEND
    pub fn prepend(self, bytes: &[u8]) -> Params {
        self.with(cng::KDF_SECRET_PREPEND, bytes)
    }

    /// KDF_SECRET_APPEND
    pub fn append(self, bytes: &[u8]) -> Params {
        self.with(cng::KDF_SECRET_APPEND, bytes)
    }

    /// Without the buffers of a type.
    pub fn without(mut self, kind: u32) -> Params {
        self.0.retain(|(other, _)| *other != kind);
        self
    }

    /// The buffers of these types alone.
    pub fn only(mut self, kinds: &[u32]) -> Params {
        self.0.retain(|(other, _)| kinds.contains(other));
        self
    }

    /// These buffers and then those.
    pub fn and(mut self, other: &Params) -> Params {
        self.0.extend_from_slice(&other.0);
        self
    }

    /// Whether there is a buffer of a type.
    pub fn has(&self, kind: u32) -> bool {
        self.0.iter().any(|(other, _)| *other == kind)
    }

    /// Calls `f` with the list and one more buffer, which lies where the caller has it.
    pub fn list_with<R>(&self, more: BCryptBuffer, f: impl FnOnce(*const BCryptBufferDesc) -> R) -> R {
        let mut buffers: Vec<BCryptBuffer> =
            self.0.iter().map(|(kind, bytes)| buffer(*kind, bytes)).chain([more]).collect();
        f(&description(&mut buffers))
    }

    /// Calls `f` with the list as C sees it. The version is one that Windows does not define: behaviour.md
    /// e2.
    pub fn list<R>(&self, f: impl FnOnce(*const BCryptBufferDesc) -> R) -> R {
        if self.0.is_empty() {
            return f(std::ptr::null());
        }
        let mut buffers: Vec<BCryptBuffer> =
            self.0.iter().map(|(kind, bytes)| buffer(*kind, bytes)).collect();
        f(&description(&mut buffers))
    }
}

/// One buffer that points at `bytes`.
pub fn buffer(kind: u32, bytes: &[u8]) -> BCryptBuffer {
    BCryptBuffer {
        cbBuffer: u32::try_from(bytes.len()).unwrap(),
        BufferType: kind,
        pvBuffer: bytes.as_ptr().cast_mut().cast(),
    }
}

/// A list that points at `buffers`.
pub fn description(buffers: &mut [BCryptBuffer]) -> BCryptBufferDesc {
    BCryptBufferDesc {
        ulVersion: 0xDEAD_BEEF,
        cBuffers: u32::try_from(buffers.len()).unwrap(),
        pBuffers: buffers.as_mut_ptr(),
    }
}
