// SPDX-License-Identifier: GPL-3.0-or-later
//! The native methods of `mekhq.distributed.Native`, each a thin shell around something that knows no JNI.
//!
//! `native_method!` checks each function against its Java signature when the library is compiled.

use std::path::PathBuf;

use jni::objects::{JByteArray, JClass, JString};
use jni::sys::{jboolean, jint, jlong};
use jni::{Env, NativeMethod, native_method};
use prost::Message;

use super::bindings::{EventSink, LogSink};
use super::failure::{Failure, Guard};
use super::test_hooks::enter;
use super::{convert, delivery, load, logging, options, registry, statements};
use crate::net::keys::KeyStore;
use crate::net::{host, remote, runtime};
use crate::protocol::force::Force;
use crate::protocol::handshake::decode_unary;
use crate::protocol::key::KEY_TEXT_BYTES_MAX;
use crate::protocol::limits::MESSAGE_BYTES_MAX;
use crate::protocol::proto::bridge;
use crate::protocol::refusal::{ErrorCode, Invalid};
use crate::protocol::team::DailyLog;
use crate::protocol::{CampaignDate, CampaignId, Payload, Refusal, Text, count, proto};
use crate::session::{Announcement, Visibility};

/// Bytes of a short text.
const TEXT_BYTES_MAX: usize = 4 * 1024;

macro_rules! natives {
    ($(fn $name:ident($($argument:ident: $kind:tt),*) -> $returned:tt;)+) => {
        $(const _: NativeMethod = native_method! {
            java_type = "mekhq.distributed.Native",
            type_map = {
                EventSink => mekhq.distributed.EventSink,
                LogSink => mekhq.distributed.LogSink,
            },
            static extern fn $name($($argument: $kind),*) -> $returned,
            error_policy = Guard,
        };)+
    };
}

natives! {
    fn library_version() -> JString;
    fn start_host(options: [jbyte]) -> jlong;
    fn connect(options: [jbyte]) -> jlong;
    fn host_port(id: jlong) -> jint;
    fn session_id(id: jlong) -> [jbyte];
    fn fingerprint(id: jlong) -> [jbyte];
    fn invitation(id: jlong, options: [jbyte]) -> [jbyte];
    fn backup_ledger(id: jlong, file: [jbyte]) -> void;
    fn statement(id: jlong, campaign: [jbyte]) -> [jbyte];
    fn close(id: jlong) -> void;
    fn deliver_events(id: jlong, sink: EventSink) -> void;
    fn request_resynchronisation(id: jlong) -> void;
    fn roster(id: jlong) -> [jbyte];
    fn force(id: jlong, campaign: [jbyte]) -> [jbyte];
    fn may_advance(id: jlong, epoch_day: jlong) -> jint;
    fn send_date_changed(id: jlong, epoch_day: jlong, jump: jboolean) -> void;
    fn send_ready_to_advance(id: jlong) -> void;
    fn continue_without_host(id: jlong, alone: jboolean) -> void;
    fn assign_team(id: jlong, campaign: [jbyte], team: jint) -> void;
    fn set_force_visibility(id: jlong, visibility: jint) -> void;
    fn members(id: jlong) -> [jbyte];
    fn change_membership(id: jlong, changed: [jbyte]) -> void;
    fn send_daily_log(id: jlong, log: [jbyte]) -> void;
    fn send_gm_mode_changed(id: jlong, gm_mode: jboolean) -> void;
    fn send_location_changed(id: jlong, location: [jbyte], gm_movement: jboolean) -> void;
    fn send_toe_updated(id: jlong, force: [jbyte]) -> void;
    fn export_keys(data_folder: [jbyte], campaign: [jbyte]) -> [jbyte];
    fn import_keys(data_folder: [jbyte], keys: [jbyte], replace: jboolean) -> jint;
    fn deliver_logs(level: jint, sink: LogSink) -> void;
}

fn library_version<'local>(env: &mut Env<'local>, _class: JClass<'local>) -> Result<JString<'local>, Failure> {
    enter("libraryVersion");
    Ok(JString::from_str(env, load::VERSION)?)
}

