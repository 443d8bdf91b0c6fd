// SPDX-License-Identifier: GPL-3.0-or-later
//! The native methods of `mekhq.distributed.Native` that take a loaded campaign. Each that may change it is one turn of
//! its books, on the calling thread, and answers with what the turn has brought.

use jni::objects::{JByteArray, JClass, JString};
use jni::sys::{jboolean, jint, jlong};
use jni::{Env, NativeMethod, native_method};
use prost::Message;
use uuid::Uuid;

use super::assets::{self, JavaAssets};
use super::bindings::AssetsSink;
use super::exports::{bytes, text, text_of};
use super::failure::{Failure, Guard};
use super::test_hooks::enter;
use super::{campaigns, convert, registry};
use crate::net::campaign::{LoadedCampaign, Turn};
use crate::protocol::handshake::decode_unary;
use crate::protocol::limits::{MEMENTO_BYTES_MAX, MESSAGE_BYTES_MAX};
use crate::protocol::link::check_session;
use crate::protocol::proto::{self, bridge};
use crate::protocol::refusal::Invalid;
use crate::protocol::settlement::{Adjustment, OpenRequests, RequestId};
use crate::protocol::transfer::WireTransferRequest;
use crate::protocol::{BusMessage, CampaignDate, CampaignId, Payload, Refusal};
use crate::session::memento::Memento;
use crate::session::settlement::{CampaignAssets, News, Participant};

macro_rules! natives {
    ($(fn $name:ident($($argument:ident: $kind:tt),*) -> $returned:tt;)+) => {
        $(const _: NativeMethod = native_method! {
            java_type = "mekhq.distributed.Native",
            type_map = { AssetsSink => mekhq.distributed.AssetsSink },
            static extern fn $name($($argument: $kind),*) -> $returned,
            error_policy = Guard,
        };)+
    };
}

natives! {
    fn forget_books(id: jlong) -> void;
    fn load_campaign(campaign_id: [jbyte], epoch_day: jlong, memento: [jbyte]) -> jlong;
    fn unload_campaign(campaign: jlong) -> void;
    fn campaign_memento(campaign: jlong) -> JString;
    fn held_sessions(campaign: jlong) -> [jbyte];
    fn campaign_may_advance(campaign: jlong, epoch_day: jlong) -> jint;
    fn attach_campaign(campaign: jlong, id: jlong) -> void;
    fn campaign_day(campaign: jlong, epoch_day: jlong, assets: AssetsSink) -> [jbyte];
    fn work_books(campaign: jlong, assets: AssetsSink) -> [jbyte];
    fn abandon_session(campaign: jlong, session: [jbyte], assets: AssetsSink) -> [jbyte];
    fn request_wire_transfer(campaign: jlong, id: jlong, transfer: [jbyte], assets: AssetsSink) -> [jbyte];
    fn respond_wire_transfer(
        campaign: jlong, id: jlong, request: [jbyte], accepted: jboolean, assets: AssetsSink
    ) -> [jbyte];
    fn cancel_wire_transfer(campaign: jlong, id: jlong, request: [jbyte], assets: AssetsSink) -> [jbyte];
    fn open_wire_transfers(campaign: jlong, id: jlong) -> [jbyte];
    fn retry_settlement(campaign: jlong, id: jlong, assets: AssetsSink) -> [jbyte];
    fn skip_settlement(campaign: jlong, id: jlong, assets: AssetsSink) -> [jbyte];
    fn exit_quarantine(campaign: jlong, id: jlong, assets: AssetsSink) -> [jbyte];
    fn adjust(id: jlong, adjustment: [jbyte]) -> void;
}

type Bytes<'local> = Result<JByteArray<'local>, Failure>;

fn forget_books<'local>(_env: &mut Env<'local>, _class: JClass<'local>, id: jlong) -> Result<(), Failure> {
    enter("forgetBooks");
    registry::get(id)?.events().forget_books();
    Ok(())
}

fn load_campaign<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    campaign_id: JByteArray<'local>,
    epoch_day: jlong,
    memento: JByteArray<'local>,
) -> Result<jlong, Failure> {
    enter("loadCampaign");
    let campaign = CampaignId::parse("campaign", &text(env, &campaign_id, "campaign")?)?;
    let date = CampaignDate::from_epoch_day("date", epoch_day)?;
    let memento = text_of(env, &memento, "memento", MEMENTO_BYTES_MAX)?;
    Ok(campaigns::add(LoadedCampaign::load(campaign, &memento, date).map_err(Invalid::from)?))
}

fn unload_campaign<'local>(_env: &mut Env<'local>, _class: JClass<'local>, campaign: jlong) -> Result<(), Failure> {
    enter("unloadCampaign");
    campaigns::remove(campaign);
    Ok(())
}

