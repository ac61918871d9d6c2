//! Phone numbers, payment cards and Chinese identity numbers.

use super::text::Hits;
use super::{CARD, ID_NUMBER, PHONE};

/// A run of digits inside the text.
#[derive(Clone, Copy)]
struct Group {
    from: usize,
    to: usize,
}

const MAX_GROUPS: usize = 7;

pub(super) fn find(text: &str, hits: &mut Hits) {
    let bytes = text.as_bytes();
    let mut next = 0;
    while let Some(first) = group(bytes, next) {
        if let Some(end) = uuid_around(bytes, first) {
            next = end;
            continue;
        }
        next = match longest(bytes, first) {
            Some((from, to, mask)) => {
                hits.push(from, to, mask);
                to
            }
            None => first.to,
        };
    }
}

pub(super) fn is_phone(value: &str) -> bool {
    let bytes = value.as_bytes();
    let Some(first) = group(bytes, 0) else { return false };
    longest(bytes, first).is_some_and(|hit| hit == (0, bytes.len(), PHONE))
}

/// A number without separators, as JSON numbers are.
pub(super) fn mask_of_digits(digits: &str) -> Option<&'static str> {
    let bytes = digits.as_bytes();
    let hit = longest(bytes, group(bytes, 0)?)?;
    (hit.0 == 0 && hit.1 == bytes.len()).then_some(hit.2)
}

fn group(bytes: &[u8], from: usize) -> Option<Group> {
    let start = from + bytes[from..].iter().position(u8::is_ascii_digit)?;
    let len = bytes[start..].iter().take_while(|b| b.is_ascii_digit()).count();
    Some(Group { from: start, to: start + len })
}

/// The end of the UUID that the digits are part of. Its groups look like telephone numbers often
/// enough (`…-a070-6288281…`), and an id that is masked connects nothing any more.
fn uuid_around(bytes: &[u8], digits: Group) -> Option<usize> {
    const DASHES: [usize; 4] = [8, 13, 18, 23];
    const LEN: usize = 36;
    let inside = |b: &&u8| b.is_ascii_hexdigit() || **b == b'-';
    let before = bytes[..digits.from].iter().rev().take(LEN).take_while(inside).count();
    let start = digits.from - before;
    let len = bytes[start..].iter().take(LEN + 1).take_while(inside).count();
    let shaped = len == LEN
        && bytes[start..start + LEN]
            .iter()
            .enumerate()
            .all(|(i, b)| (*b == b'-') == DASHES.contains(&i));
    shaped.then_some(start + LEN)
}

/// The longest number that begins with `first`, written in one piece or in joined groups.
fn longest(bytes: &[u8], first: Group) -> Option<(usize, usize, &'static str)> {
    let before = first.from.checked_sub(1).map(|i| bytes[i]);
    let fraction = before == Some(b'.')
        && first.from.checked_sub(2).is_some_and(|i| bytes[i].is_ascii_digit());
    if fraction {
        return None;
    }
    let mut groups = [first; MAX_GROUPS];
    let mut digits = [0u8; 40];
    let mut len = 0;
    let mut best = None;
    for n in 0..MAX_GROUPS {
        if n > 0 {
            let Some(g) = joined(bytes, groups[n - 1].to) else { break };
            groups[n] = g;
        }
        let piece = &bytes[groups[n].from..groups[n].to];
        if len + piece.len() > digits.len() {
            break;
        }
        digits[len..len + piece.len()].copy_from_slice(piece);
        len += piece.len();
        let shape = Shape { bytes, groups: &groups[..=n], digits: &digits[..len], before };
        if let Some((from, to, mask)) = shape.judge() {
            best = Some((from, to, mask));
        }
    }
    best
}

/// The group after one separator: a space, a dash, or `) `.
fn joined(bytes: &[u8], from: usize) -> Option<Group> {
    let gap = match bytes.get(from..)? {
        [b')', b' ', d, ..] if d.is_ascii_digit() => 2,
        [b' ' | b'-' | b')', d, ..] if d.is_ascii_digit() => 1,
        _ => return None,
    };
    group(bytes, from + gap)
}

