//! How a function of `api` becomes an export.
//!
//! Its source is a Rust function that returns a `Result<()>`. `#[apply(export!)]` gives it its symbol, the
//! calling convention and NTSTATUS of the C function, takes it through `entry`, and traces it. As long as
//! nothing is traced an export is one comparison and a jump to its body.

/// Exports a function. One without a result is `void` in C.
macro_rules! export {
    ($($function:tt)*) => { exported! { [$crate::entry::entry] $($function)* } };
}

/// Exports a function that gives something back, which works while memory is short too.
macro_rules! export_releasing {
    ($($function:tt)*) => { exported! { [$crate::entry::releasing] $($function)* } };
}

/// Exports a function that works on a private key: the stack it used is overwritten.
macro_rules! export_of_key {
    ($($function:tt)*) => {
        exported! { [$crate::entry::secret_entry::<{ bcrypt_shim::engine::stack::KEY }>] $($function)* }
    };
}

/// Exports a function that encapsulates a secret or gets it back: the stack it used is overwritten.
macro_rules! export_of_encapsulation {
    ($($function:tt)*) => {
        exported! { [$crate::entry::secret_entry::<{ bcrypt_shim::engine::stack::ENCAPSULATION }>] $($function)* }
    };
}

/// Exports a function that works on a secret or a private value: the stack it used is overwritten.
macro_rules! export_of_secret {
    ($($function:tt)*) => {
        exported! { [$crate::entry::secret_entry::<{ bcrypt_shim::engine::stack::DERIVATION }>] $($function)* }
    };
}

/// Exports a function that goes on with a hash: the stack it used is overwritten if there was a key.
macro_rules! export_of_mac {
    ($($function:tt)*) => {
        exported! { [$crate::entry::secret_entry::<{ bcrypt_shim::engine::stack::MAC }>] $($function)* }
    };
}

/// Exports a function that makes or copies a hash: the same, deeper.
macro_rules! export_of_mac_key {
    ($($function:tt)*) => {
        exported! { [$crate::entry::secret_entry::<{ bcrypt_shim::engine::stack::MAC_KEY }>] $($function)* }
    };
}

/// Exports a function that encrypts or decrypts: the stack it used is overwritten.
macro_rules! export_of_cipher {
    ($($function:tt)*) => {
        exported! { [$crate::entry::secret_entry::<{ bcrypt_shim::engine::stack::CIPHER }>] $($function)* }
    };
}

/// A function that becomes an export; what runs its body stands first.
macro_rules! exported {
    ($run:tt $(#[$attribute:meta])* pub unsafe fn $($function:tt)*) => {
        exported!(@ $run {$(#[$attribute])* #[unsafe(no_mangle)] pub unsafe} $($function)*);
    };
    ($run:tt $(#[$attribute:meta])* pub fn $($function:tt)*) => {
        exported!(@ $run {$(#[$attribute])* #[unsafe(no_mangle)] pub} $($function)*);
    };
    (@ [$($run:tt)*] $start:tt $name:ident $parameters:tt -> $result:ty $body:block) => {
        traceable! { $start fn $name $parameters -> $crate::types::NTSTATUS, from, {
            $($run)*(stringify!($name), || -> $result { $body })
        } }
    };
    (@ [$($run:tt)*] $start:tt $name:ident $parameters:tt $body:block) => {
        traceable! { $start fn $name $parameters -> (), from, {
            $($run)*(stringify!($name), || { $body; Ok(()) })
        } }
    };
}

/// Declares functions that look at nothing they are given and answer STATUS_NOT_IMPLEMENTED. A trace of
/// them follows no pointer either.
macro_rules! absent {
    ($($(#[$attribute:meta])* fn $name:ident $parameters:tt;)*) => {$(
        traceable! {
            {$(#[$attribute])* #[unsafe(no_mangle)] #[allow(unused_variables, reason = "they are not looked at")] pub}
            fn $name $parameters -> $crate::types::NTSTATUS, unread, {
                $crate::entry::absent(stringify!($name))
            }
        }
    )*};
}

/// A function that is traced if tracing is on; `$argument` makes a trace's argument of a parameter.
macro_rules! traceable {
    (
        $start:tt fn $name:ident($($parameter:ident: $type:ty),* $(,)?) -> $result:ty, $argument:ident, $body:block
    ) => {
        convention! { $start fn $name($($parameter: $type),*) -> $result {
            convention! { {} fn call($($parameter: $type),*) -> $crate::types::NTSTATUS $body }
            convention! { {#[cold]} fn traced($($parameter: $type),*) -> $crate::types::NTSTATUS {
                let arguments = [$((stringify!($parameter), $crate::trace::Argument::$argument($parameter))),*];
                $crate::trace::call(stringify!($name), &arguments, &|| call($($parameter),*))
            } }
            let status = if $crate::trace::is_off() { call($($parameter),*) } else { traced($($parameter),*) };
            <$result as $crate::export::Answer>::of(status)
        } }
    };
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

/// What a C function gives back.
pub trait Answer {
    /// Of the status that its body ended with.
    fn of(status: crate::types::NTSTATUS) -> Self;
}

impl Answer for crate::types::NTSTATUS {
    fn of(status: crate::types::NTSTATUS) -> Self {
        status
    }
}

impl Answer for () {
    fn of(_: crate::types::NTSTATUS) -> Self {}
}
