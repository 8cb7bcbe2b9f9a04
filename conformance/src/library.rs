//! An implementation of bcrypt.dll, loaded by path.

/// The names that Windows' bcrypt.dll exports: 64 through Windows 10, and two of Windows 11 24H2.
pub const EXPORTS: [&str; 66] = [
    "BCryptAddContextFunction",
    "BCryptAddContextFunctionProvider",
    "BCryptCloseAlgorithmProvider",
    "BCryptConfigureContext",
    "BCryptConfigureContextFunction",
    "BCryptCreateContext",
    "BCryptCreateHash",
    "BCryptCreateMultiHash",
    "BCryptDecapsulate",
    "BCryptDecrypt",
    "BCryptDeleteContext",
    "BCryptDeriveKey",
    "BCryptDeriveKeyCapi",
    "BCryptDeriveKeyPBKDF2",
    "BCryptDestroyHash",
    "BCryptDestroyKey",
    "BCryptDestroySecret",
    "BCryptDuplicateHash",
    "BCryptDuplicateKey",
    "BCryptEncapsulate",
    "BCryptEncrypt",
    "BCryptEnumAlgorithms",
    "BCryptEnumContextFunctionProviders",
    "BCryptEnumContextFunctions",
    "BCryptEnumContexts",
    "BCryptEnumProviders",
    "BCryptEnumRegisteredProviders",
    "BCryptExportKey",
    "BCryptFinalizeKeyPair",
    "BCryptFinishHash",
    "BCryptFreeBuffer",
    "BCryptGenRandom",
    "BCryptGenerateKeyPair",
    "BCryptGenerateSymmetricKey",
    "BCryptGetFipsAlgorithmMode",
    "BCryptGetProperty",
    "BCryptHash",
    "BCryptHashData",
    "BCryptImportKey",
    "BCryptImportKeyPair",
    "BCryptKeyDerivation",
    "BCryptOpenAlgorithmProvider",
    "BCryptProcessMultiOperations",
    "BCryptQueryContextConfiguration",
    "BCryptQueryContextFunctionConfiguration",
    "BCryptQueryContextFunctionProperty",
    "BCryptQueryProviderRegistration",
    "BCryptRegisterConfigChangeNotify",
    "BCryptRegisterProvider",
    "BCryptRemoveContextFunction",
    "BCryptRemoveContextFunctionProvider",
    "BCryptResolveProviders",
    "BCryptSecretAgreement",
    "BCryptSetAuditingInterface",
    "BCryptSetContextFunctionProperty",
    "BCryptSetProperty",
    "BCryptSignHash",
    "BCryptUnregisterConfigChangeNotify",
    "BCryptUnregisterProvider",
    "BCryptVerifySignature",
    "GetAsymmetricEncryptionInterface",
    "GetCipherInterface",
    "GetHashInterface",
    "GetRngInterface",
    "GetSecretAgreementInterface",
    "GetSignatureInterface",
];

/// A loaded library.
pub struct Library(libloading::Library);

impl Library {
    /// Loads a library. Fails if the file is none for this system.
    pub fn open(path: &str) -> Result<Self, libloading::Error> {
        // SAFETY: loading runs the library's own start-up code; judging it means trusting that much.
        unsafe { libloading::Library::new(path) }.map(Self)
    }

    /// Whether the library exports a name.
    pub fn exports(&self, name: &str) -> bool {
        // SAFETY: the symbol is looked up and neither called nor read.
        unsafe { self.0.get::<*const ()>(name.as_bytes()) }.is_ok()
    }
}

/// Why a library could not be loaded, in one line: the error and what it comes from.
pub fn reason(problem: &dyn std::error::Error) -> String {
    match problem.source() {
        Some(source) => format!("{problem}: {source}"),
        None => problem.to_string(),
    }
}