fn start_host<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    options: JByteArray<'local>,
) -> Result<jlong, Failure> {
    enter("startHost");
    let options = options::host(&bytes(env, &options, "options", options::OPTIONS_BYTES_MAX)?)?;
    Ok(registry::add(host::start(&runtime::handle()?, options)?))
}

fn connect<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    options: JByteArray<'local>,
) -> Result<jlong, Failure> {
    enter("connect");
    let options = options::remote(&bytes(env, &options, "options", options::OPTIONS_BYTES_MAX)?)?;
    Ok(registry::add(remote::start(&runtime::handle()?, options)))
}

fn host_port<'local>(_env: &mut Env<'local>, _class: JClass<'local>, id: jlong) -> Result<jint, Failure> {
    enter("hostPort");
    let port = registry::get(id)?.port();
    Ok(port.ok_or_else(|| Refusal::new(ErrorCode::InvalidArgument, "a remote session listens on no port"))?.into())
}

/// Null: the host was not reached yet.
fn session_id<'local>(env: &mut Env<'local>, _class: JClass<'local>, id: jlong) -> Result<JByteArray<'local>, Failure> {
    enter("sessionId");
    match registry::get(id)?.snapshot().entered {
        Some(session) => Ok(env.byte_array_from_slice(session.to_string().as_bytes())?),
        None => Ok(JByteArray::null()),
    }
}

/// Null: the host does not encrypt.
fn fingerprint<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    id: jlong,
) -> Result<JByteArray<'local>, Failure> {
    enter("fingerprint");
    match registry::get(id)?.fingerprint()? {
        Some(fingerprint) => Ok(env.byte_array_from_slice(fingerprint.to_string().as_bytes())?),
        None => Ok(JByteArray::null()),
    }
}

fn invitation<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    id: jlong,
    options: JByteArray<'local>,
) -> Result<JByteArray<'local>, Failure> {
    enter("invitation");
    let session = registry::get(id)?;
    let (named, with_password) = options::invitation(&bytes(env, &options, "options", options::OPTIONS_BYTES_MAX)?)?;
    let invitation = session.invitation(named, with_password)?;
    Ok(env.byte_array_from_slice(invitation.to_text().as_bytes())?)
}

/// Waits for the disk.
fn backup_ledger<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    id: jlong,
    file: JByteArray<'local>,
) -> Result<(), Failure> {
    enter("backupLedger");
    let session = registry::get(id)?;
    let file = PathBuf::from(text(env, &file, "file")?);
    if !file.is_absolute() {
        return Err(Invalid::field("file", "is not an absolute path").into());
    }
    Ok(session.backup_ledger(file)?)
}

/// Idempotent: whoever closes waits until the session has ended.
fn close<'local>(_env: &mut Env<'local>, _class: JClass<'local>, id: jlong) -> Result<(), Failure> {
    enter("close");
    if let Ok(session) = registry::get(id) {
        session.close();
        registry::remove(id);
    }
    Ok(())
}

fn deliver_events<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    id: jlong,
    sink: EventSink<'local>,
) -> Result<(), Failure> {
    enter("deliverEvents");
    let session = registry::claim_delivery(id)?;
    while let Some(events) = session.events().take() {
        delivery::deliver(env, &convert::batch(events), |env, batch| sink.on_events(env, batch))?;
    }
    Ok(())
}

fn request_resynchronisation<'local>(_env: &mut Env<'local>, _class: JClass<'local>, id: jlong) -> Result<(), Failure> {
    enter("requestResynchronisation");
    registry::get(id)?.events().ask_for_resynchronisation();
    Ok(())
}

fn roster<'local>(env: &mut Env<'local>, _class: JClass<'local>, id: jlong) -> Result<JByteArray<'local>, Failure> {
    enter("roster");
    let session = registry::get(id)?;
    let mut state = convert::roster_state(&session.snapshot().roster);
    convert::add_dropped(&mut state, session.events().dropped());
    Ok(env.byte_array_from_slice(&state.encode_to_vec())?)
}

/// Null: the campaign has shown no TOE.
fn force<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    id: jlong,
    campaign: JByteArray<'local>,
) -> Result<JByteArray<'local>, Failure> {
    enter("force");
    let snapshot = registry::get(id)?.snapshot();
    let campaign = CampaignId::parse("campaign", &text(env, &campaign, "campaign")?)?;
    match snapshot.forces.get(campaign) {
        Some(force) => Ok(env.byte_array_from_slice(&force.as_proto().encode_to_vec())?),
        None => Ok(JByteArray::null()),
    }
}

