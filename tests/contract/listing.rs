// SPDX-License-Identifier: GPL-3.0-or-later

//! The contract as a text that people can read and review: one type, field, value or call a line.
//!
//! ```text
//! message mekhqonline.Goodbye
//!   1 code: mekhqonline.GoodbyeCode
//!   reserved 5 to 7
//!   reserved cause
//! enum mekhqonline.GoodbyeCode
//!   0 GOODBYE_CODE_UNSPECIFIED
//! service mekhqonline.MekHQHost
//!   rpc MessageBus(stream mekhqonline.ClientMessage) returns (stream mekhqonline.ServerMessage)
//! ```

use protox::prost_reflect::prost_types::field_descriptor_proto::{Label, Type};
use protox::prost_reflect::prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorSet, MethodDescriptorProto,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// All types of a package by their full names.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Contract {
    pub types: BTreeMap<String, Definition>,
}

/// A message, enum or service.
#[derive(Debug, PartialEq, Eq)]
pub struct Definition {
    /// `message`, `enum` or `service`.
    pub keyword: String,
    /// Fields of a message or values of an enum, by number.
    pub numbered: BTreeMap<i32, Item>,
    /// What stands behind `reserved`: a number, a range of numbers, or a name.
    pub reserved: BTreeSet<String>,
    /// Signatures of a service's calls, by name.
    pub calls: BTreeMap<String, String>,
}

/// A field of a message or a value of an enum.
#[derive(Debug, PartialEq, Eq)]
pub struct Item {
    pub name: String,
    /// Label, type and oneof of a field, for example `repeated string`. Empty for a value.
    pub kind: String,
}

impl Contract {
    /// What a package holds.
    pub fn of(set: &FileDescriptorSet, package: &str) -> Self {
        let mut contract = Self::default();
        for file in set.file.iter().filter(|file| file.package() == package) {
            file.message_type.iter().for_each(|message| contract.add_message(package, message));
            file.enum_type.iter().for_each(|enumeration| contract.add_enum(package, enumeration));
            for service in &file.service {
                let mut definition = Definition::new("service");
                definition.calls.extend(service.method.iter().map(|call| (call.name().to_owned(), signature(call))));
                contract.types.insert(format!("{package}.{}", service.name()), definition);
            }
        }
        contract
    }

    fn add_message(&mut self, scope: &str, message: &DescriptorProto) {
        let name = format!("{scope}.{}", message.name());
        message.enum_type.iter().for_each(|enumeration| self.add_enum(&name, enumeration));
        let (entries, nested): (Vec<_>, Vec<_>) = message.nested_type.iter().partition(|nested| is_map_entry(nested));
        nested.iter().for_each(|nested| self.add_message(&name, nested));
        let mut definition = Definition::new("message");
        for field in &message.field {
            let entry = entries.iter().find(|entry| field.type_name() == format!(".{name}.{}", entry.name()));
            let kind = field_kind(message, field, entry.copied());
            definition.numbered.insert(field.number(), Item { name: field.name().to_owned(), kind });
        }
        // The end of a message's reserved range is exclusive, that of an enum's inclusive.
        definition.reserved.extend(message.reserved_range.iter().map(|range| span(range.start(), range.end() - 1)));
        definition.reserved.extend(message.reserved_name.iter().cloned());
        self.types.insert(name, definition);
    }

    fn add_enum(&mut self, scope: &str, enumeration: &EnumDescriptorProto) {
        let mut definition = Definition::new("enum");
        for value in &enumeration.value {
            let item = Item { name: value.name().to_owned(), kind: String::new() };
            definition.numbered.insert(value.number(), item);
        }
        definition.reserved.extend(enumeration.reserved_range.iter().map(|range| span(range.start(), range.end())));
        definition.reserved.extend(enumeration.reserved_name.iter().cloned());
        self.types.insert(format!("{scope}.{}", enumeration.name()), definition);
    }

    /// Reads a listing, or says which line is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut contract = Self::default();
        let mut name = String::new();
        for line in text.lines() {
            let good = match line.strip_prefix("  ") {
                Some(member) => contract.types.get_mut(&name).and_then(|definition| definition.parse_member(member)),
                None => line.split_once(' ').map(|(keyword, type_name)| {
                    name = type_name.to_owned();
                    contract.types.insert(name.clone(), Definition::new(keyword));
                }),
            };
            good.ok_or_else(|| format!("not a line of a listing: {line}"))?;
        }
        Ok(contract)
    }
}

impl Definition {
    fn new(keyword: &str) -> Self {
        Self {
            keyword: keyword.to_owned(),
            numbered: BTreeMap::new(),
            reserved: BTreeSet::new(),
            calls: BTreeMap::new(),
        }
    }

    fn parse_member(&mut self, member: &str) -> Option<()> {
        let (head, tail) = member.split_once(' ')?;
        match head {
            "reserved" => drop(self.reserved.insert(tail.to_owned())),
            "rpc" => {
                let at = tail.find('(')?;
                self.calls.insert(tail[..at].to_owned(), tail[at..].to_owned());
            }
            number => {
                let (name, kind) = tail.split_once(": ").unwrap_or((tail, ""));
                let item = Item { name: name.to_owned(), kind: kind.to_owned() };
                self.numbered.insert(number.parse().ok()?, item);
            }
        }
        Some(())
    }
}

