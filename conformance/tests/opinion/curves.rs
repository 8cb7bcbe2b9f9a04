//! The curves that algorithms and names stand for.

use crate::support::text::hex;
use crate::weierstrass::Curve;
use num_bigint_dig::BigUint;

const A_IS_MINUS_3: &str = "";

/// p, a, b, x, y, n of FIPS 186-4 (the first three), RFC 5639 and SEC 2.
const NUMBERS: &[(&str, [&str; 6])] = &[
    (
        "nistP256",
        [
            "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
            A_IS_MINUS_3,
            "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
            "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
            "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
            "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        ],
    ),
    (
        "nistP384",
        [
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
            A_IS_MINUS_3,
            "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
            "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7",
            "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        ],
    ),
    (
        "nistP521",
        [
            "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
         ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            A_IS_MINUS_3,
            "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef1
         09e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
            "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d
         3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
            "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e
         662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
            "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
         a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
        ],
    ),
    (
        "brainpoolP256r1",
        [
            "a9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377",
            "7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9",
            "26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6",
            "8bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262",
            "547ef835c3dac4fd97f8461a14611dc9c27745132ded8e545c1d54c72f046997",
            "a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7",
        ],
    ),
    (
        "secP256k1",
        [
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000007",
            "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
            "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8",
            "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
        ],
    ),
];

/// The curve of a name without regard to case, if its numbers stand here.
pub fn named(name: &str) -> Option<Curve> {
    let alias = match name.to_ascii_lowercase().as_str() {
        "secp256r1" | "ecdh_p256" => "nistp256".to_owned(),
        "secp384r1" | "ecdh_p384" => "nistp384".to_owned(),
        "secp521r1" | "ecdh_p521" => "nistp521".to_owned(),
        other => other.to_owned(),
    };
    let (_, numbers) = NUMBERS.iter().find(|(known, _)| known.eq_ignore_ascii_case(&alias))?;
    let width = hex(numbers[0]).len();
    let [p, mut a, b, x, y, n] = numbers.map(|text| BigUint::from_bytes_be(&hex(text)));
    if numbers[1] == A_IS_MINUS_3 {
        a = crate::plus(&p, -3);
    }
    Some(Curve { p, a, b, g: (x, y), n, h: BigUint::from(1_u32), width })
}

#[test]
fn every_generator_has_its_order() {
    for (name, _) in NUMBERS {
        let curve = named(name).unwrap();
        assert!(curve.has(&curve.g), "{name}");
        assert_eq!(curve.times(&curve.n, &curve.g), None, "{name}");
    }
}
