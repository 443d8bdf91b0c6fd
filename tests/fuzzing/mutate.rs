// SPDX-License-Identifier: GPL-3.0-or-later
//! Mutations as a fuzzer makes them.

use super::random::Random;

/// Longer inputs only repeat what shorter ones do.
const BYTES_MAX: usize = 8 * 1024;

/// One of these, changed in a few places; or nothing but chance.
pub fn mutated(corpus: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    if random.percent(30) {
        return (0..random.below(700)).map(|_| random.next() as u8).collect();
    }
    let mut input = corpus[random.index(corpus.len())].clone();
    for _ in 0..random.between(1, 4) {
        mutate(&mut input, &corpus[random.index(corpus.len())], random);
    }
    input.truncate(BYTES_MAX);
    input
}

fn mutate(input: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    if input.is_empty() {
        return input.push(random.next() as u8);
    }
    let at = random.index(input.len());
    match random.below(7) {
        0 => input[at] ^= 1 << random.below(8),
        1 => input[at] = random.next() as u8,
        2 => input.truncate(at),
        3 => input.insert(at, *other.get(at).unwrap_or(&0xff)),
        4 => drop(input.drain(at..(at + 1 + random.index(8)).min(input.len()))),
        5 => input.extend_from_within(at..),
        _ => {
            input.truncate(at);
            input.extend_from_slice(&other[at.min(other.len())..]);
        }
    }
}
