// SPDX-License-Identifier: GPL-3.0-or-later
//! The calls that a remote campaign makes: Connect, the bus, Disconnect. Each runs in a task of its own and reports to
//! the session's task.

use std::fmt;
use std::net::Ipv6Addr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use prost::Message;
use tokio::time::{timeout, timeout_at};
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Streaming};

use super::host_service::bus_end;
use super::keys::KeyStore;
use super::outgoing::Frames;
use super::remote::{Line, Mail};
use super::status::to_refusal;
use super::transport::{self, Connector, KEEPALIVE_INTERVAL, KEEPALIVE_TIMEOUT, Standing};
use crate::protocol::handshake::{JoinResponse, Token, decode_unary};
use crate::protocol::key::HostIdentity;
use crate::protocol::limits::MESSAGE_BYTES_MAX;
use crate::protocol::refusal::{ErrorCode, Invalid};
use crate::protocol::service::mek_h_q_host_client::MekHQHostClient;
use crate::protocol::{CampaignId, Refusal, count, envelope, proto};
use crate::session::remote::RemoteInput;

/// A connection to a host.
pub type HostClient = MekHQHostClient<Channel>;

/// Bytes of a host's name, as the domain name system allows them.
const HOST_BYTES_MAX: usize = 253;

/// A host's name or address, and its port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostAddress {
    authority: String,
}

impl HostAddress {
    /// Checks a host name or IP address (IPv6 without brackets) and a port other than 0.
    pub fn parse(host: &str, port: u16) -> Result<Self, Invalid> {
        if port == 0 {
            return Err(Invalid::field("port", "is 0: a host listens on 1 to 65535"));
        }
        let is_ipv6 = host.parse::<Ipv6Addr>().is_ok();
        let is_name = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
        if host.is_empty() || host.len() > HOST_BYTES_MAX || !(is_ipv6 || is_name) {
            return Err(Invalid::field("host", "is not a host name or an IP address (IPv6 without brackets)"));
        }
        let authority = if is_ipv6 { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
        Ok(Self { authority })
    }

    /// As the address of a request.
    pub(super) fn uri(&self) -> Result<Uri, Refusal> {
        let uri = Uri::builder().scheme("http").authority(self.authority.as_str()).path_and_query("/").build();
        uri.map_err(|error| transport::unreachable(self, &error))
    }
}

impl fmt::Display for HostAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.authority)
    }
}

/// How to reach a host.
pub struct Way {
    /// What makes the connection.
    pub connector: Arc<dyn Connector>,
    /// Where the host is.
    pub host: HostAddress,
    /// The keys that prove who joins.
    pub keys: KeyStore,
    /// Who joins.
    pub campaign: CampaignId,
    /// How long the whole attempt may take, for people; the attempt's line has the deadline.
    pub timeout: Duration,
}

/// Reaches the host and calls Connect; reports the connection, then the answer.
pub async fn connect(way: Way, request: proto::ConnectionRequest, line: Line) {
    let calling = reach_and_call(&way, request, &line);
    let answer = timeout_at(line.deadline, calling).await.unwrap_or_else(|_| Err(timed_out(&way)));
    line.tell(RemoteInput::ConnectAnswered(line.attempt, answer.map(Box::new))).await;
}

fn timed_out(way: &Way) -> Refusal {
    let reason = format!("{} did not answer within {:?}", way.host, way.timeout);
    Refusal::new(ErrorCode::TimedOut, reason)
}

async fn reach_and_call(way: &Way, request: proto::ConnectionRequest, line: &Line) -> Result<JoinResponse, Refusal> {
    let stream = way.connector.connect(&way.host).await?;
    let channel = Endpoint::from(way.host.uri()?)
        .http2_keep_alive_interval(KEEPALIVE_INTERVAL)
        .keep_alive_timeout(KEEPALIVE_TIMEOUT)
        .keep_alive_while_idle(true)
        .connect_with_connector(Standing::new(stream))
        .await
        .map_err(|error| transport::unreachable(&way.host, &error))?;
    let mut client = MekHQHostClient::new(channel).max_decoding_message_size(MESSAGE_BYTES_MAX);
    let closed = || Refusal::new(ErrorCode::SessionClosed, "the session is closed");
    line.mail.send(Mail::Reached(line.attempt, client.clone())).await.map_err(|_| closed())?;
    let request = proto::ConnectionRequest { key: campaign_key(way).await?, ..request };
    let request = Request::new(Bytes::from(request.encode_to_vec()));
    let frame = client.connect(request).await.map_err(|status| to_refusal(&status))?.into_inner();
    let proto: proto::ConnectionResponse = decode_unary(frame, &count::CONNECTION_RESPONSE)?;
    Ok(JoinResponse::check(proto)?)
}

/// The campaign's key for this host, as it travels.
async fn campaign_key(way: &Way) -> Result<Vec<u8>, Refusal> {
    let identity = HostIdentity::address(&way.host.to_string())?;
    let (keys, campaign) = (way.keys.clone(), way.campaign);
    let key = tokio::task::spawn_blocking(move || keys.key_for(campaign, &identity)).await;
    let key = key.map_err(|error| Refusal::new(ErrorCode::Internal, format!("reading the key: {error}")))??;
    Ok(key.expose().to_vec())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address() {
        for (host, authority) in
            [("localhost", "localhost:3000"), ("127.0.0.1", "127.0.0.1:3000"), ("::1", "[::1]:3000")]
        {
            let address = HostAddress::parse(host, 3000).map(|address| address.authority);
            assert_eq!(address, Ok(authority.to_owned()));
        }
        for host in
            ["", "a b", "example.org:3000", "fe80::1%eth0", "a/b", "user@host", "[::1]", "ho\nst", &"x".repeat(254)]
        {
            assert!(HostAddress::parse(host, 3000).is_err(), "{host}");
        }
        assert!(HostAddress::parse("localhost", 0).is_err());
    }
}
