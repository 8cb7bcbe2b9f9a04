//! The library under test: one function pointer per call, typed by hand and checked against `windows-sys`.

use std::ffi::c_void;
use std::sync::OnceLock;

use windows_sys::Win32::Foundation::NTSTATUS;
use windows_sys::Win32::Security::Cryptography as cng;
use windows_sys::Win32::Security::Cryptography::{
    BCRYPT_ALGORITHM_IDENTIFIER, BCRYPT_ASYMMETRIC_ENCRYPTION_FUNCTION_TABLE, BCRYPT_CIPHER_FUNCTION_TABLE,
    BCRYPT_HASH_FUNCTION_TABLE, BCRYPT_KEY_DERIVATION_FUNCTION_TABLE, BCRYPT_PROVIDER_NAME,
    BCRYPT_RNG_FUNCTION_TABLE, BCRYPT_SECRET_AGREEMENT_FUNCTION_TABLE, BCRYPT_SIGNATURE_FUNCTION_TABLE,
    BCryptBufferDesc, CRYPT_CONTEXT_CONFIG, CRYPT_CONTEXT_FUNCTION_CONFIG, CRYPT_CONTEXT_FUNCTION_PROVIDERS,
    CRYPT_CONTEXT_FUNCTIONS, CRYPT_CONTEXTS, CRYPT_PROVIDER_REFS, CRYPT_PROVIDER_REG, CRYPT_PROVIDERS,
};

use crate::support::status::Status;

/// A handle as C passes it.
pub type Raw = *mut c_void;
/// A UTF-16 string as C passes it.
pub type Name = *const u16;

type FreeBuffer = unsafe extern "system" fn(*const c_void);
type Encapsulate =
    unsafe extern "system" fn(Raw, *mut u8, u32, *mut u32, *mut u8, u32, *mut u32, u32) -> NTSTATUS;
type Decapsulate = unsafe extern "system" fn(Raw, *const u8, u32, *mut u8, u32, *mut u32, u32) -> NTSTATUS;

macro_rules! functions {
    ($($method:ident = $export:ident($($argument:ident: $type:ty),*);)*) => {
        /// Every call the tests make, looked up once in the loaded library.
        pub struct Library {
            $($method: unsafe extern "system" fn($($type),*) -> NTSTATUS,)*
            free_buffer: FreeBuffer,
            encapsulate: Encapsulate,
            decapsulate: Decapsulate,
            loaded: libloading::Library,
        }

        impl Library {
            fn load() -> Library {
                let path = crate::artefact::library();
                // SAFETY: loading our own library runs no code that depends on this program.
                let loaded = unsafe { libloading::Library::new(&path) }.expect("the library loads");
                Library {
                    // SAFETY: `windows_signatures` holds each type to the published declaration.
                    $($method: unsafe { *loaded.get(stringify!($export)).expect(stringify!($export)) },)*
                    // SAFETY: as above.
                    free_buffer: unsafe { *loaded.get("BCryptFreeBuffer").expect("BCryptFreeBuffer") },
                    // SAFETY: the types are those of Microsoft's pages; `windows-sys` has none yet.
                    encapsulate: unsafe { *loaded.get("BCryptEncapsulate").expect("BCryptEncapsulate") },
                    // SAFETY: as above.
                    decapsulate: unsafe { *loaded.get("BCryptDecapsulate").expect("BCryptDecapsulate") },
                    loaded,
                }
            }

            $(
                #[doc = stringify!($export)]
                #[allow(clippy::too_many_arguments, reason = "the signature is Windows'")]
                pub fn $method(&self, $($argument: $type),*) -> Status {
                    // SAFETY: the tests pass pointers that are NULL or valid for the sizes they state;
                    // handles may be anything, which is what many of the tests are about.
                    Status(unsafe { (self.$method)($($argument),*) })
                }
            )*
        }

        /// Never called: compiling it compares our signatures with those of `windows-sys`. It is generic so
        /// that no code is made of it, which would ask the linker for the functions.
        #[allow(dead_code, clippy::extra_unused_type_parameters, reason = "a check at compile time")]
        fn windows_signatures<Never>() {
            $(let _: unsafe extern "system" fn($($type),*) -> NTSTATUS = cng::$export;)*
            let _: FreeBuffer = cng::BCryptFreeBuffer;
        }
    };
}

