// SPDX-License-Identifier: GPL-3.0-or-later
//! The messages that reach this library from elsewhere, as the compiled contract describes them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use prost::encoding::WireType;
use protox::prost_reflect::{DescriptorPool, FieldDescriptor, Kind as ProtoKind, MessageDescriptor};

use super::values::{Hint, bytes_wanted, hint};

/// All messages of the contract. Compiled once.
pub static CONTRACT: LazyLock<Contract> = LazyLock::new(Contract::compile);

/// Messages that are read by themselves although no envelope holds them.
pub const UNARY: [&str; 4] = [
    "mekhqonline.ConnectionRequest",
    "mekhqonline.ConnectionResponse",
    "mekhqonline.DisconnectionRequest",
    "mekhqonline.DisconnectionResponse",
];

/// What the JNI side reads.
pub const OPTIONS: [&str; 2] = ["mekhqonline.bridge.HostOptions", "mekhqonline.bridge.RemoteOptions"];

/// What the ledger reads.
pub const ENTRY: &str = "mekhqonline.ledger.Entry";

/// What a save keeps.
pub const MEMENTO: &str = "mekhqonline.memento.Memento";

/// What a bus carries.
pub const ENVELOPES: [&str; 2] = ["mekhqonline.ClientMessage", "mekhqonline.ServerMessage"];

/// Messages by number.
pub struct Contract {
    /// In the order of their names.
    pub messages: Vec<Message>,
    /// Those that may stand in an envelope.
    pub payloads: Vec<usize>,
    by_name: BTreeMap<String, usize>,
}

/// One message.
pub struct Message {
    /// With its package.
    pub name: String,
    /// In the order of their numbers.
    pub fields: Vec<Field>,
}

/// One field.
pub struct Field {
    /// On the wire.
    pub number: u32,
    /// What it holds.
    pub kind: Kind,
    /// May occur several times.
    pub repeated: bool,
    /// Only one field of the same oneof may occur.
    pub oneof: Option<usize>,
    /// Its place among all fields.
    pub place: usize,
    /// Message and field, for people.
    pub path: String,
}

/// What a field holds, as far as building one is concerned.
pub enum Kind {
    /// Any number; zigzag where the flag says so.
    Number(WireType, bool),
    /// True or false.
    Flag,
    /// One of these, or any other number.
    Choice(Vec<i32>),
    /// Text that means something.
    Text(Hint),
    /// As many bytes: a digest, a key, or a UUID.
    Bytes(usize),
    /// Another message.
    Message(usize),
    /// The payload of an envelope: a `google.protobuf.Any`.
    Payload,
}