fn campaign_memento<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    campaign: jlong,
) -> Result<JString<'local>, Failure> {
    enter("campaignMemento");
    let memento = campaigns::get(campaign)?.turn(|loaded| loaded.memento())?;
    Ok(JString::from_str(env, memento.to_text())?)
}

fn held_sessions<'local>(env: &mut Env<'local>, _class: JClass<'local>, campaign: jlong) -> Bytes<'local> {
    enter("heldSessions");
    let held = held(&campaigns::get(campaign)?.turn(|loaded| loaded.memento())?);
    Ok(env.byte_array_from_slice(&held.encode_to_vec())?)
}

fn campaign_may_advance<'local>(
    _env: &mut Env<'local>,
    _class: JClass<'local>,
    campaign: jlong,
    epoch_day: jlong,
) -> Result<jint, Failure> {
    enter("campaignMayAdvance");
    let date = CampaignDate::from_epoch_day("date", epoch_day)?;
    let answer = campaigns::get(campaign)?.turn(|loaded| loaded.may_advance(date))?;
    Ok(convert::may_advance(answer).into())
}

fn attach_campaign<'local>(
    _env: &mut Env<'local>,
    _class: JClass<'local>,
    campaign: jlong,
    id: jlong,
) -> Result<(), Failure> {
    enter("attachCampaign");
    let session = registry::get(id)?;
    Ok(campaigns::get(campaign)?.turn(|loaded| loaded.attach(number(id), session))?)
}

fn campaign_day<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    campaign: jlong,
    epoch_day: jlong,
    assets: AssetsSink<'local>,
) -> Bytes<'local> {
    enter("campaignDay");
    let date = CampaignDate::from_epoch_day("date", epoch_day)?;
    turn(env, campaign, &assets, |loaded, assets| loaded.day(date, assets))
}

fn work_books<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    campaign: jlong,
    assets: AssetsSink<'local>,
) -> Bytes<'local> {
    enter("workBooks");
    turn(env, campaign, &assets, |loaded, assets| loaded.work(assets))
}

fn abandon_session<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    campaign: jlong,
    session: JByteArray<'local>,
    assets: AssetsSink<'local>,
) -> Bytes<'local> {
    enter("abandonSession");
    let session: Uuid =
        check_session(&text(env, &session, "session")?)?.ok_or_else(|| Invalid::field("session", "is missing"))?;
    turn(env, campaign, &assets, |loaded, assets| loaded.abandon(session, assets))
}

fn request_wire_transfer<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    campaign: jlong,
    id: jlong,
    transfer: JByteArray<'local>,
    assets: AssetsSink<'local>,
) -> Bytes<'local> {
    enter("requestWireTransfer");
    let bytes = bytes(env, &transfer, "transfer", MESSAGE_BYTES_MAX)?;
    let transfer: proto::WireTransferRequest = decode_unary(bytes.into(), WireTransferRequest::SHAPE)?;
    let transfer = WireTransferRequest::check(transfer)?;
    act(env, campaign, id, &assets, |books, session, _, assets| books.request_transfer(session, transfer, assets))
}

fn respond_wire_transfer<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    campaign: jlong,
    id: jlong,
    request: JByteArray<'local>,
    accepted: jboolean,
    assets: AssetsSink<'local>,
) -> Bytes<'local> {
    enter("respondWireTransfer");
    let request = request_id(env, &request)?;
    act(env, campaign, id, &assets, |books, session, _, assets| {
        books.respond_transfer(session, request, accepted, assets)
    })
}

fn cancel_wire_transfer<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    campaign: jlong,
    id: jlong,
    request: JByteArray<'local>,
    assets: AssetsSink<'local>,
) -> Bytes<'local> {
    enter("cancelWireTransfer");
    let request = request_id(env, &request)?;
    act(env, campaign, id, &assets, |books, session, _, _| books.cancel_transfer(session, request))
}

fn open_wire_transfers<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    campaign: jlong,
    id: jlong,
) -> Bytes<'local> {
    enter("openWireTransfers");
    registry::get(id)?;
    let open = campaigns::get(campaign)?.turn(|loaded| loaded.open_transfers(number(id)))?;
    let open = bridge::OpenTransfers { open: open.iter().map(Payload::to_proto).collect() };
    Ok(env.byte_array_from_slice(&open.encode_to_vec())?)
}

fn retry_settlement<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    campaign: jlong,
    id: jlong,
    assets: AssetsSink<'local>,
) -> Bytes<'local> {
    enter("retrySettlement");
    act(env, campaign, id, &assets, |books, session, date, assets| {
        books.retry(session, date, assets);
        Ok(())
    })
}

