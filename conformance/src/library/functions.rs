//! The exports of bcrypt.dll: their names, parameters, and how each is called.

use std::ffi::c_void;

/// What a parameter is, and so which values a scenario may give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A handle.
    Handle,
    /// NUL-terminated UTF-16.
    Text,
    /// A ULONG.
    Number,
    /// A ULONGLONG.
    Long,
    /// Bytes that are read or written.
    Buffer,
    /// A BCryptBufferDesc.
    Parameters,
    /// Where a handle goes.
    OutHandle,
    /// Where a ULONG goes.
    OutNumber,
    /// Where a BOOLEAN goes.
    OutBoolean,
    /// Where a pointer goes.
    OutPointer,
}

/// One parameter.
#[derive(Debug)]
pub struct Parameter {
    /// Its name in bcrypt.h.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
}

/// One export.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// Its parameters, in order.
    pub parameters: &'static [Parameter],
    /// Calls what stands at an address; one word for each parameter. `None` if nothing is returned.
    pub(super) call: unsafe fn(*const (), &[u64]) -> Option<u32>,
}

/// The export of a name.
pub fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

macro_rules! c_type {
    (Number) => { u32 };
    (Long) => { u64 };
    ($other:ident) => { *mut c_void };
}

macro_rules! from_word {
    (Number, $word:expr) => {
        $word as u32
    };
    (Long, $word:expr) => {
        $word
    };
    ($other:ident, $word:expr) => {
        std::ptr::with_exposed_provenance_mut::<c_void>($word as usize)
    };
}

macro_rules! result {
    (status, $call:expr) => {{
        let status: i32 = $call;
        Some(status.cast_unsigned())
    }};
    (nothing, $call:expr) => {{
        let () = $call;
        None
    }};
}

macro_rules! c_result {
    (status) => {
        i32
    };
    (nothing) => {
        ()
    };
}

macro_rules! functions {
    ($($returns:ident $name:ident($($parameter:ident: $kind:ident),* $(,)?);)*) => {
        /// Every export: 64 through Windows 10, and two of Windows 11 24H2.
        pub static FUNCTIONS: &[Function] = &[$(Function {
            name: stringify!($name),
            parameters: &[$(Parameter { name: stringify!($parameter), kind: Kind::$kind }),*],
            call: {
                unsafe fn call(address: *const (), words: &[u64]) -> Option<u32> {
                    // SAFETY: the caller promises that this export stands at the address.
                    let function = unsafe {
                        std::mem::transmute::<
                            *const (),
                            unsafe extern "system" fn($(c_type!($kind)),*) -> c_result!($returns),
                        >(address)
                    };
                    #[allow(unused_mut, unused_variables, reason = "an export may have no parameter")]
                    let mut words = words.iter().copied();
                    // SAFETY: the caller's promise about the words.
                    result!($returns, unsafe { function($(from_word!($kind, words.next().unwrap_or(0))),*) })
                }
                call
            },
        }),*];
    };
}

