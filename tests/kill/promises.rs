// SPDX-License-Identifier: GPL-3.0-or-later
//! A host is watched by strace during transfers: whatever it promises lies on its disk before it is sent.
//!
//! `KILL_PROMISES` (30) chooses how many transfers.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::thread;

use distributed_mekhq::protocol::entry::{Entry, Record};
use distributed_mekhq::protocol::settlement::RequestId;
use distributed_mekhq::protocol::transfer::{TransferEnd, WireTransferRequest};
use distributed_mekhq::protocol::{CampaignId, proto};
use distributed_mekhq::session::settlement::News;
use prost::Message;

use super::host::HostProcess;
use super::random::Random;
use super::setting;
use super::storm::connected;
use super::support::books::{Trader, money};
use super::support::date;
use super::trace::{self, Call};

const SOURCE: u128 = 1;
const TARGET: u128 = 2;

/// Transfers that are under way at once: few, so that the disk has to be synced often.
const WINDOW: u64 = 4;

/// Bytes before the first message of a gRPC stream's part: whether it is compressed, and its length.
const PREFIX_BYTES: usize = 5;

/// What the host tells about a request, each of which says that something is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Said {
    Requested,
    Completed,
}

/// A promise as it was sent: what it says, by which connection, and the place in the trace of its first byte.
struct Promise {
    said: Said,
    request: RequestId,
    socket: String,
    sent: usize,
}

fn transfer(number: u64) -> WireTransferRequest {
    let (source, target) = (CampaignId::from_u128(SOURCE), CampaignId::from_u128(TARGET));
    let request = RequestId::from_u128(u128::from(Random::new(number).next()) << 64 | u128::from(number));
    WireTransferRequest { source, target, request, amount: money(1), memo: String::new() }
}

/// Wires so many times.
fn wire(mut trader: Trader, transfers: u64) {
    let (mut asked, mut completed) = (0, 0);
    while completed < transfers {
        while asked < transfers && asked < completed + WINDOW {
            trader.request(TARGET, transfer(asked).request, 1).expect("the host lives");
            asked += 1;
        }
        completed += applied(&trader.all_news());
    }
}

/// Says yes so many times.
fn accept(mut trader: Trader, transfers: u64) {
    let mut completed = 0;
    while completed < transfers {
        let news = trader.all_news();
        for news in &news {
            if let News::Asked(transfer) = news {
                trader.respond(transfer.request, true).expect("it was asked");
            }
        }
        completed += applied(&news);
    }
}

fn applied(news: &[News]) -> u64 {
    news.iter().filter(|news| matches!(news, News::Applied { .. })).count() as u64
}

/// Where in the trace each record was written first.
fn records(calls: &[Call], transfers: u64) -> HashMap<(Said, RequestId), usize> {
    let mut records = HashMap::new();
    let bodies: HashMap<_, _> = (0..transfers).map(|number| (text(number), bodies(number))).collect();
    for call in calls.iter().filter(|call| is_ledger(call)) {
        for at in 0..call.bytes.len() {
            let Some(bodies) = call.bytes.get(at..at + 36).and_then(|text| bodies.get(text)) else { continue };
            for (said, request, body, id_at) in bodies {
                let begin = at.checked_sub(*id_at).and_then(|begin| call.bytes.get(begin..));
                if begin.is_some_and(|bytes| bytes.starts_with(body)) {
                    records.entry((*said, *request)).or_insert(call.ended);
                }
            }
        }
    }
    records
}

fn text(number: u64) -> Vec<u8> {
    transfer(number).request.to_string().into_bytes()
}

/// What the ledger holds of a transfer, and where in that the id stands.
fn bodies(number: u64) -> [(Said, RequestId, Vec<u8>, usize); 2] {
    let (transfer, request) = (transfer(number), transfer(number).request);
    let end = TransferEnd::Accepted { due: date("3025-01-01") };
    let requested = Record::TransferRequested { transfer, expires_unix_ms: None };
    let closed = Record::TransferClosed { request, end };
    [(Said::Requested, requested), (Said::Completed, closed)].map(|(said, record)| {
        // Without a time, which comes first, what is left is the record.
        let body = Entry { unix_ms: 0, record }.encode().to_vec();
        let id_at = body.windows(36).position(|window| window == text(number)).expect("a record names its request");
        (said, request, body, id_at)
    })
}

fn is_ledger(call: &Call) -> bool {
    call.on.ends_with(".ledger-wal") || call.on.ends_with(".ledger")
}

/// What the host sent by each connection, with the place in the trace at which each byte was handed over.
fn sent(calls: &[Call]) -> HashMap<&str, Vec<(u8, usize)>> {
    let mut sockets: HashMap<_, Vec<_>> = HashMap::new();
    for call in calls.iter().filter(|call| call.on.starts_with("socket:")) {
        sockets.entry(&*call.on).or_default().extend(call.bytes.iter().map(|&byte| (byte, call.began)));
    }
    sockets
}

