// SPDX-License-Identifier: GPL-3.0-or-later
//! A hand-made client, for what the library itself would never send.

use std::net::Ipv4Addr;

use bytes::Bytes;
use distributed_mekhq::protocol::proto;
use distributed_mekhq::protocol::service::mek_h_q_host_client::MekHQHostClient;
use distributed_mekhq::protocol::{CampaignId, PROTOCOL_MAJOR};
use prost::{Message, Name};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status, Streaming};
use tonic_types::pb;

use super::campaign;

/// A client that sends whatever bytes a test likes.
pub struct RawPeer {
    pub id: CampaignId,
    /// The host's session.
    pub session: String,
    pub frames: mpsc::Sender<Bytes>,
    replies: Streaming<Bytes>,
}

pub async fn channel(port: u16) -> MekHQHostClient<Channel> {
    let endpoint = Endpoint::from_shared(format!("http://127.0.0.1:{port}")).expect("an address");
    MekHQHostClient::new(endpoint.connect().await.expect("a host"))
}

/// From another address of this computer. None: the host has closed it.
pub async fn channel_from(from: Ipv4Addr, port: u16) -> Option<MekHQHostClient<Channel>> {
    let endpoint = Endpoint::from_shared(format!("http://127.0.0.1:{port}")).expect("an address");
    endpoint.local_address(Some(from.into())).connect().await.ok().map(MekHQHostClient::new)
}

pub fn connection_request(number: u128) -> proto::ConnectionRequest {
    proto::ConnectionRequest {
        version: "0.50.06".into(),
        client: Some(campaign(number).to_proto()),
        protocol: PROTOCOL_MAJOR,
        ..Default::default()
    }
}

pub async fn connect(port: u16, request: proto::ConnectionRequest) -> Result<proto::ConnectionResponse, Status> {
    connect_over(&mut channel(port).await, request).await
}

pub async fn connect_over(
    channel: &mut MekHQHostClient<Channel>,
    request: proto::ConnectionRequest,
) -> Result<proto::ConnectionResponse, Status> {
    let answer = channel.connect(Request::new(request.encode_to_vec().into())).await?;
    Ok(proto::ConnectionResponse::decode(answer.into_inner()).expect("a ConnectionResponse"))
}

/// The code that a refused call's status tells.
pub fn code(status: &Status) -> proto::ErrorCode {
    let details = pb::Status::decode(status.details()).expect("details");
    proto::Refused::decode(details.details[0].value.as_slice()).expect("a Refused").code()
}

/// The message, if it is one of that type.
pub fn payload<M: Message + Name + Default>(any: &proto::Any) -> Option<M> {
    (any.type_url == M::type_url()).then(|| M::decode(any.value.clone()).expect("a payload"))
}

impl RawPeer {
    pub async fn join(port: u16, number: u128) -> Self {
        Self::join_with(port, connection_request(number)).await
    }

    pub async fn join_with(port: u16, request: proto::ConnectionRequest) -> Self {
        Self::try_join(port, request).await.expect("admitted")
    }

    pub async fn try_join(port: u16, request: proto::ConnectionRequest) -> Result<Self, Status> {
        Self::join_over(&mut channel(port).await, request).await
    }

    /// On a connection that is there already.
    pub async fn join_over(
        channel: &mut MekHQHostClient<Channel>,
        request: proto::ConnectionRequest,
    ) -> Result<Self, Status> {
        let id = CampaignId::parse("id", &request.client.as_ref().expect("a campaign").id).expect("a UUID");
        let response = connect_over(channel, request).await?;
        let (frames, receiver) = mpsc::channel(64);
        let mut request = Request::new(ReceiverStream::new(receiver));
        let header = format!("Bearer {}", response.token).parse().expect("a header");
        request.metadata_mut().insert("authorization", header);
        let replies = channel.message_bus(request).await?.into_inner();
        Ok(Self { id, session: response.session, frames, replies })
    }

    pub async fn send<M: Message + Name>(&self, message: &M) {
        self.send_value(M::NAME, message.encode_to_vec().into()).await;
    }

    pub async fn send_value(&self, name: &str, value: Bytes) {
        let envelope = proto::ClientMessage {
            id: self.id.to_string(),
            message: Some(proto::Any { type_url: format!("type.googleapis.com/mekhqonline.{name}"), value }),
            ..Default::default()
        };
        self.frames.send(envelope.encode_to_vec().into()).await.expect("the bus is open");
    }

    /// The next message of a type; others are passed over. `None`: the bus ended.
    pub async fn next<M: Message + Name + Default>(&mut self) -> Option<M> {
        loop {
            if let Some(message) = payload(&self.next_of_any_type().await?) {
                return Some(message);
            }
        }
    }

    /// The next message. `None`: the bus ended.
    pub async fn next_of_any_type(&mut self) -> Option<proto::Any> {
        let frame = self.replies.message().await.ok().flatten()?;
        Some(proto::ServerMessage::decode(frame).expect("an envelope").message.expect("a message"))
    }
}
