// SPDX-License-Identifier: GPL-3.0-or-later
//! Room "force": the table of organisation and equipment (protocol.md section 4).

use std::fmt;
use std::sync::Arc;

use prost::Message;

use super::count::{self, Shape};
use super::domain::{CampaignId, Text, check_line};
use super::limits::UNIT_ID_CHARS_MAX;
use super::message::Payload;
use super::proto;
use super::refusal::{Invalid, Refusal};

/// A force tree within its limits. Cheap to clone.
#[derive(Clone, PartialEq)]
pub struct Force {
    proto: Arc<proto::Force>,
    encoded_bytes: usize,
}

impl Force {
    /// Reads and checks an encoded `mekhqonline.Force`.
    pub fn decode(bytes: &[u8]) -> Result<Self, Refusal> {
        count::check(bytes, &count::FORCE)?;
        let proto = proto::Force::decode(bytes).map_err(|_| Invalid("the force cannot be decoded".into()))?;
        Ok(Self::check(proto)?)
    }

    fn check(proto: proto::Force) -> Result<Self, Invalid> {
        check_force(&proto)?;
        let encoded_bytes = proto.encoded_len();
        Ok(Self { proto: Arc::new(proto), encoded_bytes })
    }

    /// As it travels.
    pub fn as_proto(&self) -> &proto::Force {
        &self.proto
    }

    /// Length of the encoded tree.
    pub fn encoded_bytes(&self) -> usize {
        self.encoded_bytes
    }
}

impl fmt::Debug for Force {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Force({} bytes)", self.encoded_bytes)
    }
}

/// Depth and element counts were checked on the wire; what is left are the texts.
fn check_force(force: &proto::Force) -> Result<(), Invalid> {
    Text::parse("force.name", &force.name)?;
    for unit in &force.units {
        Text::parse("unit.id", &unit.id)?;
        if unit.id.chars().nth(UNIT_ID_CHARS_MAX).is_some() {
            return Err(Invalid::field("unit.id", format_args!("has more than {UNIT_ID_CHARS_MAX} characters")));
        }
        Text::parse("unit.name", &unit.name)?;
        check_line("unit.commander", &unit.commander)?;
    }
    force.sub_forces.iter().try_for_each(check_force)
}

/// A campaign's TOE changed; the whole of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ToeUpdated {
    /// Whose.
    pub campaign: CampaignId,
    /// The root of its TOE.
    pub force: Force,
}

impl Payload for ToeUpdated {
    type Proto = proto::ToeUpdated;
    const SHAPE: &'static Shape = &count::TOE_UPDATED;
    const LEGACY: bool = true;

    fn check(proto: proto::ToeUpdated) -> Result<Self, Invalid> {
        let force = proto.force.ok_or_else(|| Invalid::field("force", "is missing"))?;
        Ok(Self { campaign: CampaignId::parse("id", &proto.id)?, force: Force::check(force)? })
    }

    fn to_proto(&self) -> proto::ToeUpdated {
        proto::ToeUpdated { id: self.campaign.to_string(), force: Some(self.force.as_proto().clone()) }
    }

    fn campaign(&self) -> Option<CampaignId> {
        Some(self.campaign)
    }
}

/// Campaigns whose TOE the recipient may not see; from the host only.
#[derive(Debug, Clone, PartialEq)]
pub struct ToeHidden {
    /// Which.
    pub campaigns: Vec<CampaignId>,
}

impl Payload for ToeHidden {
    type Proto = proto::ToeHidden;
    const SHAPE: &'static Shape = &count::TOE_HIDDEN;
    const LEGACY: bool = false;

    fn check(proto: proto::ToeHidden) -> Result<Self, Invalid> {
        let campaigns = proto.ids.iter().map(|id| CampaignId::parse("ids", id)).collect::<Result<_, _>>()?;
        Ok(Self { campaigns })
    }

    fn to_proto(&self) -> proto::ToeHidden {
        proto::ToeHidden { ids: self.campaigns.iter().map(CampaignId::to_string).collect() }
    }

    fn campaign(&self) -> Option<CampaignId> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(name: &str) -> proto::ForceUnit {
        proto::ForceUnit { id: "7".into(), name: name.into(), commander: String::new() }
    }

    #[test]
    fn a_force_is_refused_for_a_bad_text_anywhere_in_the_tree() {
        let leaf = proto::Force { id: 2, name: "Lance".into(), units: vec![unit("Locust")], ..Default::default() };
        let mut root = proto::Force { id: 1, name: "Company".into(), sub_forces: vec![leaf], ..Default::default() };
        assert!(Force::decode(&root.encode_to_vec()).is_ok());
        root.sub_forces[0].units[0].name = "Locust\u{7}".into();
        let refusal = Force::decode(&root.encode_to_vec()).expect_err("a bell in a name");
        assert_eq!(refusal, Invalid("unit.name has control characters".into()).into());
    }

    #[test]
    fn a_force_nested_deeper_than_16_is_refused_before_it_is_decoded() {
        let nested = |depth: usize| {
            (0..depth).fold(proto::Force { name: "f".into(), ..Default::default() }, |inner, _| proto::Force {
                name: "f".into(),
                sub_forces: vec![inner],
                ..Default::default()
            })
        };
        assert!(Force::decode(&nested(15).encode_to_vec()).is_ok());
        assert!(Force::decode(&nested(16).encode_to_vec()).is_err());
    }
}
