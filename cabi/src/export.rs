//! How a function of `api` becomes an export.
//!
//! Its source is a Rust function that returns a `Result<()>`. `#[apply(export!)]` gives it its symbol, the
//! calling convention and NTSTATUS of the C function, and takes it through `entry`.

/// Exports a function. One without a result is `void` in C.
macro_rules! export {
    ($(#[$attribute:meta])* pub unsafe fn $($function:tt)*) => {
        export!(@ {$(#[$attribute])* #[unsafe(no_mangle)] pub unsafe} $($function)*);
    };
    ($(#[$attribute:meta])* pub fn $($function:tt)*) => {
        export!(@ {$(#[$attribute])* #[unsafe(no_mangle)] pub} $($function)*);
    };
    (@ $start:tt $name:ident($($parameter:ident: $type:ty),* $(,)?) -> $result:ty $body:block) => {
        convention! { $start fn $name($($parameter: $type),*) -> $crate::types::NTSTATUS {
            $crate::entry::entry(
                stringify!($name),
                || [$((stringify!($parameter), $crate::trace::Argument::from($parameter))),*],
                || -> $result { $body },
            )
        } }
    };
    (@ $start:tt $name:ident($($parameter:ident: $type:ty),* $(,)?) $body:block) => {
        convention! { $start fn $name($($parameter: $type),*) {
            $crate::entry::entry(
                stringify!($name),
                || [$((stringify!($parameter), $crate::trace::Argument::from($parameter))),*],
                || -> bcrypt_shim::status::Result<()> { $body; Ok(()) },
            );
        } }
    };
}

/// Declares functions that look at nothing they are given and answer STATUS_NOT_IMPLEMENTED. A trace of
/// them follows no pointer either.
macro_rules! absent {
    ($($(#[$attribute:meta])* fn $name:ident($($parameter:ident: $type:ty),* $(,)?);)*) => {$(
        convention! { {$(#[$attribute])* #[unsafe(no_mangle)] pub}
            fn $name($($parameter: $type),*) -> $crate::types::NTSTATUS {
                $crate::entry::entry(
                    stringify!($name),
                    || [$((stringify!($parameter), $crate::trace::Argument::unread($parameter))),*],
                    || Err(bcrypt_shim::status::Status::NotImplemented),
                )
            }
        }
    )*};
}

/// A function with the platform's calling convention, which is that of its own bcrypt.h.
#[cfg(not(feature = "ms-abi"))]
macro_rules! convention {
    ({$($start:tt)*} $($function:tt)*) => { $($start)* extern "system" $($function)* };
}

/// A function with the calling convention of 64-bit Windows, which a PE program calls with.
#[cfg(feature = "ms-abi")]
macro_rules! convention {
    ({$($start:tt)*} $($function:tt)*) => { $($start)* extern "win64" $($function)* };
}

#[cfg(all(feature = "ms-abi", not(target_arch = "x86_64")))]
compile_error!("the feature ms-abi is for x86_64: other processors have no second calling convention");
