// SPDX-License-Identifier: GPL-3.0-or-later
//! The worst messages at each limit.

use bytes::Bytes;
use distributed_mekhq::protocol::proto;
use prost::{Message, Name};

use super::exchange;
use super::support::campaign;
use super::support::raw::payload;

/// Whether a campaign of this number has been told what shows that the host took a bomb.
pub type Listens = fn(u128, &proto::Any) -> bool;

/// What every one of the campaigns sends.
pub struct Bomb {
    pub name: &'static str,
    /// What a campaign of this number sends in the host's session.
    pub frames: fn(u128, &str) -> Vec<Bytes>,
    /// None: the host has nothing to tell of it.
    pub listens: Option<Listens>,
}

impl Bomb {
    const fn new(name: &'static str, frames: fn(u128, &str) -> Vec<Bytes>, listens: Option<Listens>) -> Self {
        Self { name, frames, listens }
    }
}

/// What any session needs once, and what a bus begins with.
pub const QUIET: Bomb = Bomb::new("a few pings", |number, _| pings(number, 10), None);

/// A limit, and what reaches it, in an order in which what is refused once a campaign's rate is spent comes before what
/// spends it.
pub type Limit = (&'static str, &'static [Bomb]);

/// Of requests and settlements.
pub const EXCHANGED: &[Limit] = &[
    (
        "256 requests taken back and 256 open, their replay, and 256 held",
        &[
            Bomb::new("requests", exchange::transfers, Some(exchange::is_asked)),
            Bomb::new("replays and listings", exchange::returns, Some(exchange::is_listed)),
        ],
    ),
    (
        "standings of 16 debts and 64 skips",
        &[Bomb::new("standings", exchange::standings, Some(exchange::sees_standing))],
    ),
    (
        "lists of 256 that only the host may send",
        &[Bomb::new("lists", exchange::presumptions, Some(exchange::is_forbidden))],
    ),
];

/// Of what campaigns tell of themselves, and of the wire itself.
pub const TOLD: &[Limit] = &[
    ("logs of 256 lines", &[Bomb::new("logs", |number, _| vec![largest_log(number); 20], Some(reads_log))]),
    ("TOEs of 2,048 units", &[Bomb::new("TOEs", |number, _| vec![largest_toe(number); 20], Some(sees_toe))]),
    ("rosters of 256", &[Bomb::new("rosters", |number, _| vec![largest_pong(number); 20], None)]),
    ("pings", &[Bomb::new("pings", |number, _| pings(number, 5_000), None)]),
    ("oddities", &[Bomb::new("oddities", oddities, None)]),
];

/// Another's whole log.
fn reads_log(number: u128, message: &proto::Any) -> bool {
    let log = payload::<proto::DailyLog>(message);
    log.is_some_and(|log| log.id != campaign(number).id.to_string() && log.entries.len() == 256)
}

/// Another's whole TOE.
fn sees_toe(number: u128, message: &proto::Any) -> bool {
    let toe = payload::<proto::ToeUpdated>(message).filter(|toe| toe.id != campaign(number).id.to_string());
    toe.and_then(|toe| toe.force).is_some_and(|force| force.sub_forces.len() == 1_023)
}

/// What is never taken: most metadata excepted, which is.
fn oddities(number: u128, _: &str) -> Vec<Bytes> {
    let mut frames = vec![most_metadata(number); 500];
    frames.extend(vec![unknown(number); 20]);
    frames.extend(vec![empty_elements(number); 4]);
    frames.extend(vec![deepest(number); 4]);
    frames.push(vec![0; 512 * 1024 + 1].into());
    frames
}

fn envelope(number: u128, name: &str, value: Vec<u8>) -> Bytes {
    let message = proto::Any { type_url: format!("type.googleapis.com/mekhqonline.{name}"), value: value.into() };
    let id = campaign(number).id.to_string();
    proto::ClientMessage { id, message: Some(message), ..Default::default() }.encode_to_vec().into()
}

pub fn enveloped<M: Message + Name>(number: u128, message: &M) -> Bytes {
    let frame = envelope(number, M::NAME, message.encode_to_vec());
    assert!(frame.len() <= 512 * 1024, "{} bytes would never be read", frame.len());
    frame
}

pub fn details(number: u128) -> proto::CampaignDetails {
    proto::CampaignDetails { name: "🦊".repeat(200), location: "🦊".repeat(200), ..campaign(number).to_proto() }
}

fn pings(number: u128, count: usize) -> Vec<Bytes> {
    let ping = enveloped(number, &proto::Ping { campaign: Some(details(number)), ..Default::default() });
    vec![ping; count]
}

fn largest_toe(number: u128) -> Bytes {
    let unit = proto::ForceUnit { id: "u".repeat(36), name: "n".repeat(120), commander: "c".repeat(60) };
    let lance = proto::Force { id: 1, name: "lance".into(), units: vec![unit.clone(); 2], ..Default::default() };
    let force = proto::Force { sub_forces: vec![lance; 1_023], units: vec![unit; 2], ..Default::default() };
    let force = proto::Force { name: "regiment".into(), ..force };
    enveloped(number, &proto::ToeUpdated { id: campaign(number).id.to_string(), force: Some(force) })
}

fn largest_log(number: u128) -> Bytes {
    let entries = vec![proto::LogEntry { entry: "x".repeat(2_030) }; 256];
    let id = campaign(number).id.to_string();
    enveloped(number, &proto::DailyLog { id, date: "3025-01-01".into(), entries })
}

/// The answer to a ping.
pub fn pong(number: u128) -> Bytes {
    enveloped(number, &proto::Pong { campaign: Some(details(number)), ..Default::default() })
}

fn largest_pong(number: u128) -> Bytes {
    let campaigns = vec![details(number); 256];
    enveloped(number, &proto::Pong { campaign: Some(details(number)), campaigns, ..Default::default() })
}

fn most_metadata(number: u128) -> Bytes {
    let metadata = (0..32).map(|key| (format!("{key:02}"), "x".repeat(125))).collect();
    let ping = proto::Ping { campaign: Some(details(number)), ..Default::default() };
    let mut envelope = proto::ClientMessage::decode(enveloped(number, &ping)).expect("our own");
    envelope.metadata = metadata;
    envelope.encode_to_vec().into()
}

/// Two bytes on the wire each, and some eighty once decoded.
fn empty_elements(number: u128) -> Bytes {
    let units = [0x22, 0].repeat(260_000);
    let mut force = vec![0x12];
    prost::encoding::encode_varint(units.len() as u64, &mut force);
    envelope(number, "TOEUpdated", [force, units].concat())
}

fn deepest(number: u128) -> Bytes {
    let nested = (0..90_000_usize).fold(Vec::new(), |mut outer: Vec<u8>, _| {
        outer.push(0x1b);
        outer
    });
    envelope(number, "TOEUpdated", nested)
}

fn unknown(number: u128) -> Bytes {
    envelope(number, "FromTheFuture", vec![0; 500 * 1024])
}
