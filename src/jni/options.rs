// SPDX-License-Identifier: GPL-3.0-or-later
//! Options as Java hands them over, checked and with their defaults filled in.

use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use prost::Message;

use crate::net::certificate::Encryption;
use crate::net::host::HostOptions;
use crate::net::remote::RemoteOptions;
use crate::net::trust::HostTrust;
use crate::protocol::handshake::{Password, check_version};
use crate::protocol::invitation::{ADDRESSES_MAX, Invitation, InvitedEncryption};
use crate::protocol::limits::{CAMPAIGNS_MAX, MEMENTO_BYTES_MAX};
use crate::protocol::member::{Membership, MembershipChanged, Reason};
use crate::protocol::proto::bridge;
use crate::protocol::trust::Fingerprint;
use crate::protocol::version::VersionRule;
use crate::protocol::{CampaignDetails, CampaignId, HostAddress, Invalid};
use crate::session::Rules;
use crate::session::memento::Memento;
use crate::session::rate::TOKENS_PER_SECOND;

/// Bytes of encoded options.
pub const OPTIONS_BYTES_MAX: usize = MEMENTO_BYTES_MAX + 64 * 1024;

/// Real days after which a transfer may be made to expire.
const TRANSFER_EXPIRY_DAYS_MAX: u32 = 3_650;

/// Checks `bridge.HostOptions`.
pub fn host(bytes: &[u8]) -> Result<HostOptions, Invalid> {
    let options = bridge::HostOptions::decode(bytes).map_err(|_| Invalid("not HostOptions".into()))?;
    let session = options.session.ok_or_else(|| Invalid::field("session", "is missing"))?;
    let bind_address = match options.bind_address.as_str() {
        "" => None,
        text => Some(text.parse::<IpAddr>().map_err(|_| Invalid::field("bindAddress", "is not an IP address"))?),
    };
    let encryption = encryption(options.encryption.as_ref())?;
    let campaigns_max = in_range("campaignsMax", options.campaigns_max, 64, 1..=CAMPAIGNS_MAX as u32)?;
    Ok(HostOptions {
        campaign: CampaignDetails::check("campaign", session.campaign.as_ref())?,
        data_folder: data_folder(&session.data_folder)?,
        memento: Memento::parse(&session.memento)?,
        close_timeout: close_timeout(&session)?,
        rules: rules(session)?,
        encryption,
        bind_address,
        port: port(options.port)?,
        campaigns_max: campaigns_max as usize,
        messages_per_second: in_range(
            "messagesPerSecond",
            options.messages_per_second,
            TOKENS_PER_SECOND,
            10..=1_000_000,
        )?,
        begin_anew: options.begin_anew,
        transfer_expiry_days: transfer_expiry_days(options.transfer_expiry_days)?,
    })
}

/// Checks `bridge.RemoteOptions`.
pub fn remote(bytes: &[u8]) -> Result<RemoteOptions, Invalid> {
    let mut options = bridge::RemoteOptions::decode(bytes).map_err(|_| Invalid("not RemoteOptions".into()))?;
    let session = options.session.take().ok_or_else(|| Invalid::field("session", "is missing"))?;
    let invited = invited(&options, host_trust(&options)?)?;
    let rules = rules(session.clone())?;
    let connect_timeout_ms = in_range("connectTimeout", options.connect_timeout_ms, 10_000, 100..=120_000)?;
    Ok(RemoteOptions {
        campaign: CampaignDetails::check("campaign", session.campaign.as_ref())?,
        data_folder: data_folder(&session.data_folder)?,
        memento: Memento::parse(&session.memento)?,
        close_timeout: close_timeout(&session)?,
        rules: Rules { password: rules.password.or(invited.password), ..rules },
        hosts: invited.hosts,
        trust: invited.trust,
        connect_timeout: Duration::from_millis(connect_timeout_ms.into()),
    })
}

