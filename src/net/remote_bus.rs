// SPDX-License-Identifier: GPL-3.0-or-later
//! The calls that a remote campaign makes: Connect, the bus, Disconnect. Each runs in a task of its own and reports to
//! the session's task.

use std::time::Duration;

use bytes::Bytes;
use prost::Message;
use tokio::time::{timeout, timeout_at};
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Streaming};

use super::host_service::bus_end;
use super::outgoing::Frames;
use super::reach::{Reached, Way};
use super::remote::{Line, Mail};
use super::status::to_refusal;
use super::transport::{self, KEEPALIVE_INTERVAL, KEEPALIVE_TIMEOUT, Standing};
use crate::protocol::handshake::{JoinResponse, Token, decode_unary};
use crate::protocol::limits::MESSAGE_BYTES_MAX;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::service::mek_h_q_host_client::MekHQHostClient;
use crate::protocol::{CampaignId, Refusal, count, envelope, proto};
use crate::session::remote::RemoteInput;

pub use crate::protocol::HostAddress;

/// A connection to a host.
pub type HostClient = MekHQHostClient<Channel>;

/// Reaches the host and calls Connect; reports the connection, then the answer.
pub async fn connect(way: Way, request: proto::ConnectionRequest, line: Line) {
    let calling = reach_and_call(&way, request, &line);
    let answer = timeout_at(line.deadline, calling).await.unwrap_or_else(|_| Err(way.timed_out_everywhere()));
    line.tell(RemoteInput::ConnectAnswered(line.attempt, answer.map(Box::new))).await;
}

async fn reach_and_call(way: &Way, request: proto::ConnectionRequest, line: &Line) -> Result<JoinResponse, Refusal> {
    let distrusted = |distrust| line.tell_distrust(distrust);
    let Reached { address, stream, proof } = way.reach(line.deadline, distrusted).await?;
    let channel = Endpoint::from(transport::uri(&address)?)
        .http2_keep_alive_interval(KEEPALIVE_INTERVAL)
        .keep_alive_timeout(KEEPALIVE_TIMEOUT)
        .keep_alive_while_idle(true)
        .connect_with_connector(Standing::new(stream))
        .await
        .map_err(|error| transport::unreachable(&address, &error))?;
    let mut client = MekHQHostClient::new(channel).max_decoding_message_size(MESSAGE_BYTES_MAX);
    let closed = || Refusal::new(ErrorCode::SessionClosed, "the session is closed");
    line.mail.send(Mail::Reached(line.attempt, client.clone())).await.map_err(|_| closed())?;
    let request = proto::ConnectionRequest { key: way.campaign_key(&proof).await?.expose().to_vec(), ..request };
    let request = Request::new(Bytes::from(request.encode_to_vec()));
    let frame = client.connect(request).await.map_err(|status| to_refusal(&status))?.into_inner();
    let proto: proto::ConnectionResponse = decode_unary(frame, &count::CONNECTION_RESPONSE)?;
    Ok(JoinResponse::check(proto)?)
}

/// Opens the bus and reads it to its end.
pub async fn run(mut client: HostClient, token: Option<Token>, frames: Frames, line: Line) {
    let mut request = Request::new(frames);
    authorize(&mut request, token);
    let answer = match timeout_at(line.deadline, client.message_bus(request)).await {
        Ok(answer) => answer.map_err(|status| to_refusal(&status)),
        Err(_) => Err(Refusal::new(ErrorCode::TimedOut, "the host did not open the bus in time")),
    };
    match answer {
        Ok(response) => {
            if line.tell(RemoteInput::BusAnswered(line.attempt, Ok(()))).await {
                read_bus(response.into_inner(), &line).await;
            }
        }
        Err(refusal) => {
            line.tell(RemoteInput::BusAnswered(line.attempt, Err(refusal))).await;
        }
    }
}

async fn read_bus(mut stream: Streaming<Bytes>, line: &Line) {
    loop {
        let input = match stream.message().await {
            Ok(Some(frame)) => RemoteInput::FromHost(line.attempt, envelope::decode(frame)),
            end => RemoteInput::BusEnded(line.attempt, bus_end(&end)),
        };
        let ended = matches!(input, RemoteInput::BusEnded(..));
        if !line.tell(input).await || ended {
            return;
        }
    }
}

/// Leaves without a bus, or a host that knows no Goodbye. Whether it worked makes no difference any more.
pub async fn disconnect(mut client: HostClient, token: Option<Token>, campaign: CampaignId, deadline: Duration) {
    let request = proto::DisconnectionRequest { id: campaign.to_string() };
    let mut request = Request::new(Bytes::from(request.encode_to_vec()));
    authorize(&mut request, token);
    match timeout(deadline, client.disconnect(request)).await {
        Ok(Ok(_)) => {}
        Ok(Err(status)) => tracing::debug!(code = ?status.code(), "the host refused the Disconnect"),
        Err(_) => tracing::debug!("the host did not answer the Disconnect"),
    }
}

fn authorize<T>(request: &mut Request<T>, token: Option<Token>) {
    if let Some(token) = token {
        let header = format!("Bearer {}", token.to_text()).parse().expect("hexadecimal digits are a valid header");
        request.metadata_mut().insert("authorization", header);
    }
}
