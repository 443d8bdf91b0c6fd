// SPDX-License-Identifier: GPL-3.0-or-later
//! Connect, its answer, and the secrets that travel in them (protocol.md section 2, points 3 to 6).

use std::fmt;

use bytes::Bytes;
use prost::{Message, Name};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::count::{self, Shape};
use super::domain::{CampaignDetails, CampaignId};
use super::hex;
use super::key::CampaignKeyDigest;
use super::limits::{FEATURE_BYTES_MAX, PASSWORD_BYTES_MAX, VERSION_BYTES_MAX};
use super::link::{check_campaigns, check_session};
use super::proto;
use super::proto::connection_request::PasswordOption;
use super::refusal::{ErrorCode, Invalid, Refusal};

/// Decodes a unary message after counting its elements.
pub fn decode_unary<P: Message + Name + Default>(bytes: Bytes, shape: &'static Shape) -> Result<P, Refusal> {
    count::check(&bytes, shape)?;
    P::decode(bytes).map_err(|_| Refusal::new(ErrorCode::InvalidArgument, format!("not a {}", P::NAME)))
}

/// A password as a player typed it: at most 1,024 bytes. Never shown.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Checks and keeps a password.
    pub fn new(password: String) -> Result<Self, Invalid> {
        if password.len() > PASSWORD_BYTES_MAX {
            return Err(Invalid::field("password", format_args!("has more than {PASSWORD_BYTES_MAX} bytes")));
        }
        Ok(Self(password))
    }

    /// What is kept to compare with.
    pub fn digest(&self) -> PasswordDigest {
        PasswordDigest(Sha256::digest(self.0.as_bytes()).into())
    }

    /// As it travels.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Password")
    }
}

/// A password as it is kept and compared: a digest, in constant time.
#[derive(Clone)]
pub struct PasswordDigest([u8; 32]);

impl PasswordDigest {
    /// Whether both stand for the same password; takes the same time whatever the answer.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for PasswordDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PasswordDigest")
    }
}

/// The bearer token of a bus: 32 random bytes.
#[derive(Clone)]
pub struct Token([u8; 32]);

impl Token {
    /// Takes random bytes from whoever has a source of them.
    pub const fn new(random: [u8; 32]) -> Self {
        Self(random)
    }

    /// Reads the text form.
    pub fn parse(text: &str) -> Option<Self> {
        hex::decode_32(text).map(Self)
    }

    /// The text form: 64 hexadecimal digits.
    pub fn to_text(&self) -> String {
        hex::encode(&self.0)
    }

    /// Whether both are the same token; takes the same time whatever the answer.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token")
    }
}

/// A checked MekHQ version: 1 to 64 bytes of printable ASCII.
pub fn check_version(field: &str, version: &str) -> Result<(), Invalid> {
    let printable = version.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if version.is_empty() || version.len() > VERSION_BYTES_MAX || !printable {
        return Err(Invalid::field(field, "is not a MekHQ version such as 0.50.06"));
    }
    Ok(())
}

fn check_features(features: &[String]) -> Result<(), Invalid> {
    let good = |name: &String| (1..=FEATURE_BYTES_MAX).contains(&name.len()) && name.is_ascii();
    if features.iter().all(good) { Ok(()) } else { Err(Invalid::field("features", "holds a bad name")) }
}

/// A checked ConnectionRequest.
#[derive(Debug, Clone)]
pub struct JoinRequest {
    /// The remote side's MekHQ version.
    pub version: String,
    /// The campaign that wants to join; what only the host sets is cleared.
    pub details: CampaignDetails,
    /// The password given, if any.
    pub password: Option<PasswordDigest>,
    /// Major number of the remote side's protocol; 0 is a peer of the old contract.
    pub protocol: u32,
    /// What the remote side can do beyond the base.
    pub features: Vec<String>,
    /// The campaign's key, if it has one; none from a peer of the old contract.
    pub key: Option<CampaignKeyDigest>,
}

