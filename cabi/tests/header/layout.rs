//! Sizes, alignments and offsets: ours, those of `windows-sys`, and those the C compiler finds in the header.

use std::fmt::Write as _;
use std::fs;
use std::mem::{align_of, offset_of, size_of};

use windows_sys::Win32::Security::Cryptography as windows;

use crate::compiler;
use crate::generate;

#[allow(dead_code, reason = "only the layouts are of interest here")]
#[path = "../../src/types.rs"]
mod types;

/// Where a structure's fields lie.
#[derive(Debug, PartialEq)]
struct Layout {
    name: &'static str,
    size: usize,
    align: usize,
    offsets: Vec<(&'static str, usize)>,
}

macro_rules! layouts {
    ($module:ident: $($name:ident { $($field:ident),* })*) => {
        vec![$(Layout {
            name: stringify!($name),
            size: size_of::<$module::$name>(),
            align: align_of::<$module::$name>(),
            offsets: vec![$((stringify!($field), offset_of!($module::$name, $field))),*],
        }),*]
    };
}

/// The structures that windows-sys has too.
macro_rules! shared {
    ($module:ident) => {
        layouts! { $module:
            BCryptBuffer { cbBuffer, BufferType, pvBuffer }
            BCryptBufferDesc { ulVersion, cBuffers, pBuffers }
            BCRYPT_KEY_LENGTHS_STRUCT { dwMinLength, dwMaxLength, dwIncrement }
            BCRYPT_OID { cbOID, pbOID }
            BCRYPT_OID_LIST { dwOIDCount, pOIDs }
            BCRYPT_ALGORITHM_IDENTIFIER { pszName, dwClass, dwFlags }
            BCRYPT_PROVIDER_NAME { pszProviderName }
            BCRYPT_INTERFACE_VERSION { MajorVersion, MinorVersion }
            BCRYPT_PKCS1_PADDING_INFO { pszAlgId }
            BCRYPT_PSS_PADDING_INFO { pszAlgId, cbSalt }
            BCRYPT_OAEP_PADDING_INFO { pszAlgId, pbLabel, cbLabel }
            BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO { cbSize, dwInfoVersion, pbNonce, cbNonce,
                pbAuthData, cbAuthData, pbTag, cbTag, pbMacContext, cbMacContext, cbAAD, cbData,
                dwFlags }
            BCRYPT_MULTI_HASH_OPERATION { iHash, hashOperation, pbBuffer, cbBuffer }
            BCRYPT_MULTI_OBJECT_LENGTH_STRUCT { cbPerObject, cbPerElement }
            BCRYPT_ECC_CURVE_NAMES { dwEccCurveNames, pEccCurveNames }
            BCRYPT_KEY_BLOB { Magic }
            BCRYPT_RSAKEY_BLOB { Magic, BitLength, cbPublicExp, cbModulus, cbPrime1, cbPrime2 }
            BCRYPT_ECCKEY_BLOB { dwMagic, cbKey }
            SSL_ECCKEY_BLOB { dwCurveType, cbKey }
            BCRYPT_ECCFULLKEY_BLOB { dwMagic, dwVersion, dwCurveType, dwCurveGenerationAlgId,
                cbFieldLength, cbSubgroupOrder, cbCofactor, cbSeed }
            BCRYPT_ECC_PARAMETER_HEADER { dwVersion, dwCurveType, dwCurveGenerationAlgId,
                cbFieldLength, cbSubgroupOrder, cbCofactor, cbSeed }
            BCRYPT_DH_KEY_BLOB { dwMagic, cbKey }
            BCRYPT_DH_PARAMETER_HEADER { cbLength, dwMagic, cbKeyLength }
            BCRYPT_DSA_KEY_BLOB { dwMagic, cbKey, Count, Seed, q }
            BCRYPT_DSA_KEY_BLOB_V2 { dwMagic, cbKey, hashAlgorithm, standardVersion,
                cbSeedLength, cbGroupSize, Count }
            BCRYPT_DSA_PARAMETER_HEADER { cbLength, dwMagic, cbKeyLength, Count, Seed, q }
            BCRYPT_DSA_PARAMETER_HEADER_V2 { cbLength, dwMagic, cbKeyLength, hashAlgorithm,
                standardVersion, cbSeedLength, cbGroupSize, Count }
            BCRYPT_KEY_DATA_BLOB_HEADER { dwMagic, dwVersion, cbKeyData }
            CRYPT_INTERFACE_REG { dwInterface, dwFlags, cFunctions, rgpszFunctions }
            CRYPT_IMAGE_REG { pszImage, cInterfaces, rgpInterfaces }
            CRYPT_PROVIDER_REG { cAliases, rgpszAliases, pUM, pKM }
            CRYPT_PROVIDERS { cProviders, rgpszProviders }
            CRYPT_CONTEXT_CONFIG { dwFlags, dwReserved }
            CRYPT_CONTEXT_FUNCTION_CONFIG { dwFlags, dwReserved }
            CRYPT_CONTEXTS { cContexts, rgpszContexts }
            CRYPT_CONTEXT_FUNCTIONS { cFunctions, rgpszFunctions }
            CRYPT_CONTEXT_FUNCTION_PROVIDERS { cProviders, rgpszProviders }
            CRYPT_PROPERTY_REF { pszProperty, cbValue, pbValue }
            CRYPT_IMAGE_REF { pszImage, dwFlags }
            CRYPT_PROVIDER_REF { dwInterface, pszFunction, pszProvider, cProperties,
                rgpProperties, pUM, pKM }
            CRYPT_PROVIDER_REFS { cProviders, rgpProviders }
            BCRYPT_CIPHER_FUNCTION_TABLE { Version, OpenAlgorithmProvider, GetProperty, SetProperty, CloseAlgorithmProvider, GenerateKey, Encrypt, Decrypt, ImportKey, ExportKey, DuplicateKey, DestroyKey }
            BCRYPT_HASH_FUNCTION_TABLE { Version, OpenAlgorithmProvider, GetProperty, SetProperty, CloseAlgorithmProvider, CreateHash, HashData, FinishHash, DuplicateHash, DestroyHash, CreateMultiHash, ProcessMultiOperations }
            BCRYPT_ASYMMETRIC_ENCRYPTION_FUNCTION_TABLE { Version, OpenAlgorithmProvider, GetProperty, SetProperty, CloseAlgorithmProvider, GenerateKeyPair, FinalizeKeyPair, Encrypt, Decrypt, ImportKeyPair, ExportKey, DestroyKey, SignHash, VerifySignature }
            BCRYPT_SECRET_AGREEMENT_FUNCTION_TABLE { Version, OpenAlgorithmProvider, GetProperty, SetProperty, CloseAlgorithmProvider, SecretAgreement, DeriveKey, DestroySecret, GenerateKeyPair, FinalizeKeyPair, ImportKeyPair, ExportKey, DestroyKey }
            BCRYPT_SIGNATURE_FUNCTION_TABLE { Version, OpenAlgorithmProvider, GetProperty, SetProperty, CloseAlgorithmProvider, GenerateKeyPair, FinalizeKeyPair, SignHash, VerifySignature, ImportKeyPair, ExportKey, DestroyKey }
            BCRYPT_RNG_FUNCTION_TABLE { Version, OpenAlgorithmProvider, GetProperty, SetProperty, CloseAlgorithmProvider, GenRandom }
            BCRYPT_KEY_DERIVATION_FUNCTION_TABLE { Version, OpenAlgorithmProvider, GetProperty, SetProperty, CloseAlgorithmProvider, GenerateKey, DestroyKey, KeyDerivation, ExportKey, ImportKey, DuplicateKey }
        }
    };
}

/// Those of newer SDK headers than windows-sys was made from.
fn own() -> Vec<Layout> {
    layouts! { types:
        BCRYPT_PQDSA_PADDING_INFO { pbCtx, cbCtx, pszPrehashAlgId }
        BCRYPT_MLKEM_KEY_BLOB { dwMagic, cbParameterSet, cbKey }
        BCRYPT_PQDSA_KEY_BLOB { dwMagic, cbParameterSet, cbKey }
        BCRYPT_PKCS11_RSA_AES_WRAP_BLOB { dwMagic, cbKey, cbPaddingAlgId, cbPaddingLabel }
    }
}

fn all() -> Vec<Layout> {
    let mut layouts = shared!(types);
    layouts.extend(own());
    layouts
}

#[test]
fn structures_are_those_of_windows() {
    for (ours, theirs) in shared!(types).iter().zip(shared!(windows)) {
        assert_eq!(*ours, theirs);
    }
}

#[test]
fn every_structure_and_field_is_compared() {
    let fields = fs::read_to_string(generate::path()).expect("the header is there");
    let mut names = generate::structs();
    for layout in all() {
        names.retain(|name| name != layout.name);
        let start = format!("typedef struct {} {{\n", layout.name);
        let body =
            fields.split(&start).nth(1).and_then(|rest| rest.split('}').next()).expect("it is in the header");
        assert_eq!(
            body.matches(';').count(),
            layout.offsets.len() + comment_semicolons(body),
            "{}",
            layout.name
        );
    }
    assert!(names.is_empty(), "not compared: {names:?}");
}

fn comment_semicolons(body: &str) -> usize {
    body.lines()
        .filter(|line| line.trim_start().starts_with("//"))
        .map(|line| line.matches(';').count())
        .sum()
}

#[test]
fn the_header_has_these_layouts() {
    let mut text = String::from("#include <bcrypt.h>\n");
    let mut check = |left: String, right: usize| {
        writeln!(text, "_Static_assert({left} == {right}, \"{left}\");").expect("a String grows");
    };
    for Layout { name, size, align, offsets } in all() {
        check(format!("sizeof({name})"), size);
        check(format!("_Alignof({name})"), align);
        for (field, offset) in offsets {
            check(format!("offsetof({name}, {field})"), offset);
        }
    }
    text += "int main(void) { return 0; }\n";
    compiler::succeeds("layout", &text);
}
