//! Just enough DER to take a public key out of its envelope. Anything unexpected is `None`.

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT_ID: u8 = 0x06;

/// 1.2.840.113549.1.1.1
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// 1.3.101.112
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

/// A public key as an algorithm and its bits (`SubjectPublicKeyInfo`).
pub(super) enum Spki<'d> {
    Rsa(&'d [u8]),
    Ed25519(&'d [u8]),
}

pub(super) fn spki(der: &[u8]) -> Option<Spki<'_>> {
    let body = whole(SEQUENCE, der)?;
    let (algorithm, rest) = element(SEQUENCE, body)?;
    // The first byte says how many bits of the last are unused; keys have none.
    let (&unused, bits) = whole(BIT_STRING, rest)?.split_first()?;
    let (id, _) = element(OBJECT_ID, algorithm)?;
    match id {
        _ if unused != 0 => None,
        RSA => Some(Spki::Rsa(bits)),
        ED25519 => Some(Spki::Ed25519(bits)),
        _ => None,
    }
}

/// Modulus and exponent of an `RSAPublicKey`, without the zero that marks them as positive.
pub(super) fn rsa(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let body = whole(SEQUENCE, der)?;
    let (n, rest) = element(INTEGER, body)?;
    let e = whole(INTEGER, rest)?;
    Some((positive(n)?, positive(e)?))
}

fn positive(integer: &[u8]) -> Option<&[u8]> {
    match integer {
        [0, rest @ ..] if !rest.is_empty() => Some(rest),
        [first, ..] if *first < 0x80 => Some(integer),
        _ => None,
    }
}

fn whole(tag: u8, der: &[u8]) -> Option<&[u8]> {
    element(tag, der).filter(|(_, rest)| rest.is_empty()).map(|(content, _)| content)
}

/// The content of the first element, and what follows it.
fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81 | 0x82 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (digits.iter().fold(0, |length, &digit| length << 8 | usize::from(digit)), rest)
        }
        _ => return None,
    };
    (found == tag).then(|| rest.split_at_checked(length)).flatten()
}
