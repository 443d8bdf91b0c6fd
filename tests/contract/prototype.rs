// SPDX-License-Identifier: GPL-3.0-or-later

//! The contract of the public prototype, typed by hand from protocol.md section 1. Peers built from it must understand
//! us, so this listing never changes.

use super::compare::{Differences, differences};
use super::{compiled, contract};

const PROTOTYPE: &str = "\
message mekhqonline.ConnectionRequest
  1 version: string
  2 client: mekhqonline.CampaignDetails
  3 password: string in oneof password_option
message mekhqonline.ConnectionResponse
  1 version: string
  2 host: mekhqonline.CampaignDetails
  3 campaigns: repeated mekhqonline.CampaignDetails
message mekhqonline.DisconnectionRequest
  1 id: string
message mekhqonline.DisconnectionResponse
  1 id: string
message mekhqonline.CampaignDetails
  1 id: string
  2 name: string
  3 date: string
  4 team: int32
  5 location: string
  6 isGMMode: bool
  7 is_active: bool
message mekhqonline.ClientMessage
  1 timestamp: google.protobuf.Timestamp
  2 id: string
  3 metadata: map<string, string>
  4 message: google.protobuf.Any
message mekhqonline.ServerMessage
  1 timestamp: google.protobuf.Timestamp
  2 id: string
  3 metadata: map<string, string>
  4 message: google.protobuf.Any
message mekhqonline.Ping
  1 campaign: mekhqonline.CampaignDetails
message mekhqonline.Pong
  1 campaign: mekhqonline.CampaignDetails
  2 campaigns: repeated mekhqonline.CampaignDetails
message mekhqonline.CampaignDateChanged
  1 id: string
  2 date: string
message mekhqonline.GMModeChanged
  1 id: string
  2 value: bool
message mekhqonline.LocationChanged
  1 id: string
  2 location: string
  3 is_gm_movement: bool
message mekhqonline.TOEUpdated
  1 id: string
  2 force: mekhqonline.Force
message mekhqonline.Force
  1 id: int32
  2 name: string
  3 sub_forces: repeated mekhqonline.Force
  4 units: repeated mekhqonline.ForceUnit
message mekhqonline.ForceUnit
  1 id: string
  2 name: string
  3 commander: string
service mekhqonline.MekHQHost
  rpc Connect(mekhqonline.ConnectionRequest) returns (mekhqonline.ConnectionResponse)
  rpc Disconnect(mekhqonline.DisconnectionRequest) returns (mekhqonline.DisconnectionResponse)
  rpc MessageBus(stream mekhqonline.ClientMessage) returns (stream mekhqonline.ServerMessage)
";

#[test]
fn peers_built_from_the_prototype_understand_us() {
    let Differences { breaks, .. } = differences(&contract(PROTOTYPE), &compiled());
    assert_eq!(breaks, Vec::<String>::new());
}

#[test]
fn additions_to_the_prototypes_messages_take_numbers_from_16_up() {
    let ours = compiled();
    for (name, theirs) in contract(PROTOTYPE).types {
        let added = ours.types[&name].numbered.iter().filter(|(number, _)| !theirs.numbered.contains_key(number));
        let low: Vec<_> = added.filter(|(number, _)| **number < 16).collect();
        assert!(low.is_empty(), "{name} has taken {low:?}");
    }
}