functions! {
    status BCryptAddContextFunction(
        dwTable: Number, pszContext: Text, dwInterface: Number, pszFunction: Text, dwPosition: Number,
    );
    status BCryptAddContextFunctionProvider(
        dwTable: Number, pszContext: Text, dwInterface: Number, pszFunction: Text, pszProvider: Text,
        dwPosition: Number,
    );
    status BCryptCloseAlgorithmProvider(hAlgorithm: Handle, dwFlags: Number);
    status BCryptConfigureContext(dwTable: Number, pszContext: Text, pConfig: Buffer);
    status BCryptConfigureContextFunction(
        dwTable: Number, pszContext: Text, dwInterface: Number, pszFunction: Text, pConfig: Buffer,
    );
    status BCryptCreateContext(dwTable: Number, pszContext: Text, pConfig: Buffer);
    status BCryptCreateHash(
        hAlgorithm: Handle, phHash: OutHandle, pbHashObject: Buffer, cbHashObject: Number,
        pbSecret: Buffer, cbSecret: Number, dwFlags: Number,
    );
    status BCryptCreateMultiHash(
        hAlgorithm: Handle, phHash: OutHandle, nHashes: Number, pbHashObject: Buffer, cbHashObject: Number,
        pbSecret: Buffer, cbSecret: Number, dwFlags: Number,
    );
    status BCryptDecapsulate(
        hKey: Handle, pbCipherText: Buffer, cbCipherText: Number, pbSecretKey: Buffer, cbSecretKey: Number,
        pcbSecretKey: OutNumber, dwFlags: Number,
    );
    status BCryptDecrypt(
        hKey: Handle, pbInput: Buffer, cbInput: Number, pPaddingInfo: Buffer, pbIV: Buffer, cbIV: Number,
        pbOutput: Buffer, cbOutput: Number, pcbResult: OutNumber, dwFlags: Number,
    );
    status BCryptDeleteContext(dwTable: Number, pszContext: Text);
    status BCryptDeriveKey(
        hSharedSecret: Handle, pwszKDF: Text, pParameterList: Parameters, pbDerivedKey: Buffer,
        cbDerivedKey: Number, pcbResult: OutNumber, dwFlags: Number,
    );
    status BCryptDeriveKeyCapi(
        hHash: Handle, hTargetAlg: Handle, pbDerivedKey: Buffer, cbDerivedKey: Number, dwFlags: Number,
    );
    status BCryptDeriveKeyPBKDF2(
        hPrf: Handle, pbPassword: Buffer, cbPassword: Number, pbSalt: Buffer, cbSalt: Number,
        cIterations: Long, pbDerivedKey: Buffer, cbDerivedKey: Number, dwFlags: Number,
    );
    status BCryptDestroyHash(hHash: Handle);
    status BCryptDestroyKey(hKey: Handle);
    status BCryptDestroySecret(hSecret: Handle);
    status BCryptDuplicateHash(
        hHash: Handle, phNewHash: OutHandle, pbHashObject: Buffer, cbHashObject: Number, dwFlags: Number,
    );
    status BCryptDuplicateKey(
        hKey: Handle, phNewKey: OutHandle, pbKeyObject: Buffer, cbKeyObject: Number, dwFlags: Number,
    );
    status BCryptEncapsulate(
        hKey: Handle, pbSecretKey: Buffer, cbSecretKey: Number, pcbSecretKey: OutNumber,
        pbCipherText: Buffer, cbCipherText: Number, pcbCipherText: OutNumber, dwFlags: Number,
    );
    status BCryptEncrypt(
        hKey: Handle, pbInput: Buffer, cbInput: Number, pPaddingInfo: Buffer, pbIV: Buffer, cbIV: Number,
        pbOutput: Buffer, cbOutput: Number, pcbResult: OutNumber, dwFlags: Number,
    );
    status BCryptEnumAlgorithms(
        dwAlgOperations: Number, pAlgCount: OutNumber, ppAlgList: OutPointer, dwFlags: Number,
    );
    status BCryptEnumContextFunctionProviders(
        dwTable: Number, pszContext: Text, dwInterface: Number, pszFunction: Text, pcbBuffer: OutNumber,
        ppBuffer: OutPointer,
    );
    status BCryptEnumContextFunctions(
        dwTable: Number, pszContext: Text, dwInterface: Number, pcbBuffer: OutNumber, ppBuffer: OutPointer,
    );
    status BCryptEnumContexts(dwTable: Number, pcbBuffer: OutNumber, ppBuffer: OutPointer);
    status BCryptEnumProviders(
        pszAlgId: Text, pImplCount: OutNumber, ppImplList: OutPointer, dwFlags: Number,
    );
    status BCryptEnumRegisteredProviders(pcbBuffer: OutNumber, ppBuffer: OutPointer);
    status BCryptExportKey(
        hKey: Handle, hExportKey: Handle, pszBlobType: Text, pbOutput: Buffer, cbOutput: Number,
        pcbResult: OutNumber, dwFlags: Number,
    );
    status BCryptFinalizeKeyPair(hKey: Handle, dwFlags: Number);
    status BCryptFinishHash(hHash: Handle, pbOutput: Buffer, cbOutput: Number, dwFlags: Number);
    nothing BCryptFreeBuffer(pvBuffer: Buffer);
    status BCryptGenRandom(hAlgorithm: Handle, pbBuffer: Buffer, cbBuffer: Number, dwFlags: Number);
    status BCryptGenerateKeyPair(hAlgorithm: Handle, phKey: OutHandle, dwLength: Number, dwFlags: Number);
    status BCryptGenerateSymmetricKey(
        hAlgorithm: Handle, phKey: OutHandle, pbKeyObject: Buffer, cbKeyObject: Number, pbSecret: Buffer,
        cbSecret: Number, dwFlags: Number,
    );
    status BCryptGetFipsAlgorithmMode(pfEnabled: OutBoolean);
    status BCryptGetProperty(
        hObject: Handle, pszProperty: Text, pbOutput: Buffer, cbOutput: Number, pcbResult: OutNumber,
        dwFlags: Number,
    );
    status BCryptHash(
        hAlgorithm: Handle, pbSecret: Buffer, cbSecret: Number, pbInput: Buffer, cbInput: Number,
        pbOutput: Buffer, cbOutput: Number,
    );
    status BCryptHashData(hHash: Handle, pbInput: Buffer, cbInput: Number, dwFlags: Number);
    status BCryptImportKey(
        hAlgorithm: Handle, hImportKey: Handle, pszBlobType: Text, phKey: OutHandle, pbKeyObject: Buffer,
        cbKeyObject: Number, pbInput: Buffer, cbInput: Number, dwFlags: Number,
    );
    status BCryptImportKeyPair(
        hAlgorithm: Handle, hImportKey: Handle, pszBlobType: Text, phKey: OutHandle, pbInput: Buffer,
        cbInput: Number, dwFlags: Number,
    );
    status BCryptKeyDerivation(
        hKey: Handle, pParameterList: Parameters, pbDerivedKey: Buffer, cbDerivedKey: Number,
        pcbResult: OutNumber, dwFlags: Number,
    );
    status BCryptOpenAlgorithmProvider(
        phAlgorithm: OutHandle, pszAlgId: Text, pszImplementation: Text, dwFlags: Number,
    );
    status BCryptProcessMultiOperations(
        hObject: Handle, operationType: Number, pOperations: Buffer, cbOperations: Number, dwFlags: Number,
    );
    status BCryptQueryContextConfiguration(
        dwTable: Number, pszContext: Text, pcbBuffer: OutNumber, ppBuffer: OutPointer,
    );
    status BCryptQueryContextFunctionConfiguration(
        dwTable: Number, pszContext: Text, dwInterface: Number, pszFunction: Text, pcbBuffer: OutNumber,
        ppBuffer: OutPointer,
    );
    status BCryptQueryContextFunctionProperty(
        dwTable: Number, pszContext: Text, dwInterface: Number, pszFunction: Text, pszProperty: Text,
        pcbValue: OutNumber, ppbValue: OutPointer,
    );
    status BCryptQueryProviderRegistration(
        pszProvider: Text, dwMode: Number, dwInterface: Number, pcbBuffer: OutNumber, ppBuffer: OutPointer,
    );
    status BCryptRegisterConfigChangeNotify(phEvent: OutHandle);
    status BCryptRegisterProvider(pszProvider: Text, dwFlags: Number, pReg: Buffer);
    status BCryptRemoveContextFunction(
        dwTable: Number, pszContext: Text, dwInterface: Number, pszFunction: Text,
    );
    status BCryptRemoveContextFunctionProvider(
        dwTable: Number, pszContext: Text, dwInterface: Number, pszFunction: Text, pszProvider: Text,
    );
    status BCryptResolveProviders(
        pszContext: Text, dwInterface: Number, pszFunction: Text, pszProvider: Text, dwMode: Number,
        dwFlags: Number, pcbBuffer: OutNumber, ppBuffer: OutPointer,
    );
    status BCryptSecretAgreement(
        hPrivKey: Handle, hPubKey: Handle, phAgreedSecret: OutHandle, dwFlags: Number,
    );
    status BCryptSetAuditingInterface(pInterface: Buffer);
    status BCryptSetContextFunctionProperty(
        dwTable: Number, pszContext: Text, dwInterface: Number, pszFunction: Text, pszProperty: Text,
        cbValue: Number, pbValue: Buffer,
    );
    status BCryptSetProperty(
        hObject: Handle, pszProperty: Text, pbInput: Buffer, cbInput: Number, dwFlags: Number,
    );
    status BCryptSignHash(
        hKey: Handle, pPaddingInfo: Buffer, pbInput: Buffer, cbInput: Number, pbOutput: Buffer,
        cbOutput: Number, pcbResult: OutNumber, dwFlags: Number,
    );
    status BCryptUnregisterConfigChangeNotify(hEvent: Handle);
    status BCryptUnregisterProvider(pszProvider: Text);
    status BCryptVerifySignature(
        hKey: Handle, pPaddingInfo: Buffer, pbHash: Buffer, cbHash: Number, pbSignature: Buffer,
        cbSignature: Number, dwFlags: Number,
    );
    status GetAsymmetricEncryptionInterface(
        pszProviderName: Text, pszAlgId: Text, ppFunctionTable: OutPointer, dwFlags: Number,
    );
    status GetCipherInterface(
        pszProviderName: Text, pszAlgId: Text, ppFunctionTable: OutPointer, dwFlags: Number,
    );
    status GetHashInterface(
        pszProviderName: Text, pszAlgId: Text, ppFunctionTable: OutPointer, dwFlags: Number,
    );
    status GetRngInterface(pszProviderName: Text, ppFunctionTable: OutPointer, dwFlags: Number);
    status GetSecretAgreementInterface(
        pszProviderName: Text, pszAlgId: Text, ppFunctionTable: OutPointer, dwFlags: Number,
    );
    status GetSignatureInterface(
        pszProviderName: Text, pszAlgId: Text, ppFunctionTable: OutPointer, dwFlags: Number,
    );
}