/// Checks `bridge.InvitationOptions`: the addresses that the player names, and whether the password goes in.
pub fn invitation(bytes: &[u8]) -> Result<(Vec<HostAddress>, bool), Invalid> {
    let options = bridge::InvitationOptions::decode(bytes).map_err(|_| Invalid("not InvitationOptions".into()))?;
    if options.addresses.len() > ADDRESSES_MAX {
        return Err(Invalid::field("addresses", format_args!("are more than {ADDRESSES_MAX}")));
    }
    let named: Result<Vec<_>, _> = options.addresses.iter().map(|text| HostAddress::parse_authority(text)).collect();
    Ok((named?, !options.without_password))
}

fn encryption(chosen: Option<&bridge::host_options::Encryption>) -> Result<Encryption, Invalid> {
    use bridge::host_options::Encryption as Chosen;
    Ok(match chosen {
        None | Some(Chosen::Plaintext(false)) => Encryption::OwnCertificate,
        Some(Chosen::Plaintext(true)) => Encryption::Plaintext,
        Some(Chosen::Certificate(files)) => Encryption::Files {
            certificate: absolute_path("certificateFile", &files.certificate_file)?,
            key: absolute_path("keyFile", &files.key_file)?,
        },
    })
}

fn host_trust(options: &bridge::RemoteOptions) -> Result<HostTrust, Invalid> {
    Ok(match options.trust() {
        bridge::HostTrust::Known => HostTrust::Known { first_use: false },
        bridge::HostTrust::FirstUse => HostTrust::Known { first_use: true },
        bridge::HostTrust::Fingerprint => {
            HostTrust::Fingerprint(Fingerprint::parse("fingerprint", &options.fingerprint)?)
        }
        bridge::HostTrust::Authorities => {
            HostTrust::Authorities(absolute_path("authoritiesFile", &options.authorities_file)?)
        }
        bridge::HostTrust::Plaintext => HostTrust::Plaintext,
    })
}

/// Where the host is, and how to know it.
struct Invited {
    hosts: Vec<HostAddress>,
    trust: HostTrust,
    password: Option<Password>,
}

/// By the invitation, or by what the player gave apart, which also counts where the invitation leaves something out.
fn invited(options: &bridge::RemoteOptions, trust: HostTrust) -> Result<Invited, Invalid> {
    use bridge::remote_options::Place;
    let text = match &options.place {
        Some(Place::Invitation(text)) => text,
        Some(Place::Host(host)) => {
            let hosts = vec![HostAddress::parse(host, port(options.port)?)?];
            return Ok(Invited { hosts, trust, password: None });
        }
        None => return Err(Invalid::field("host", "is missing")),
    };
    let invitation = Invitation::parse(text).map_err(|error| Invalid(error.to_string()))?;
    let trust = match (invitation.encryption, trust) {
        (InvitedEncryption::Fingerprint(invited), HostTrust::Fingerprint(given)) if invited != given => {
            return Err(Invalid::field("invitation", format_args!("has the fingerprint {invited}, not {given}")));
        }
        (InvitedEncryption::Plaintext, HostTrust::Fingerprint(_) | HostTrust::Authorities(_)) => {
            return Err(Invalid::field(
                "invitation",
                "is to a host without encryption, which cannot be trusted by more",
            ));
        }
        (InvitedEncryption::Fingerprint(fingerprint), _) => HostTrust::Fingerprint(fingerprint),
        (InvitedEncryption::Plaintext, _) => HostTrust::Plaintext,
        (InvitedEncryption::Unsaid, trust) => trust,
    };
    Ok(Invited { hosts: invitation.addresses, trust, password: invitation.password })
}

fn rules(session: bridge::SessionOptions) -> Result<Rules, Invalid> {
    check_version("mekhqVersion", &session.mekhq_version)?;
    let ping_interval_ms = in_range("pingInterval", session.ping_interval_ms, 15_000, 100..=600_000)?;
    Ok(Rules {
        version_rule: match session.version_rule() {
            bridge::VersionRule::Exact => VersionRule::Exact,
            bridge::VersionRule::SameMinor => VersionRule::SameMinor,
            bridge::VersionRule::Any => VersionRule::Any,
        },
        version: session.mekhq_version,
        password: session.password.map(Password::new).transpose()?,
        allow_legacy_peers: session.allow_legacy_peers,
        ping_interval: Duration::from_millis(ping_interval_ms.into()),
    })
}