impl fmt::Display for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, definition) in &self.types {
            writeln!(f, "{} {name}", definition.keyword)?;
            for (number, item) in &definition.numbered {
                let separator = if item.kind.is_empty() { "" } else { ": " };
                writeln!(f, "  {number} {}{separator}{}", item.name, item.kind)?;
            }
            definition.reserved.iter().try_for_each(|reserved| writeln!(f, "  reserved {reserved}"))?;
            definition.calls.iter().try_for_each(|(name, signature)| writeln!(f, "  rpc {name}{signature}"))?;
        }
        Ok(())
    }
}

fn is_map_entry(message: &DescriptorProto) -> bool {
    message.options.as_ref().is_some_and(|options| options.map_entry())
}

fn field_kind(message: &DescriptorProto, field: &FieldDescriptorProto, entry: Option<&DescriptorProto>) -> String {
    if let Some(entry) = entry {
        return format!("map<{}, {}>", type_name(&entry.field[0]), type_name(&entry.field[1]));
    }
    let name = type_name(field);
    match (field.label(), field.proto3_optional(), field.oneof_index) {
        (Label::Repeated, ..) => format!("repeated {name}"),
        (_, true, _) => format!("optional {name}"),
        (.., Some(index)) => {
            let oneof = usize::try_from(index).unwrap();
            format!("{name} in oneof {}", message.oneof_decl[oneof].name())
        }
        _ => name,
    }
}

fn type_name(field: &FieldDescriptorProto) -> String {
    match field.r#type() {
        Type::Message | Type::Enum => field.type_name().trim_start_matches('.').to_owned(),
        scalar => scalar.as_str_name().trim_start_matches("TYPE_").to_lowercase(),
    }
}

fn signature(call: &MethodDescriptorProto) -> String {
    let side = |streaming: bool, name: &str| {
        format!("({}{})", if streaming { "stream " } else { "" }, name.trim_start_matches('.'))
    };
    let input = side(call.client_streaming(), call.input_type());
    let output = side(call.server_streaming(), call.output_type());
    format!("{input} returns {output}")
}

fn span(first: i32, last: i32) -> String {
    if first == last { first.to_string() } else { format!("{first} to {last}") }
}

/// One of everything that a listing can show.
const EVERYTHING: &str = "\
enum m.A.Nested
  -1 NEGATIVE
  0 ZERO
  reserved 5 to 7
message m.A
  1 text: string
  2 many: repeated m.A.B
  3 maybe: optional uint64
  4 either: m.A.Nested in oneof choice
  5 table: map<int32, m.A.B>
  6 other: google.protobuf.Any
  536870911 or: bytes in oneof choice
  reserved 10
  reserved 20 to 30
  reserved gone
message m.A.B
service m.S
  rpc Both(stream m.A) returns (stream m.A.B)
  rpc Down(m.A) returns (stream m.A.B)
  rpc None(m.A) returns (m.A.B)
  rpc Up(stream m.A) returns (m.A.B)
";

const EVERYTHING_SOURCE: &str = r#"
syntax = "proto3";
package m;
import "google/protobuf/any.proto";
message A {
    enum Nested { ZERO = 0; NEGATIVE = -1; reserved 5 to 7; }
    message B {}
    string text = 1;
    repeated B many = 2;
    optional uint64 maybe = 3;
    oneof choice { Nested either = 4; bytes or = 536870911; }
    map<int32, B> table = 5;
    google.protobuf.Any other = 6;
    reserved 10, 20 to 30;
    reserved "gone";
}
service S {
    rpc None(A) returns (A.B);
    rpc Up(stream A) returns (A.B);
    rpc Down(A) returns (stream A.B);
    rpc Both(stream A) returns (stream A.B);
}
"#;

#[test]
fn a_listing_shows_everything_that_a_package_holds() {
    let folder = std::env::temp_dir().join(format!("distributed-mekhq-contract-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("m.proto"), EVERYTHING_SOURCE).unwrap();
    let compiled = protox::compile(["m.proto"], [&folder]);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(Contract::of(&compiled.unwrap(), "m"), Contract::parse(EVERYTHING).unwrap());
}

#[test]
fn a_listing_survives_being_written_and_read() {
    let read = Contract::parse(EVERYTHING).unwrap();
    assert_eq!(Contract::parse(&read.to_string()), Ok(read));
    let contract = crate::compiled();
    assert_eq!(Contract::parse(&contract.to_string()), Ok(contract));
}

#[test]
fn a_listing_reads_the_same_with_the_line_ends_of_windows() {
    let read = Contract::parse(&EVERYTHING.replace('\n', "\r\n"));
    assert_eq!(read, Contract::parse(EVERYTHING));
}

#[test]
fn a_line_that_is_none_of_a_listing_is_named() {
    for line in ["<<<<<<<", "  1 id: string", "message m.A\n  one id: string", "service m.S\n  rpc Connect"] {
        let reason = Contract::parse(line).unwrap_err();
        assert_eq!(
            Some(reason.as_str()),
            line.lines().last().map(|line| format!("not a line of a listing: {line}")).as_deref()
        );
    }
}
