//! What a provider that is to be registered says of itself.

use bcrypt_shim::configuration;
use bcrypt_shim::names::{CRYPT_DOMAIN, CRYPT_LOCAL};
use bcrypt_shim::status::{Result, Status};

use crate::ptr;
use crate::types::{CRYPT_IMAGE_REG, CRYPT_INTERFACE_REG, CRYPT_PROVIDER_REG, LPWSTR, ULONG};

/// Checks a registration, of which nothing is kept.
///
/// Fails with `InvalidParameter` for NULL, for a count beside NULL, for NULL or an empty text among what is counted, for
/// an unknown interface, and where there is neither a user mode nor a kernel mode library.
///
/// # Safety
///
/// `registration` is NULL or points at a CRYPT_PROVIDER_REG with all that it points at.
pub unsafe fn check(registration: *const CRYPT_PROVIDER_REG) -> Result<()> {
    if registration.is_null() {
        return Err(Status::InvalidParameter);
    }
    // SAFETY: the caller's promise.
    let registration = unsafe { ptr::written(registration) };
    if registration.pUM.is_null() && registration.pKM.is_null() {
        return Err(Status::InvalidParameter);
    }
    // SAFETY: the caller's promise, for each of them.
    unsafe {
        texts(registration.rgpszAliases, registration.cAliases)?;
        image(registration.pUM)?;
        image(registration.pKM)
    }
}

/// # Safety
///
/// `image` is NULL or points at a CRYPT_IMAGE_REG with all that it points at.
unsafe fn image(image: *const CRYPT_IMAGE_REG) -> Result<()> {
    if image.is_null() {
        return Ok(());
    }
    // SAFETY: the caller's promise.
    unsafe {
        let image = ptr::written(image);
        text(image.pszImage)?;
        each(image.rgpInterfaces, image.cInterfaces, |entry| interface(entry))
    }
}

/// # Safety
///
/// `interface` is NULL or points at a CRYPT_INTERFACE_REG with all that it points at.
unsafe fn interface(interface: *const CRYPT_INTERFACE_REG) -> Result<()> {
    if interface.is_null() {
        return Err(Status::InvalidParameter);
    }
    // SAFETY: the caller's promise.
    let interface = unsafe { ptr::written(interface) };
    configuration::require_interface(interface.dwInterface)?;
    if interface.dwFlags & !(CRYPT_LOCAL | CRYPT_DOMAIN) != 0 {
        return Err(Status::InvalidParameter);
    }
    // SAFETY: the caller's promise.
    unsafe { texts(interface.rgpszFunctions, interface.cFunctions) }
}

/// # Safety
///
/// `texts` is NULL or points at `count` pointers, each of which is NULL or points at text.
unsafe fn texts(texts: *const LPWSTR, count: ULONG) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe { each(texts, count, |entry| text(entry)) }
}

/// # Safety
///
/// `text` is NULL or points at text.
unsafe fn text(text: LPWSTR) -> Result<()> {
    // SAFETY: the caller's promise.
    configuration::require_name(&unsafe { ptr::name(text) }?)
}

/// Checks each element of an array. Fails with `InvalidParameter` for NULL with a count.
///
/// # Safety
///
/// `array` is NULL or points at `count` elements.
unsafe fn each<T: Copy>(array: *const T, count: ULONG, mut check: impl FnMut(T) -> Result<()>) -> Result<()> {
    if count > 0 && array.is_null() {
        return Err(Status::InvalidParameter);
    }
    // SAFETY: the caller's promise: the index is below the count.
    (0..count as usize).try_for_each(|index| check(unsafe { ptr::written(array.wrapping_add(index)) }))
}