fn close_timeout(session: &bridge::SessionOptions) -> Result<Duration, Invalid> {
    let ms = in_range("closeTimeout", session.close_timeout_ms, 800, 1..=10_000)?;
    Ok(Duration::from_millis(ms.into()))
}

/// Checks `bridge.MembershipChanged`.
pub fn membership_changed(bytes: &[u8]) -> Result<MembershipChanged, Invalid> {
    let changed = bridge::MembershipChanged::decode(bytes).map_err(|_| Invalid("not MembershipChanged".into()))?;
    let change = match changed.change() {
        bridge::Membership::Kicked => Membership::Kicked,
        bridge::Membership::Banned => Membership::Banned,
        bridge::Membership::Unbanned => Membership::Unbanned,
        bridge::Membership::Retired => Membership::Retired,
        bridge::Membership::Readmitted => Membership::Readmitted,
        bridge::Membership::KeyReset => Membership::KeyReset,
        bridge::Membership::Unspecified => return Err(Invalid::field("change", "is unknown")),
    };
    let campaign = CampaignId::parse("campaign", &changed.campaign)?;
    Ok(MembershipChanged { campaign, change, reason: Reason::parse("reason", &changed.reason)? })
}

/// Relative to what, in a program that somebody else started? So only absolute paths will do.
pub fn data_folder(path: &str) -> Result<PathBuf, Invalid> {
    absolute_path("dataFolder", path)
}

fn absolute_path(field: &str, path: &str) -> Result<PathBuf, Invalid> {
    let path = PathBuf::from(path);
    if path.is_absolute() { Ok(path) } else { Err(Invalid::field(field, "is not an absolute path")) }
}

fn port(port: u32) -> Result<u16, Invalid> {
    u16::try_from(port).map_err(|_| Invalid::field("port", "is not in 0 to 65535"))
}

/// 0 stands for never.
fn transfer_expiry_days(days: u32) -> Result<Option<u32>, Invalid> {
    (days != 0).then(|| in_range("transferExpiryDays", days, 0, 1..=TRANSFER_EXPIRY_DAYS_MAX)).transpose()
}