functions! {
    open_algorithm_provider = BCryptOpenAlgorithmProvider(
        algorithm: *mut Raw, id: Name, implementation: Name, flags: u32
    );
    close_algorithm_provider = BCryptCloseAlgorithmProvider(algorithm: Raw, flags: u32);
    get_property = BCryptGetProperty(
        object: Raw, name: Name, output: *mut u8, size: u32, result: *mut u32, flags: u32
    );
    set_property = BCryptSetProperty(object: Raw, name: Name, input: *const u8, size: u32, flags: u32);
    generate_key_pair = BCryptGenerateKeyPair(algorithm: Raw, key: *mut Raw, bits: u32, flags: u32);
    finalize_key_pair = BCryptFinalizeKeyPair(key: Raw, flags: u32);
    import_key_pair = BCryptImportKeyPair(
        algorithm: Raw, import_key: Raw, blob_type: Name, key: *mut Raw, input: *const u8, size: u32, flags: u32
    );
    export_key = BCryptExportKey(
        key: Raw, export_key: Raw, blob_type: Name, output: *mut u8, size: u32, result: *mut u32, flags: u32
    );
    duplicate_key = BCryptDuplicateKey(key: Raw, copy: *mut Raw, object: *mut u8, size: u32, flags: u32);
    destroy_key = BCryptDestroyKey(key: Raw);
    generate_symmetric_key = BCryptGenerateSymmetricKey(
        algorithm: Raw, key: *mut Raw, object: *mut u8, object_size: u32, secret: *const u8, size: u32, flags: u32
    );
    import_key = BCryptImportKey(
        algorithm: Raw, import_key: Raw, blob_type: Name, key: *mut Raw, object: *mut u8, object_size: u32,
        input: *const u8, size: u32, flags: u32
    );
    encrypt = BCryptEncrypt(
        key: Raw, input: *const u8, size: u32, info: *const c_void, iv: *mut u8, iv_size: u32, output: *mut u8,
        room: u32, result: *mut u32, flags: u32
    );
    decrypt = BCryptDecrypt(
        key: Raw, input: *const u8, size: u32, info: *const c_void, iv: *mut u8, iv_size: u32, output: *mut u8,
        room: u32, result: *mut u32, flags: u32
    );
    secret_agreement = BCryptSecretAgreement(private: Raw, public: Raw, secret: *mut Raw, flags: u32);
    derive_key = BCryptDeriveKey(
        secret: Raw, kdf: Name, parameters: *const BCryptBufferDesc, output: *mut u8, size: u32,
        result: *mut u32, flags: u32
    );
    key_derivation = BCryptKeyDerivation(
        key: Raw, parameters: *const BCryptBufferDesc, output: *mut u8, size: u32, result: *mut u32, flags: u32
    );
    sign_hash = BCryptSignHash(
        key: Raw, padding: *const c_void, hash: *const u8, hash_size: u32, output: *mut u8, size: u32,
        result: *mut u32, flags: u32
    );
    verify_signature = BCryptVerifySignature(
        key: Raw, padding: *const c_void, hash: *const u8, hash_size: u32, signature: *const u8, size: u32,
        flags: u32
    );
    destroy_secret = BCryptDestroySecret(secret: Raw);
    create_hash = BCryptCreateHash(
        algorithm: Raw, hash: *mut Raw, object: *mut u8, object_size: u32, secret: *const u8, secret_size: u32,
        flags: u32
    );
    hash_data = BCryptHashData(hash: Raw, input: *const u8, size: u32, flags: u32);
    finish_hash = BCryptFinishHash(hash: Raw, output: *mut u8, size: u32, flags: u32);
    duplicate_hash = BCryptDuplicateHash(
        hash: Raw, copy: *mut Raw, object: *mut u8, object_size: u32, flags: u32
    );
    destroy_hash = BCryptDestroyHash(hash: Raw);
    hash = BCryptHash(
        algorithm: Raw, secret: *const u8, secret_size: u32, input: *const u8, input_size: u32, output: *mut u8,
        output_size: u32
    );
    create_multi_hash = BCryptCreateMultiHash(
        algorithm: Raw, hash: *mut Raw, count: u32, object: *mut u8, object_size: u32, secret: *const u8,
        secret_size: u32, flags: u32
    );
    process_multi_operations = BCryptProcessMultiOperations(
        object: Raw, kind: i32, operations: *const c_void, size: u32, flags: u32
    );
    derive_key_capi = BCryptDeriveKeyCapi(hash: Raw, target: Raw, output: *mut u8, size: u32, flags: u32);
    derive_key_pbkdf2 = BCryptDeriveKeyPBKDF2(
        prf: Raw, password: *const u8, password_size: u32, salt: *const u8, salt_size: u32, iterations: u64,
        output: *mut u8, size: u32, flags: u32
    );
    enum_algorithms = BCryptEnumAlgorithms(
        operations: u32, count: *mut u32, list: *mut *mut BCRYPT_ALGORITHM_IDENTIFIER, flags: u32
    );
    enum_providers = BCryptEnumProviders(
        id: Name, count: *mut u32, list: *mut *mut BCRYPT_PROVIDER_NAME, flags: u32
    );
    gen_random = BCryptGenRandom(algorithm: Raw, buffer: *mut u8, size: u32, flags: u32);
    get_fips_algorithm_mode = BCryptGetFipsAlgorithmMode(enabled: *mut u8);
    enum_registered_providers = BCryptEnumRegisteredProviders(size: *mut u32, buffer: *mut *mut CRYPT_PROVIDERS);
    query_provider_registration = BCryptQueryProviderRegistration(
        provider: Name, mode: u32, interface: u32, size: *mut u32, buffer: *mut *mut CRYPT_PROVIDER_REG
    );
    resolve_providers = BCryptResolveProviders(
        context: Name, interface: u32, function: Name, provider: Name, mode: u32, flags: u32, size: *mut u32,
        buffer: *mut *mut CRYPT_PROVIDER_REFS
    );
    register_provider = BCryptRegisterProvider(provider: Name, flags: u32, registration: *const CRYPT_PROVIDER_REG);
    unregister_provider = BCryptUnregisterProvider(provider: Name);
    register_config_change_notify = BCryptRegisterConfigChangeNotify(event: *mut Raw);
    unregister_config_change_notify = BCryptUnregisterConfigChangeNotify(event: Raw);
    enum_contexts = BCryptEnumContexts(table: u32, size: *mut u32, buffer: *mut *mut CRYPT_CONTEXTS);
    enum_context_functions = BCryptEnumContextFunctions(
        table: u32, context: Name, interface: u32, size: *mut u32, buffer: *mut *mut CRYPT_CONTEXT_FUNCTIONS
    );
    enum_context_function_providers = BCryptEnumContextFunctionProviders(
        table: u32, context: Name, interface: u32, function: Name, size: *mut u32,
        buffer: *mut *mut CRYPT_CONTEXT_FUNCTION_PROVIDERS
    );
    query_context_configuration = BCryptQueryContextConfiguration(
        table: u32, context: Name, size: *mut u32, buffer: *mut *mut CRYPT_CONTEXT_CONFIG
    );
    query_context_function_configuration = BCryptQueryContextFunctionConfiguration(
        table: u32, context: Name, interface: u32, function: Name, size: *mut u32,
        buffer: *mut *mut CRYPT_CONTEXT_FUNCTION_CONFIG
    );
    query_context_function_property = BCryptQueryContextFunctionProperty(
        table: u32, context: Name, interface: u32, function: Name, property: Name, size: *mut u32,
        buffer: *mut *mut u8
    );
    create_context = BCryptCreateContext(table: u32, context: Name, config: *const CRYPT_CONTEXT_CONFIG);
    delete_context = BCryptDeleteContext(table: u32, context: Name);
    configure_context = BCryptConfigureContext(table: u32, context: Name, config: *const CRYPT_CONTEXT_CONFIG);
    add_context_function = BCryptAddContextFunction(
        table: u32, context: Name, interface: u32, function: Name, position: u32
    );
    remove_context_function = BCryptRemoveContextFunction(table: u32, context: Name, interface: u32, function: Name);
    configure_context_function = BCryptConfigureContextFunction(
        table: u32, context: Name, interface: u32, function: Name, config: *const CRYPT_CONTEXT_FUNCTION_CONFIG
    );
    set_context_function_property = BCryptSetContextFunctionProperty(
        table: u32, context: Name, interface: u32, function: Name, property: Name, size: u32, value: *const u8
    );
    add_context_function_provider = BCryptAddContextFunctionProvider(
        table: u32, context: Name, interface: u32, function: Name, provider: Name, position: u32
    );
    remove_context_function_provider = BCryptRemoveContextFunctionProvider(
        table: u32, context: Name, interface: u32, function: Name, provider: Name
    );
    cipher_interface = GetCipherInterface(
        provider: Name, algorithm: Name, table: *mut *mut BCRYPT_CIPHER_FUNCTION_TABLE, flags: u32
    );
    hash_interface = GetHashInterface(
        provider: Name, algorithm: Name, table: *mut *mut BCRYPT_HASH_FUNCTION_TABLE, flags: u32
    );
    asymmetric_encryption_interface = GetAsymmetricEncryptionInterface(
        provider: Name, algorithm: Name, table: *mut *mut BCRYPT_ASYMMETRIC_ENCRYPTION_FUNCTION_TABLE, flags: u32
    );
    secret_agreement_interface = GetSecretAgreementInterface(
        provider: Name, algorithm: Name, table: *mut *mut BCRYPT_SECRET_AGREEMENT_FUNCTION_TABLE, flags: u32
    );
    signature_interface = GetSignatureInterface(
        provider: Name, algorithm: Name, table: *mut *mut BCRYPT_SIGNATURE_FUNCTION_TABLE, flags: u32
    );
    rng_interface = GetRngInterface(provider: Name, table: *mut *mut BCRYPT_RNG_FUNCTION_TABLE, flags: u32);
    key_derivation_interface = GetKeyDerivationInterface(
        provider: Name, algorithm: Name, table: *mut *mut BCRYPT_KEY_DERIVATION_FUNCTION_TABLE, flags: u32
    );
}

