//! Who is measured, each behind the same interface.

pub mod bcrypt;
pub mod engine;
pub mod gnutls;
pub mod nettle;
pub mod openssl;
pub mod rustcrypto;

use crate::algorithm::{Algorithm, Operation};
use crate::measure::Work;

/// A library that agrees on secrets.
pub trait Peer {
    fn name(&self) -> &'static str;
    fn version(&self) -> String;
    /// The operation on keys made beforehand, or `None` if this peer has no such thing.
    fn work<'a>(&'a self, operation: Operation, algorithm: &Algorithm) -> Option<Work<'a>>;
}

/// Functions of a library by name and type: of one of the system, by its file's names, or of ours, wherever it is.
macro_rules! functions {
    ($(#[$about:meta])* $type:ident from $($file:literal),+ { $($functions:tt)* }) => {
        $crate::peer::functions! { $(#[$about])* $type { $($functions)* } }

        impl $type {
            /// `None` if the library or one of the functions is not there.
            pub fn load() -> Option<Self> {
                let names = [$($file),+];
                // SAFETY: a system library without requirements; it stays loaded.
                let library = names.iter().find_map(|name| unsafe { libloading::Library::new(*name) }.ok())?;
                Self::of(Box::leak(Box::new(library)))
            }
        }
    };
    ($(#[$about:meta])* $type:ident { $($field:ident: $symbol:literal, fn($($argument:ty),* $(; $dots:tt)?) $(-> $result:ty)?;)* }) => {
        $(#[$about])*
        pub struct $type { $(pub $field: unsafe extern "C" fn($($argument),* $(, $dots)?) $(-> $result)?,)* }

        impl $type {
            /// `None` if one of the functions is not there.
            fn of(library: &'static libloading::Library) -> Option<Self> {
                Some(Self {
                    // SAFETY: the types are those of the library's headers.
                    $($field: *unsafe { library.get($symbol) }.ok()?,)*
                })
            }
        }
    };
}
pub(crate) use functions;
