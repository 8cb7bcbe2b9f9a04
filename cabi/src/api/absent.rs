//! The exports of bcrypt.dll that this library does not implement, so that any program links.
//!
//! Each looks at nothing it is given and answers STATUS_NOT_IMPLEMENTED. The lines below are data: the header's
//! generator reads the prototypes from here too, one declaration a statement.

use crate::types::*;

// Key derivation without an agreement.
absent! {
    /// Derives a key from a symmetric key.
    fn BCryptKeyDerivation(hKey: BCRYPT_KEY_HANDLE, pParameterList: *mut BCryptBufferDesc, pbDerivedKey: PUCHAR, cbDerivedKey: ULONG, pcbResult: *mut ULONG, dwFlags: ULONG);
}

// Configuration of contexts: which functions and providers a machine offers, and in which order.
absent! {
    /// Creates a context.
    fn BCryptCreateContext(dwTable: ULONG, pszContext: LPCWSTR, pConfig: *mut CRYPT_CONTEXT_CONFIG);
    /// Deletes a context.
    fn BCryptDeleteContext(dwTable: ULONG, pszContext: LPCWSTR);
    /// Lists the contexts.
    fn BCryptEnumContexts(dwTable: ULONG, pcbBuffer: *mut ULONG, ppBuffer: *mut *mut CRYPT_CONTEXTS);
    /// Changes the settings of a context.
    fn BCryptConfigureContext(dwTable: ULONG, pszContext: LPCWSTR, pConfig: *mut CRYPT_CONTEXT_CONFIG);
    /// Reads the settings of a context.
    fn BCryptQueryContextConfiguration(dwTable: ULONG, pszContext: LPCWSTR, pcbBuffer: *mut ULONG, ppBuffer: *mut *mut CRYPT_CONTEXT_CONFIG);
    /// Adds a function to a context.
    fn BCryptAddContextFunction(dwTable: ULONG, pszContext: LPCWSTR, dwInterface: ULONG, pszFunction: LPCWSTR, dwPosition: ULONG);
    /// Removes a function from a context.
    fn BCryptRemoveContextFunction(dwTable: ULONG, pszContext: LPCWSTR, dwInterface: ULONG, pszFunction: LPCWSTR);
    /// Lists the functions of a context.
    fn BCryptEnumContextFunctions(dwTable: ULONG, pszContext: LPCWSTR, dwInterface: ULONG, pcbBuffer: *mut ULONG, ppBuffer: *mut *mut CRYPT_CONTEXT_FUNCTIONS);
    /// Changes the settings of a function.
    fn BCryptConfigureContextFunction(dwTable: ULONG, pszContext: LPCWSTR, dwInterface: ULONG, pszFunction: LPCWSTR, pConfig: *mut CRYPT_CONTEXT_FUNCTION_CONFIG);
    /// Reads the settings of a function.
    fn BCryptQueryContextFunctionConfiguration(dwTable: ULONG, pszContext: LPCWSTR, dwInterface: ULONG, pszFunction: LPCWSTR, pcbBuffer: *mut ULONG, ppBuffer: *mut *mut CRYPT_CONTEXT_FUNCTION_CONFIG);
    /// Sets a named value of a function.
    fn BCryptSetContextFunctionProperty(dwTable: ULONG, pszContext: LPCWSTR, dwInterface: ULONG, pszFunction: LPCWSTR, pszProperty: LPCWSTR, cbValue: ULONG, pbValue: PUCHAR);
    /// Reads a named value of a function.
    fn BCryptQueryContextFunctionProperty(dwTable: ULONG, pszContext: LPCWSTR, dwInterface: ULONG, pszFunction: LPCWSTR, pszProperty: LPCWSTR, pcbValue: *mut ULONG, ppbValue: *mut PUCHAR);
    /// Adds a provider to a function.
    fn BCryptAddContextFunctionProvider(dwTable: ULONG, pszContext: LPCWSTR, dwInterface: ULONG, pszFunction: LPCWSTR, pszProvider: LPCWSTR, dwPosition: ULONG);
    /// Removes a provider from a function.
    fn BCryptRemoveContextFunctionProvider(dwTable: ULONG, pszContext: LPCWSTR, dwInterface: ULONG, pszFunction: LPCWSTR, pszProvider: LPCWSTR);
    /// Lists the providers of a function.
    fn BCryptEnumContextFunctionProviders(dwTable: ULONG, pszContext: LPCWSTR, dwInterface: ULONG, pszFunction: LPCWSTR, pcbBuffer: *mut ULONG, ppBuffer: *mut *mut CRYPT_CONTEXT_FUNCTION_PROVIDERS);
}