fn send_date_changed<'local>(
    _env: &mut Env<'local>,
    _class: JClass<'local>,
    id: jlong,
    epoch_day: jlong,
    jump: jboolean,
) -> Result<(), Failure> {
    enter("sendDateChanged");
    let session = registry::get(id)?;
    let date = CampaignDate::from_epoch_day("date", epoch_day)?;
    Ok(session.announce(Announcement::DateChanged { date, jump })?)
}

/// Asked by MekHQ while it advances days, on the Swing thread: no lock, no wait.
fn may_advance<'local>(
    _env: &mut Env<'local>,
    _class: JClass<'local>,
    id: jlong,
    epoch_day: jlong,
) -> Result<jint, Failure> {
    enter("mayAdvance");
    let date = CampaignDate::from_epoch_day("date", epoch_day)?;
    Ok(convert::may_advance(registry::get(id)?.may_advance(date)).into())
}

fn send_ready_to_advance<'local>(_env: &mut Env<'local>, _class: JClass<'local>, id: jlong) -> Result<(), Failure> {
    enter("sendReadyToAdvance");
    Ok(registry::get(id)?.announce(Announcement::ReadyToAdvance)?)
}

fn continue_without_host<'local>(
    _env: &mut Env<'local>,
    _class: JClass<'local>,
    id: jlong,
    alone: jboolean,
) -> Result<(), Failure> {
    enter("continueWithoutHost");
    Ok(registry::get(id)?.continue_without_host(alone)?)
}

fn assign_team<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    id: jlong,
    campaign: JByteArray<'local>,
    team: jint,
) -> Result<(), Failure> {
    enter("assignTeam");
    let session = registry::get(id)?;
    let campaign = CampaignId::parse("campaign", &text(env, &campaign, "campaign")?)?;
    Ok(session.assign_team(campaign, team)?)
}

fn set_force_visibility<'local>(
    _env: &mut Env<'local>,
    _class: JClass<'local>,
    id: jlong,
    visibility: jint,
) -> Result<(), Failure> {
    enter("setForceVisibility");
    let session = registry::get(id)?;
    let visibility = match bridge::ForceVisibility::try_from(visibility) {
        Ok(bridge::ForceVisibility::Team) => Visibility::Team,
        Ok(bridge::ForceVisibility::Everyone) => Visibility::Everyone,
        Err(_) => return Err(Invalid::field("visibility", "is unknown").into()),
    };
    Ok(session.set_visibility(visibility)?)
}

/// `bridge.Members`.
fn members<'local>(env: &mut Env<'local>, _class: JClass<'local>, id: jlong) -> Result<JByteArray<'local>, Failure> {
    enter("members");
    let snapshot = registry::get(id)?.snapshot();
    Ok(env.byte_array_from_slice(&convert::members(&snapshot.roster).encode_to_vec())?)
}

/// An empty campaign asks for all of them. `bridge.SessionStatement`.
fn statement<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    id: jlong,
    campaign: JByteArray<'local>,
) -> Result<JByteArray<'local>, Failure> {
    enter("statement");
    let campaign = text(env, &campaign, "campaign")?;
    let detailed = (!campaign.is_empty()).then(|| CampaignId::parse("campaign", &campaign)).transpose()?;
    let statement = registry::get(id)?.statement(detailed)?;
    Ok(env.byte_array_from_slice(&statements::session(&statement).encode_to_vec())?)
}

/// `bridge.MembershipChanged`.
fn change_membership<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    id: jlong,
    changed: JByteArray<'local>,
) -> Result<(), Failure> {
    enter("changeMembership");
    let session = registry::get(id)?;
    let changed = options::membership_changed(&bytes(env, &changed, "changed", TEXT_BYTES_MAX)?)?;
    Ok(session.change_membership(changed)?)
}