impl Contract {
    fn compile() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().find(|folder| folder.join("proto").is_dir());
        let folder = root.expect("the contract lies beside the sources").join("proto");
        let mut files: Vec<_> = std::fs::read_dir(folder.join("mekhqonline"))
            .expect("the contract's folder")
            .map(|entry| entry.expect("a file of the contract").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "proto"))
            .collect();
        files.sort();
        let set = protox::compile(files, [folder]).expect("the contract compiles");
        let pool = DescriptorPool::from_file_descriptor_set(set).expect("the contract is whole");
        Self::of(&pool)
    }

    fn of(pool: &DescriptorPool) -> Self {
        let descriptors: BTreeMap<_, _> =
            pool.all_messages().map(|message| (message.full_name().to_owned(), message)).collect();
        let by_name: BTreeMap<_, _> =
            descriptors.keys().enumerate().map(|(index, name)| (name.clone(), index)).collect();
        let mut places = 0..;
        let messages: Vec<_> =
            descriptors.values().map(|descriptor| message(descriptor, &by_name, &mut places)).collect();
        let may_stand = |message: &Message| super::targets::is_payload(&message.name);
        let payloads = (0..messages.len()).filter(|&index| may_stand(&messages[index])).collect();
        Self { messages, payloads, by_name }
    }

    /// The message of a full name.
    pub fn message(&self, name: &str) -> usize {
        *self.by_name.get(name).unwrap_or_else(|| panic!("the contract has no {name}"))
    }

    /// How many fields all messages have together.
    pub fn field_count(&self) -> usize {
        self.messages.iter().map(|message| message.fields.len()).sum()
    }

    /// The messages that are read by themselves.
    fn roots(&self) -> Vec<usize> {
        let named =
            UNARY.iter().chain(&OPTIONS).chain(&ENVELOPES).chain([&ENTRY, &MEMENTO]).map(|name| self.message(name));
        named.chain(self.payloads.iter().copied()).collect()
    }

    /// The fields of everything that is read: what inputs have to reach, by place.
    pub fn fields_read(&self) -> BTreeMap<usize, &str> {
        let mut open = self.roots();
        let mut seen = BTreeSet::new();
        let mut fields = BTreeMap::new();
        while let Some(index) = open.pop() {
            if !seen.insert(index) {
                continue;
            }
            for field in &self.messages[index].fields {
                fields.insert(field.place, field.path.as_str());
                if let Kind::Message(inner) = field.kind {
                    open.push(inner);
                }
            }
        }
        fields
    }

    /// Messages of wire and ledger that nobody reads.
    pub fn never_read(&self) -> Vec<&str> {
        let read = self.fields_read();
        let ours = |message: &&Message| {
            message.name.starts_with("mekhqonline.") && !message.name.starts_with("mekhqonline.bridge.")
        };
        let unread = |message: &&Message| message.fields.iter().any(|field| !read.contains_key(&field.place));
        self.messages.iter().filter(ours).filter(unread).map(|message| message.name.as_str()).collect()
    }
}

fn message(
    descriptor: &MessageDescriptor,
    by_name: &BTreeMap<String, usize>,
    places: &mut impl Iterator<Item = usize>,
) -> Message {
    let mut fields: Vec<_> = descriptor.fields().map(|proto| field(descriptor, &proto, by_name, places)).collect();
    fields.sort_by_key(|field| field.number);
    Message { name: descriptor.full_name().to_owned(), fields }
}

fn field(
    message: &MessageDescriptor,
    proto: &FieldDescriptor,
    by_name: &BTreeMap<String, usize>,
    places: &mut impl Iterator<Item = usize>,
) -> Field {
    let path = format!("{}.{}", message.full_name(), proto.name());
    let oneof = proto.containing_oneof().and_then(|oneof| message.oneofs().position(|other| other == oneof));
    Field {
        number: proto.number(),
        kind: kind(&path, &proto.kind(), by_name),
        repeated: proto.is_list() || proto.is_map(),
        oneof,
        place: places.next().expect("numbers do not run out"),
        path,
    }
}

fn kind(path: &str, kind: &ProtoKind, by_name: &BTreeMap<String, usize>) -> Kind {
    match kind {
        ProtoKind::String => Kind::Text(hint(path)),
        ProtoKind::Bytes => Kind::Bytes(bytes_wanted(path)),
        ProtoKind::Enum(values) => Kind::Choice(values.values().map(|value| value.number()).collect()),
        ProtoKind::Message(inner) if inner.full_name() == "google.protobuf.Any" => Kind::Payload,
        ProtoKind::Message(inner) => Kind::Message(by_name[inner.full_name()]),
        ProtoKind::Sint32 | ProtoKind::Sint64 => Kind::Number(WireType::Varint, true),
        ProtoKind::Double | ProtoKind::Fixed64 | ProtoKind::Sfixed64 => Kind::Number(WireType::SixtyFourBit, false),
        ProtoKind::Float | ProtoKind::Fixed32 | ProtoKind::Sfixed32 => Kind::Number(WireType::ThirtyTwoBit, false),
        ProtoKind::Bool => Kind::Flag,
        ProtoKind::Int32 | ProtoKind::Int64 | ProtoKind::Uint32 | ProtoKind::Uint64 => {
            Kind::Number(WireType::Varint, false)
        }
    }
}