impl Library {
    /// BCryptFreeBuffer
    pub fn free_buffer(&self, buffer: *const c_void) {
        // SAFETY: the tests pass NULL or what an enumeration handed out, once.
        unsafe { (self.free_buffer)(buffer) }
    }

    /// Where an export begins.
    pub fn address(&self, name: &str) -> usize {
        // SAFETY: the symbol is looked up as an address, which any symbol is.
        let symbol = unsafe { self.loaded.get::<*const c_void>(name.as_bytes()) };
        symbol.expect(name).addr()
    }

    /// BCryptEncapsulate
    #[allow(clippy::too_many_arguments, reason = "the signature is Windows'")]
    pub fn encapsulate(
        &self,
        key: Raw,
        secret: *mut u8,
        secret_size: u32,
        secret_result: *mut u32,
        ciphertext: *mut u8,
        ciphertext_size: u32,
        ciphertext_result: *mut u32,
        flags: u32,
    ) -> Status {
        let call = self.encapsulate;
        // SAFETY: as for the calls above.
        Status(unsafe {
            call(
                key,
                secret,
                secret_size,
                secret_result,
                ciphertext,
                ciphertext_size,
                ciphertext_result,
                flags,
            )
        })
    }

    /// BCryptDecapsulate
    #[allow(clippy::too_many_arguments, reason = "the signature is Windows'")]
    pub fn decapsulate(
        &self,
        key: Raw,
        ciphertext: *const u8,
        ciphertext_size: u32,
        secret: *mut u8,
        secret_size: u32,
        result: *mut u32,
        flags: u32,
    ) -> Status {
        // SAFETY: as for the calls above.
        Status(unsafe {
            (self.decapsulate)(key, ciphertext, ciphertext_size, secret, secret_size, result, flags)
        })
    }

    /// Calls an export with zeros for all its arguments, of which no export has more than ten.
    pub fn call_with_zeros(&self, name: &str) -> Status {
        type Zero = usize;
        #[rustfmt::skip]
        type Any = unsafe extern "system" fn(
            Zero, Zero, Zero, Zero, Zero, Zero, Zero, Zero, Zero, Zero,
        ) -> NTSTATUS;
        // SAFETY: with the 64-bit calling conventions a function passes over arguments it does not have.
        Status(unsafe { self.loaded.get::<Any>(name).expect(name)(0, 0, 0, 0, 0, 0, 0, 0, 0, 0) })
    }
}

/// The library, loaded on first use.
pub fn lib() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(Library::load)
}