/// `mekhqonline.DailyLog`, whose id is left out.
fn send_daily_log<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    id: jlong,
    log: JByteArray<'local>,
) -> Result<(), Failure> {
    enter("sendDailyLog");
    let session = registry::get(id)?;
    let bytes = bytes(env, &log, "log", MESSAGE_BYTES_MAX)?;
    let proto: proto::DailyLog = decode_unary(bytes.into(), &count::DAILY_LOG)?;
    let own = session.snapshot().roster.own.id;
    let log = DailyLog::check(proto::DailyLog { id: own.to_string(), ..proto })?;
    Ok(session.announce(Announcement::DailyLog { date: log.date, entries: log.entries })?)
}

fn send_gm_mode_changed<'local>(
    _env: &mut Env<'local>,
    _class: JClass<'local>,
    id: jlong,
    gm_mode: jboolean,
) -> Result<(), Failure> {
    enter("sendGmModeChanged");
    Ok(registry::get(id)?.announce(Announcement::GmModeChanged(gm_mode))?)
}

fn send_location_changed<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    id: jlong,
    location: JByteArray<'local>,
    gm_movement: jboolean,
) -> Result<(), Failure> {
    enter("sendLocationChanged");
    let session = registry::get(id)?;
    let location = Text::parse("location", &text(env, &location, "location")?)?;
    Ok(session.announce(Announcement::LocationChanged { location, gm_movement })?)
}

fn send_toe_updated<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    id: jlong,
    force: JByteArray<'local>,
) -> Result<(), Failure> {
    enter("sendToeUpdated");
    let session = registry::get(id)?;
    let force = Force::decode(&bytes(env, &force, "force", MESSAGE_BYTES_MAX)?)?;
    Ok(session.announce(Announcement::ToeUpdated(force))?)
}

fn export_keys<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    data_folder: JByteArray<'local>,
    campaign: JByteArray<'local>,
) -> Result<JByteArray<'local>, Failure> {
    enter("exportKeys");
    let keys = KeyStore::new(&options::data_folder(&text(env, &data_folder, "dataFolder")?)?);
    let campaign = CampaignId::parse("campaign", &text(env, &campaign, "campaign")?)?;
    Ok(env.byte_array_from_slice(keys.export(campaign)?.as_bytes())?)
}

/// How many keys the text had.
fn import_keys<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    data_folder: JByteArray<'local>,
    keys: JByteArray<'local>,
    replace: jboolean,
) -> Result<jint, Failure> {
    enter("importKeys");
    let store = KeyStore::new(&options::data_folder(&text(env, &data_folder, "dataFolder")?)?);
    let bytes = bytes(env, &keys, "keys", KEY_TEXT_BYTES_MAX)?;
    let keys = String::from_utf8(bytes).map_err(|_| Invalid::field("keys", "is not UTF-8"))?;
    let count = store.import(&keys, replace)?;
    Ok(count.try_into().expect("a text has at most 1,024 keys"))
}

fn deliver_logs<'local>(
    env: &mut Env<'local>,
    _class: JClass<'local>,
    level: jint,
    sink: LogSink<'local>,
) -> Result<(), Failure> {
    enter("deliverLogs");
    let level = bridge::LogLevel::try_from(level).map_err(|_| Invalid::field("level", "is unknown"))?;
    logging::start(level)?;
    loop {
        let batch = logging::take();
        delivery::deliver(env, &batch, |env, batch| sink.on_records(env, batch))?;
    }
}

/// The length is looked at before a byte is copied.
pub(super) fn bytes(env: &Env<'_>, array: &JByteArray<'_>, field: &str, bytes_max: usize) -> Result<Vec<u8>, Failure> {
    if array.is_null() {
        return Err(Invalid::field(field, "is null").into());
    }
    if array.len(env)? > bytes_max {
        let reason = format!("{field} has more than {bytes_max} bytes");
        return Err(Refusal::new(ErrorCode::TooLarge, reason).into());
    }
    Ok(env.convert_byte_array(array)?)
}

pub(super) fn text(env: &Env<'_>, array: &JByteArray<'_>, field: &str) -> Result<String, Failure> {
    text_of(env, array, field, TEXT_BYTES_MAX)
}

pub(super) fn text_of(env: &Env<'_>, array: &JByteArray<'_>, field: &str, bytes_max: usize) -> Result<String, Failure> {
    let bytes = bytes(env, array, field, bytes_max)?;
    String::from_utf8(bytes).map_err(|_| Invalid::field(field, "is not UTF-8").into())
}