fn skip_settlement<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    campaign: jlong,
    id: jlong,
    assets: AssetsSink<'local>,
) -> Bytes<'local> {
    enter("skipSettlement");
    act(env, campaign, id, &assets, |books, session, date, assets| {
        books.skip(session, date, assets);
        Ok(())
    })
}

fn exit_quarantine<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    campaign: jlong,
    id: jlong,
    assets: AssetsSink<'local>,
) -> Bytes<'local> {
    enter("exitQuarantine");
    act(env, campaign, id, &assets, |books, session, _, _| books.exit_quarantine(session))
}

fn adjust<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    id: jlong,
    adjustment: JByteArray<'local>,
) -> Result<(), Failure> {
    enter("adjust");
    let session = registry::get(id)?;
    let bytes = bytes(env, &adjustment, "adjustment", MESSAGE_BYTES_MAX)?;
    let proto: proto::Adjustment = decode_unary(bytes.into(), Adjustment::SHAPE)?;
    Ok(session.adjust(Adjustment::check(proto)?)?)
}

/// What the player does in a session that is still open.
fn act<'local>(
    env: &mut Env<'local>,
    campaign: jlong,
    id: jlong,
    assets: &AssetsSink<'local>,
    act: impl FnOnce(&mut Participant, Uuid, CampaignDate, &mut dyn CampaignAssets) -> Result<(), Refusal>,
) -> Bytes<'local> {
    registry::get(id)?;
    turn(env, campaign, assets, |loaded, assets| loaded.act(number(id), assets, act))
}

fn turn<'local>(
    env: &mut Env<'local>,
    campaign: jlong,
    sink: &AssetsSink<'local>,
    turn: impl FnOnce(&mut LoadedCampaign, &mut dyn CampaignAssets) -> Turn,
) -> Bytes<'local> {
    if sink.is_null() {
        return Err(Invalid::field("assets", "is null").into());
    }
    let campaign = campaigns::get(campaign)?;
    let done = campaign.turn(|loaded| turn(loaded, &mut JavaAssets::new(env, sink)))?;
    Ok(env.byte_array_from_slice(&bridged(done).encode_to_vec())?)
}

/// Ids are counted from 1.
fn number(id: jlong) -> u64 {
    id.unsigned_abs()
}

fn request_id(env: &Env<'_>, request: &JByteArray<'_>) -> Result<RequestId, Failure> {
    Ok(RequestId::parse("request", &text(env, request, "request")?)?)
}

/// What is set aside in each session, as it crosses to Java.
fn held(memento: &Memento) -> bridge::HeldSessions {
    let sessions = memento.books().iter().filter(|(_, book)| !book.holds.is_empty());
    let each = sessions.filter_map(|(session, book)| {
        Some(bridge::HeldSession {
            session: session.to_string(),
            host_date: memento.host_date(session)?.to_string(),
            holds: book.holds.iter().map(|(&key, hold)| assets::hold((key, &hold.bundle))).collect(),
        })
    });
    bridge::HeldSessions { sessions: each.collect() }
}

/// What a turn has brought, as it crosses to Java.
fn bridged(turn: Turn) -> bridge::Turn {
    let refused = |Refusal { code, reason }: Refusal| bridge::ConnectFailed { code: code.into(), reason };
    let news = turn.news.into_iter().filter_map(|(session, news)| {
        let session = session.and_then(|number| i64::try_from(number).ok()).unwrap_or_default();
        Some(bridge::News { session, news: Some(bridged_news(news)?) })
    });
    bridge::Turn { news: news.collect(), refused: turn.answer.err().map(refused) }
}

fn bridged_news(news: News) -> Option<bridge::news::News> {
    use bridge::news::News as Bridged;
    Some(match news {
        News::Applied { message, .. } | News::Said(message) => match message {
            BusMessage::WireTransferCompleted(completed) => Bridged::Completed(completed.to_proto()),
            BusMessage::Adjustment(adjustment) => Bridged::Adjusted(adjustment.to_proto()),
            BusMessage::Refused(refused) => Bridged::Refused(refused.to_proto()),
            // Nothing that a player needs to know.
            _ => return None,
        },
        News::Paused { place, reason } => Bridged::Paused(bridge::news::Paused { number: place.number, reason }),
        News::AssetsFailed(error) => Bridged::AssetsFailed(error.to_string()),
        News::Asked(request) => Bridged::Asked(request.to_proto()),
        News::Confirmed(open) => Bridged::Confirmed(OpenRequests { open, page: 1, last: true }.to_proto()),
        News::Withdrawn(key) => Bridged::Withdrawn(key.request.to_string()),
        News::Quarantined(quarantined) => Bridged::Quarantined(quarantined.end.number),
    })
}