// Registration of providers.
absent! {
    /// Registers a provider.
    fn BCryptRegisterProvider(pszProvider: LPCWSTR, dwFlags: ULONG, pReg: *mut CRYPT_PROVIDER_REG);
    /// Removes a provider's registration.
    fn BCryptUnregisterProvider(pszProvider: LPCWSTR);
    /// Lists the registered providers.
    fn BCryptEnumRegisteredProviders(pcbBuffer: *mut ULONG, ppBuffer: *mut *mut CRYPT_PROVIDERS);
    /// Reads a provider's registration.
    fn BCryptQueryProviderRegistration(pszProvider: LPCWSTR, dwMode: ULONG, dwInterface: ULONG, pcbBuffer: *mut ULONG, ppBuffer: *mut *mut CRYPT_PROVIDER_REG);
    /// Finds the providers that serve a function.
    fn BCryptResolveProviders(pszContext: LPCWSTR, dwInterface: ULONG, pszFunction: LPCWSTR, pszProvider: LPCWSTR, dwMode: ULONG, dwFlags: ULONG, pcbBuffer: *mut ULONG, ppBuffer: *mut *mut CRYPT_PROVIDER_REFS);
    /// Asks for an event that tells of changed configuration.
    fn BCryptRegisterConfigChangeNotify(phEvent: *mut HANDLE);
    /// Gives that event back.
    fn BCryptUnregisterConfigChangeNotify(hEvent: HANDLE);
}

// A provider's function tables. bcrypt.h does not declare these; the Win32 metadata does, with a table type for each
// interface. They are untyped here, as no table ever comes out.
absent! {
    /// The table of an asymmetric encryption provider.
    fn GetAsymmetricEncryptionInterface(pszProviderName: LPCWSTR, pszAlgId: LPCWSTR, ppFunctionTable: *mut PVOID, dwFlags: ULONG);
    /// The table of a cipher provider.
    fn GetCipherInterface(pszProviderName: LPCWSTR, pszAlgId: LPCWSTR, ppFunctionTable: *mut PVOID, dwFlags: ULONG);
    /// The table of a hash provider.
    fn GetHashInterface(pszProviderName: LPCWSTR, pszAlgId: LPCWSTR, ppFunctionTable: *mut PVOID, dwFlags: ULONG);
    /// The table of a random number provider.
    fn GetRngInterface(pszProviderName: LPCWSTR, ppFunctionTable: *mut PVOID, dwFlags: ULONG);
    /// The table of a secret agreement provider.
    fn GetSecretAgreementInterface(pszProviderName: LPCWSTR, pszAlgId: LPCWSTR, ppFunctionTable: *mut PVOID, dwFlags: ULONG);
    /// The table of a signature provider.
    fn GetSignatureInterface(pszProviderName: LPCWSTR, pszAlgId: LPCWSTR, ppFunctionTable: *mut PVOID, dwFlags: ULONG);
}

// Exported by bcrypt.dll, but no prototype has been published. One pointer is a guess that no caller can notice: the
// argument is not looked at, and the calling conventions of this library's platforms let the caller clean up.
absent! {
    /// Installs an auditing interface.
    fn BCryptSetAuditingInterface(pInterface: PVOID);
}
