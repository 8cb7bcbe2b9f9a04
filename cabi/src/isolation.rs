//! Keeps the host program's symbols out of the engine.
//!
//! The engine looks for a memory allocator under these names by weak references, so that a program can
//! bring its own. In a shared library that would let any host process that happens to define one of
//! them be called with our secrets' memory. As this library is built the engine has other names for them, which are in
//! `bcrypt_shim::engine::ffi`; where it is built otherwise, a hidden reference resolves within this library only, where
//! there is none, so the engine uses malloc.

#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
core::arch::global_asm!(
    ".weak OPENSSL_memory_alloc",
    ".hidden OPENSSL_memory_alloc",
    ".weak OPENSSL_memory_free",
    ".hidden OPENSSL_memory_free",
    ".weak OPENSSL_memory_get_size",
    ".hidden OPENSSL_memory_get_size",
    ".weak OPENSSL_memory_realloc",
    ".hidden OPENSSL_memory_realloc",
    ".weak sdallocx",
    ".hidden sdallocx",
);