impl JoinRequest {
    /// Checks every field.
    pub fn check(proto: proto::ConnectionRequest) -> Result<Self, Invalid> {
        check_version("version", &proto.version)?;
        check_features(&proto.features)?;
        // Of whatever length: too long a password is a wrong one, and counts as a guess.
        let password = proto.password_option.map(|PasswordOption::Password(password)| Password(password).digest());
        let details = CampaignDetails::check("client", proto.client.as_ref())?;
        Ok(Self {
            version: proto.version,
            details: details.as_told_by_a_remote(),
            password,
            protocol: proto.protocol,
            features: proto.features,
            // Peers of the old contract have none.
            key: CampaignKeyDigest::of_key("key", &proto.key)?.filter(|_| proto.protocol != 0),
        })
    }
}

/// A checked ConnectionResponse.
#[derive(Debug, Clone)]
pub struct JoinResponse {
    /// The host's MekHQ version.
    pub version: String,
    /// The host campaign.
    pub host: CampaignDetails,
    /// Everyone else.
    pub campaigns: Vec<CampaignDetails>,
    /// Campaigns that did not fit the contract and were left out.
    pub malformed: usize,
    /// Major number of the host's protocol; 0 is a host of the old contract.
    pub protocol: u32,
    /// The features that both sides have.
    pub features: Vec<String>,
    /// The host's session; none from a host of the old contract.
    pub session: Option<Uuid>,
    /// The bearer token of the bus; none from a host of the old contract.
    pub token: Option<Token>,
}

impl JoinResponse {
    /// Checks every field.
    pub fn check(proto: proto::ConnectionResponse) -> Result<Self, Invalid> {
        check_version("version", &proto.version)?;
        check_features(&proto.features)?;
        let host = CampaignDetails::check("host", proto.host.as_ref())?;
        let (campaigns, malformed) = check_campaigns(&proto.campaigns);
        let token = match proto.token.as_str() {
            "" => None,
            text => Some(Token::parse(text).ok_or_else(|| Invalid::field("token", "is malformed"))?),
        };
        Ok(Self {
            version: proto.version,
            host,
            campaigns,
            malformed,
            protocol: proto.protocol,
            features: proto.features,
            session: check_session(&proto.session)?,
            token,
        })
    }
}

/// Checks the one field of a DisconnectionRequest.
pub fn check_disconnection(proto: &proto::DisconnectionRequest) -> Result<CampaignId, Invalid> {
    CampaignId::parse("id", &proto.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> proto::ConnectionRequest {
        proto::ConnectionRequest {
            version: "0.50.06".into(),
            client: Some(proto::CampaignDetails {
                id: CampaignId::from_u128(1).to_string(),
                name: "a".into(),
                date: "3025-01-01".into(),
                location: "b".into(),
                team: 4,
                is_active: true,
                ..Default::default()
            }),
            ..Default::default()
        }
    }

    #[test]
    fn team_and_activity_of_a_remote_are_ignored() {
        let join = JoinRequest::check(request()).expect("a good request");
        assert_eq!((join.details.team, join.details.active), (0, false));
    }

    #[test]
    fn each_field_of_a_connection_request_is_checked() {
        let refused = |change: fn(&mut proto::ConnectionRequest)| {
            let mut proto = request();
            change(&mut proto);
            JoinRequest::check(proto).expect_err("refused").0
        };
        assert_eq!(refused(|r| r.version.clear()), "version is not a MekHQ version such as 0.50.06");
        assert_eq!(refused(|r| r.version = "0\n1".into()), "version is not a MekHQ version such as 0.50.06");
        assert_eq!(refused(|r| r.client = None), "client is missing");
        assert_eq!(refused(|r| r.features = vec![String::new()]), "features holds a bad name");
        assert_eq!(refused(|r| r.key = vec![1; 33]), "key has not 32 bytes");
    }

    #[test]
    fn a_token_survives_its_text_form_and_nothing_else_reads_as_one() {
        let token = Token::new([0xa5; 32]);
        assert!(Token::parse(&token.to_text()).is_some_and(|read| read.matches(&token)));
        for text in ["", "a5", &"zz".repeat(32), &"+5".repeat(32), &"é".repeat(32)] {
            assert!(Token::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn secrets_do_not_show_in_debug_output() {
        let shown = format!("{:?} {:?}", Token::new([0xa5; 32]), Password::new("secret".into()));
        assert_eq!(shown, "Token Ok(Password)");
    }
}
