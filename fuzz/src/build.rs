// SPDX-License-Identifier: GPL-3.0-or-later
//! Builds encoded messages of any type from a fuzzer's bytes: each byte is a choice.

use arbitrary::{Result, Unstructured};
use prost::encoding::{WireType, encode_key, encode_varint};

use super::contract::{CONTRACT, Field, Kind, Message};
use super::values::{Mood, bytes, number, text};

/// Bytes that one message may grow to before its repeated fields stop: what is large only costs time.
const BYTES_ENOUGH: usize = 8 * 1024;

/// Messages within messages before a tidy one stops; beyond the 16 that a TOE may have, a wild one does.
const DEPTH_TIDY: u32 = 3;
const DEPTH_WILD: u32 = 20;

/// Builds one message after another.
pub struct Builder<'a> {
    choices: Unstructured<'a>,
    mood: Mood,
    payload: Option<usize>,
    /// Places of the fields that were given a value other than their default.
    pub placed: Vec<usize>,
}

impl<'a> Builder<'a> {
    /// Takes its choices from a fuzzer's bytes.
    pub fn new(data: &'a [u8]) -> Result<Self> {
        let mut choices = Unstructured::new(data);
        let mood = Mood::choose(&mut choices)?;
        Ok(Self { choices, mood, payload: None, placed: Vec::new() })
    }

    /// One of these.
    pub fn choose<T: Copy>(&mut self, of: &[T]) -> Result<T> {
        self.choices.choose(of).copied()
    }

    /// A message in an envelope.
    pub fn envelope(&mut self, envelope: usize, payload: usize) -> Result<Vec<u8>> {
        self.payload = Some(payload);
        self.message(envelope)
    }

    /// A message of this type.
    pub fn message(&mut self, index: usize) -> Result<Vec<u8>> {
        self.nested(&CONTRACT.messages[index], 0)
    }

    fn nested(&mut self, message: &Message, depth: u32) -> Result<Vec<u8>> {
        let mut encoded = Vec::new();
        let chosen = self.choices.arbitrary::<u8>()?;
        for field in &message.fields {
            if !is_chosen(message, field, chosen) || self.mood.strays(&mut self.choices)? {
                continue;
            }
            for _ in 0..self.repeats(field, depth)? {
                self.field(field, depth, &mut encoded)?;
                if encoded.len() > BYTES_ENOUGH {
                    break;
                }
            }
        }
        Ok(encoded)
    }

    /// How often a field occurs.
    fn repeats(&mut self, field: &Field, depth: u32) -> Result<u32> {
        let deepest = if self.mood == Mood::Tidy { DEPTH_TIDY } else { DEPTH_WILD };
        if matches!(field.kind, Kind::Message(_)) && depth >= deepest {
            return Ok(0);
        }
        if !field.repeated {
            return Ok(1);
        }
        if self.mood.strays(&mut self.choices)? {
            return Ok(match u32::from(self.choices.arbitrary::<u8>()?) {
                few @ 0..250 => few & 3,
                // Past the 256 that a list may have, but seldom: it takes its time.
                many => many * 2,
            });
        }
        // Few on each level, so that a tree does not explode.
        Ok(1 + u32::from(depth == 0 && self.choices.arbitrary()?))
    }

    fn field(&mut self, field: &Field, depth: u32, encoded: &mut Vec<u8>) -> Result<()> {
        let stray = self.mood.strays(&mut self.choices)?;
        let before = encoded.len();
        match &field.kind {
            Kind::Number(WireType::Varint, zigzag) => {
                let value = number(&mut self.choices, stray)?;
                encode_key(field.number, WireType::Varint, encoded);
                encode_varint(if *zigzag { value.wrapping_shl(1) } else { value }, encoded);
            }
            Kind::Number(wire_type, _) => {
                let value = number(&mut self.choices, stray)?.to_le_bytes();
                encode_key(field.number, *wire_type, encoded);
                encoded.extend_from_slice(if *wire_type == WireType::SixtyFourBit { &value } else { &value[..4] });
            }
            Kind::Choice(values) => {
                let value = if stray { number(&mut self.choices, true)? } else { self.enumerated(values)? };
                encode_key(field.number, WireType::Varint, encoded);
                encode_varint(value, encoded);
            }
            Kind::Text(hint) => delimited(field.number, &text(&mut self.choices, *hint, stray)?, encoded),
            Kind::Flag => {
                encode_key(field.number, WireType::Varint, encoded);
                encode_varint(if stray { number(&mut self.choices, true)? } else { 1 }, encoded);
            }
            Kind::Bytes(length) => delimited(field.number, &bytes(&mut self.choices, *length, stray)?, encoded),
            Kind::Message(inner) => {
                let inner = self.nested(&CONTRACT.messages[*inner], depth + 1)?;
                delimited(field.number, &inner, encoded);
            }
            Kind::Payload => {
                let any = self.any(stray)?;
                delimited(field.number, &any, encoded);
            }
        }
        // An empty value is the default, except of a message.
        if encoded.len() > before + 2 || !stray {
            self.placed.push(field.place);
        }
        Ok(())
    }

    fn enumerated(&mut self, values: &[i32]) -> Result<u64> {
        let value = *self.choices.choose(values)?;
        let first_other = values.iter().copied().find(|&value| value != 0).unwrap_or_default();
        let value = if value == 0 && self.mood == Mood::Tidy { first_other } else { value };
        Ok(i64::from(value).cast_unsigned())
    }

    fn any(&mut self, stray: bool) -> Result<Vec<u8>> {
        const TYPE_URL: u32 = 1;
        const VALUE: u32 = 2;
        let payload = self.payload.unwrap_or(CONTRACT.payloads[0]);
        let message = &CONTRACT.messages[payload];
        let prefix = if stray { *self.choices.choose(&["", "/", "x/y/"])? } else { "type.googleapis.com/" };
        let mut any = Vec::new();
        delimited(TYPE_URL, format!("{prefix}{}", message.name).as_bytes(), &mut any);
        let value = self.nested(message, 0)?;
        delimited(VALUE, &value, &mut any);
        Ok(any)
    }
}

/// Of a oneof's fields, the one that the choice fell on.
fn is_chosen(message: &Message, field: &Field, chosen: u8) -> bool {
    let Some(oneof) = field.oneof else { return true };
    let siblings = message.fields.iter().filter(|other| other.oneof == Some(oneof));
    let position = message.fields.iter().filter(|other| other.oneof == Some(oneof) && other.number < field.number);
    position.count() == usize::from(chosen) % siblings.count()
}

fn delimited(number: u32, content: &[u8], encoded: &mut Vec<u8>) {
    encode_key(number, WireType::LengthDelimited, encoded);
    encode_varint(content.len() as u64, encoded);
    encoded.extend_from_slice(content);
}