/// 0 stands for the default.
fn in_range(field: &str, value: u32, default: u32, range: RangeInclusive<u32>) -> Result<u32, Invalid> {
    let value = if value == 0 { default } else { value };
    if range.contains(&value) {
        return Ok(value);
    }
    Err(Invalid::field(field, format_args!("is {value}, not in {} to {}", range.start(), range.end())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::proto;

    fn host_options() -> bridge::HostOptions {
        bridge::HostOptions {
            session: Some(bridge::SessionOptions {
                campaign: Some(proto::CampaignDetails {
                    id: CampaignId::from_u128(1).to_string(),
                    name: "a".into(),
                    date: "3025-01-01".into(),
                    location: "b".into(),
                    ..Default::default()
                }),
                mekhq_version: "0.50.06".into(),
                data_folder: std::env::temp_dir().to_str().expect("a path in UTF-8").into(),
                ..Default::default()
            }),
            ..Default::default()
        }
    }

    #[test]
    fn what_is_left_out_gets_its_default() {
        let options = host(&host_options().encode_to_vec()).expect("good options");
        assert_eq!(options.campaigns_max, 64);
        assert_eq!(options.messages_per_second, 1_000);
        assert_eq!(options.transfer_expiry_days, None);
        assert_eq!(options.rules.ping_interval, Duration::from_secs(15));
        assert_eq!(options.close_timeout, Duration::from_millis(800));
    }

    #[test]
    fn each_option_out_of_range_is_named() {
        let refused = |change: fn(&mut bridge::HostOptions)| {
            let mut options = host_options();
            change(&mut options);
            host(&options.encode_to_vec()).expect_err("refused").0
        };
        assert_eq!(refused(|o| o.session = None), "session is missing");
        assert_eq!(
            refused(|o| o.session.get_or_insert_default().data_folder = "data".into()),
            "dataFolder is not an absolute path"
        );
        assert_eq!(refused(|o| o.port = 65_536), "port is not in 0 to 65535");
        assert_eq!(refused(|o| o.bind_address = "here".into()), "bindAddress is not an IP address");
        assert_eq!(refused(|o| o.messages_per_second = 9), "messagesPerSecond is 9, not in 10 to 1000000");
        assert_eq!(refused(|o| o.campaigns_max = 256), "campaignsMax is 256, not in 1 to 255");
        assert_eq!(refused(|o| o.transfer_expiry_days = 3_651), "transferExpiryDays is 3651, not in 1 to 3650");
        assert_eq!(
            refused(|o| o.session.get_or_insert_default().ping_interval_ms = 99),
            "pingInterval is 99, not in 100 to 600000"
        );
        assert_eq!(
            refused(|o| o.session.get_or_insert_default().mekhq_version.clear()),
            "mekhqVersion is not a MekHQ version such as 0.50.06"
        );
    }

    #[test]
    fn an_invitation_does_not_take_the_place_of_what_the_player_trusts_by() {
        let (one, other) = ("A".repeat(43), "B".repeat(42) + "A");
        let line = |encryption| Invitation {
            addresses: vec![HostAddress::parse("localhost", 3_000).expect("an address")],
            encryption,
            password: None,
        };
        let pinned = |text: &str| InvitedEncryption::Fingerprint(Fingerprint::parse("", text).expect("a fingerprint"));
        let join = |encryption, given: &str| {
            let place = Some(bridge::remote_options::Place::Invitation(line(encryption).to_text()));
            let mut options =
                bridge::RemoteOptions { session: host_options().session, place, port: 3_000, ..Default::default() };
            options.trust = bridge::HostTrust::Fingerprint.into();
            options.fingerprint = given.into();
            remote(&options.encode_to_vec()).map(|options| options.hosts.len()).map_err(|invalid| invalid.0)
        };
        assert_eq!(join(pinned(&one), &one), Ok(1));
        assert_eq!(join(InvitedEncryption::Unsaid, &one), Ok(1));
        assert_eq!(join(pinned(&one), &other), Err(format!("invitation has the fingerprint {one}, not {other}")));
        let plaintext = "invitation is to a host without encryption, which cannot be trusted by more";
        assert_eq!(join(InvitedEncryption::Plaintext, &one), Err(plaintext.into()));
    }

    #[test]
    fn each_option_of_a_remote_campaign_out_of_range_is_named() {
        let refused = |change: fn(&mut bridge::RemoteOptions)| {
            let session = host_options().session;
            let place = Some(bridge::remote_options::Place::Host("localhost".into()));
            let mut options = bridge::RemoteOptions { session, place, port: 3_000, ..Default::default() };
            assert!(remote(&options.encode_to_vec()).is_ok());
            change(&mut options);
            remote(&options.encode_to_vec()).expect_err("refused").0
        };
        assert_eq!(refused(|o| o.place = None), "host is missing");
        assert_eq!(refused(|o| o.port = 65_536), "port is not in 0 to 65535");
        assert_eq!(refused(|o| o.connect_timeout_ms = 99), "connectTimeout is 99, not in 100 to 120000");
        assert_eq!(
            refused(|o| o.session.get_or_insert_default().close_timeout_ms = 10_001),
            "closeTimeout is 10001, not in 1 to 10000"
        );
        assert_eq!(
            refused(|o| {
                o.trust = bridge::HostTrust::Authorities.into();
                o.authorities_file = "ca.pem".into();
            }),
            "authoritiesFile is not an absolute path"
        );
        let too_many = bridge::InvitationOptions { addresses: vec!["a:1".into(); 9], ..Default::default() };
        assert_eq!(invitation(&too_many.encode_to_vec()).expect_err("refused").0, "addresses are more than 8");
    }
}
