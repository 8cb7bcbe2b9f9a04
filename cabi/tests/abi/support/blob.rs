//! Key blobs, put together and taken apart: two little-endian words, then fields of one width.

/// "ECK1" .. "ECK6", "ECKP", "ECKV", "DHPB", "DHPV", "DHPM" (behaviour.md c3, c6, c7).
pub const ECDH_PUBLIC_GENERIC: u32 = 0x504B_4345;
pub const ECDH_PRIVATE_GENERIC: u32 = 0x564B_4345;
/// "ECDP", "ECDV" (behaviour.md t104).
pub const ECDSA_PUBLIC_GENERIC: u32 = 0x5044_4345;
pub const ECDSA_PRIVATE_GENERIC: u32 = 0x5644_4345;
pub const DH_PUBLIC: u32 = 0x4250_4844;
pub const DH_PRIVATE: u32 = 0x5650_4844;
pub const DH_PARAMETERS: u32 = 0x4D50_4844;

/// A blob whose cbKey is the width of its first field.
pub fn build(magic: u32, fields: &[&[u8]]) -> Vec<u8> {
    let width = u32::try_from(fields[0].len()).unwrap();
    words(&[magic, width]).into_iter().chain(fields.concat()).collect()
}

/// Little-endian words.
pub fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// The first word.
pub fn magic(blob: &[u8]) -> u32 {
    word(blob, 0)
}

/// The word at a byte offset.
pub fn word(blob: &[u8], offset: usize) -> u32 {
    u32::from_le_bytes(blob[offset..offset + 4].try_into().unwrap())
}

/// The same blob under another magic.
pub fn with_magic(blob: &[u8], magic: u32) -> Vec<u8> {
    [&magic.to_le_bytes(), &blob[4..]].concat()
}

/// The fields behind the two words.
pub fn fields(blob: &[u8]) -> Vec<Vec<u8>> {
    blob[8..].chunks(word(blob, 4) as usize).map(<[u8]>::to_vec).collect()
}

/// The same blob with one field replaced.
pub fn with_field(blob: &[u8], index: usize, value: &[u8]) -> Vec<u8> {
    let mut parts = fields(blob);
    assert_eq!(parts[index].len(), value.len(), "a field keeps its width");
    parts[index] = value.to_vec();
    build(magic(blob), &parts.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// The value of DHParameters and SecretAgreementParam (behaviour.md c7): length first, magic second.
pub fn dh_parameters(prime: &[u8], generator: &[u8]) -> Vec<u8> {
    let width = u32::try_from(prime.len()).unwrap();
    [&words(&[12 + 2 * width, DH_PARAMETERS, width]), prime, generator].concat()
}