/// The DATA of each HTTP/2 stream on a connection: frames of a length, a type, flags, and the stream's number.
fn data(bytes: &[(u8, usize)]) -> HashMap<u64, Vec<(u8, usize)>> {
    const DATA: u64 = 0;
    let number = |bytes: &[(u8, usize)]| bytes.iter().fold(0, |number, (byte, _)| number << 8 | u64::from(*byte));
    let mut streams: HashMap<_, Vec<_>> = HashMap::new();
    let mut rest = bytes;
    while let Some((head, behind)) = rest.split_at_checked(9) {
        let length = usize::try_from(number(&head[..3])).expect("three bytes");
        let Some((payload, next)) = behind.split_at_checked(length) else { break };
        if number(&head[3..4]) == DATA {
            streams.entry(number(&head[5..9])).or_default().extend_from_slice(payload);
        }
        rest = next;
    }
    streams
}

/// The messages of a gRPC stream, each with the place at which its first byte was sent.
fn messages(bytes: &[(u8, usize)]) -> Vec<(proto::ServerMessage, usize)> {
    let mut messages = Vec::new();
    let mut rest = bytes;
    while let Some((head, behind)) = rest.split_at_checked(PREFIX_BYTES) {
        assert_eq!(head[0].0, 0, "nothing is compressed");
        let length = head[1..].iter().fold(0, |length, (byte, _)| length << 8 | usize::from(*byte));
        let Some((body, next)) = behind.split_at_checked(length) else { break };
        let body: Vec<_> = body.iter().map(|(byte, _)| *byte).collect();
        messages.extend(proto::ServerMessage::decode(&*body).ok().map(|message| (message, head[0].1)));
        rest = next;
    }
    messages
}

fn promises(calls: &[Call]) -> Vec<Promise> {
    let mut promises = Vec::new();
    for (socket, bytes) in sent(calls) {
        for (message, sent) in data(&bytes).values().flat_map(|stream| messages(stream)) {
            let Some(any) = message.message else { continue };
            let name = any.type_url.rsplit('.').next().unwrap_or_default().to_owned();
            let value = &*any.value;
            let (said, request) = match &*name {
                "WireTransferRequest" => {
                    (Said::Requested, proto::WireTransferRequest::decode(value).expect("a request").request)
                }
                "WireTransferCompleted" => {
                    (Said::Completed, proto::WireTransferCompleted::decode(value).expect("an outcome").request)
                }
                _ => continue,
            };
            let request = RequestId::parse("request", &request).expect("an id");
            promises.push(Promise { said, request, socket: socket.to_owned(), sent });
        }
    }
    promises
}

/// The host's calls during so many transfers.
fn watched(transfers: u64) -> Vec<Call> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("trace");
    let host = HostProcess::start_under(trace::watcher(&file), folder.path());
    let [source, target] = [(SOURCE, transfers), (TARGET, 0)].map(|(number, units)| {
        let computer = Arc::new(tempfile::tempdir().expect("a folder"));
        Trader::new(connected(&computer, number, host.port), number, units.cast_signed()).confirmed()
    });
    thread::scope(|scope| {
        scope.spawn(|| wire(source, transfers));
        scope.spawn(|| accept(target, transfers));
    });
    host.stop();
    trace::read(&file)
}

/// Where strace is missing, or may not watch, this says so: the full form of the proof does not hold then.
#[test]
fn whatever_a_host_promises_lies_on_its_disk_before_it_is_sent() {
    let transfers = setting("KILL_PROMISES", 30);
    if !trace::can_watch() {
        println!("\nfigure promises sent: not observed: strace is missing, or may not watch here");
        return;
    }
    let calls = watched(transfers);
    let records = records(&calls, transfers);
    let syncs: Vec<_> = calls.iter().filter(|call| is_sync(call)).map(|call| (call.began, call.ended)).collect();
    let promises = promises(&calls);
    let told: BTreeSet<_> = promises.iter().map(|promise| (promise.said, promise.request, &promise.socket)).collect();
    assert_eq!(told.len() as u64, 3 * transfers, "a request is told to the target, its outcome to both sides");
    let after_sync = |promise: &&Promise| {
        let written = records.get(&(promise.said, promise.request));
        written.is_some_and(|&written| syncs.iter().any(|&(began, ended)| began > written && ended < promise.sent))
    };
    let kept = promises.iter().filter(after_sync).count();
    println!("\nfigure transfers that were watched: {transfers}");
    println!("figure syncs of the ledger: {}", syncs.len());
    println!("figure promises sent: {}", promises.len());
    println!("figure promises sent after the sync of their record: {kept}");
    assert_eq!(kept, promises.len(), "a promise was sent before its record was on the disk");
}

fn is_sync(call: &Call) -> bool {
    matches!(&*call.name, "fdatasync" | "fsync") && is_ledger(call)
}