struct Shape<'a> {
    bytes: &'a [u8],
    groups: &'a [Group],
    digits: &'a [u8],
    before: Option<u8>,
}

impl Shape<'_> {
    fn judge(&self) -> Option<(usize, usize, &'static str)> {
        let (from, to) = (self.groups[0].from, self.groups[self.groups.len() - 1].to);
        if let Some(to) = self.id_number(to) {
            return Some((from, to, ID_NUMBER));
        }
        if self.card() {
            return Some((from, to, CARD));
        }
        if self.phone() {
            let sign = matches!(self.before, Some(b'+' | b'('));
            let more =
                sign && from >= 2 && self.before == Some(b'(') && self.bytes[from - 2] == b'+';
            return Some((from - usize::from(sign) - usize::from(more), to, PHONE));
        }
        None
    }

    fn lengths(&self, expected: &[usize]) -> bool {
        self.groups.iter().map(|g| g.to - g.from).eq(expected.iter().copied())
    }

    fn phone(&self) -> bool {
        let mobile = |d: &[u8]| d.len() == 11 && d[0] == b'1' && (b'3'..=b'9').contains(&d[1]);
        let grouped = self.lengths(&[11]) || self.lengths(&[3, 4, 4]) || self.lengths(&[3, 8]);
        if grouped && mobile(self.digits) {
            return true;
        }
        if let Some(national) = self.digits.strip_prefix(b"86") {
            let grouped = self.lengths(&[13])
                || self.lengths(&[2, 11])
                || self.lengths(&[2, 3, 4, 4])
                || self.lengths(&[5, 4, 4]);
            if grouped && mobile(national) {
                return true;
            }
        }
        if self.before == Some(b'+') {
            return (8..=15).contains(&self.digits.len());
        }
        let landline = self.groups.len() >= 2
            && self.digits[0] == b'0'
            && matches!(self.groups[0].to - self.groups[0].from, 3 | 4)
            && matches!(self.digits.len(), 10..=12);
        let american = self.lengths(&[3, 3, 4]) && (b'2'..=b'9').contains(&self.digits[0]);
        landline || american
    }

    fn card(&self) -> bool {
        let digits = self.digits;
        if !(13..=19).contains(&digits.len()) {
            return false;
        }
        // Groups of four, or the 4-6-5 and 4-6-4 of some issuers.
        let last = self.groups.len() - 1;
        let fours = self.groups.iter().enumerate().all(|(i, g)| {
            let len = g.to - g.from;
            len == 4 || i == last && len < 4
        });
        let grouped = last == 0 || fours || self.lengths(&[4, 6, 5]) || self.lengths(&[4, 6, 4]);
        // Issuers begin with 3 to 6 or 2221 to 2720: timestamps in any unit do not.
        let prefix = digits[..4].iter().fold(0u32, |n, d| n * 10 + u32::from(d - b'0'));
        grouped
            && ((3000..7000).contains(&prefix) || (2221..=2720).contains(&prefix))
            && luhn(digits)
    }

    /// Six digits of region, a plausible date of birth, three digits and a check character.
    fn id_number(&self, to: usize) -> Option<usize> {
        let x = matches!(self.bytes.get(to), Some(b'x' | b'X'));
        let to = match self.digits.len() {
            18 => to,
            17 if x => to + 1,
            _ => return None,
        };
        let split = |i: usize, n: usize| {
            self.groups.len() > i && self.groups[i].to - self.groups[i].from == n
        };
        let grouped =
            self.groups.len() == 1 || self.groups.len() == 3 && split(0, 6) && split(1, 8);
        let number = |r: std::ops::Range<usize>| {
            self.digits[r].iter().fold(0u32, |n, d| n * 10 + u32::from(d - b'0'))
        };
        let born = (1880..2100).contains(&number(6..10))
            && (1..=12).contains(&number(10..12))
            && (1..=31).contains(&number(12..14));
        (grouped && born && self.digits[0] != b'0').then_some(to)
    }
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| {
            let d = u32::from(d - b'0');
            match i % 2 {
                0 => d,
                _ if d > 4 => d * 2 - 9,
                _ => d * 2,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}
