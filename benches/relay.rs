// SPDX-License-Identifier: GPL-3.0-or-later
//! The baseline of the relay bench: a host and two clients that do nothing but pass date messages on, in bare tonic.
//!
//! The work per message is what any implementation of the contract must do: decode the envelope and its payload,
//! wrap the payload for the other client, decode it there. No checks, no session, no JVM.
//!
//! Prints its figures as one JSON object. All three parties live in one process and one runtime.

use std::collections::HashMap;
use std::convert::Infallible;
use std::error::Error;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use distributed_mekhq::protocol::proto::{Any, CampaignDateChanged, ClientMessage, ServerMessage};
use prost::{Message, Name};
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::body::Body;
use tonic::codegen::BoxFuture;
use tonic::server::{Grpc, NamedService, StreamingService};
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Request, Response, Status, Streaming};
use tonic_prost::ProstCodec;

const PATH: &str = "/bare.Relay/Bus";
const HOST: &str = "10000000-0000-4000-8000-000000000000";
const SENDER: &str = "20000000-0000-4000-8000-000000000000";
/// Messages under way in one queue.
const QUEUE: usize = 1_024;
const WARM_UP: usize = 2_000;
const ONE_AT_A_TIME: usize = 10_000;
const PIPELINED: usize = 300_000;

type Outgoing = mpsc::Sender<Result<ServerMessage, Status>>;

/// Passes every date on to all other buses.
#[derive(Clone, Default)]
struct Relay {
    buses: Arc<Mutex<HashMap<u64, Outgoing>>>,
    next: Arc<AtomicU64>,
}

impl NamedService for Relay {
    const NAME: &'static str = "bare.Relay";
}

impl tower_service::Service<http::Request<Body>> for Relay {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let relay = self.clone();
        Box::pin(async move {
            let codec = ProstCodec::<ServerMessage, ClientMessage>::default();
            Ok(Grpc::new(codec).streaming(relay, request).await)
        })
    }
}

impl StreamingService<ClientMessage> for Relay {
    type Response = ServerMessage;
    type ResponseStream = ReceiverStream<Result<ServerMessage, Status>>;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Self::ResponseStream>, Status>> + Send>>;

    fn call(&mut self, request: Request<Streaming<ClientMessage>>) -> Self::Future {
        let relay = self.clone();
        Box::pin(async move {
            let (sender, receiver) = mpsc::channel(QUEUE);
            let number = relay.next.fetch_add(1, Ordering::Relaxed);
            relay.buses.lock().map_err(|_| Status::internal("poisoned"))?.insert(number, sender);
            tokio::spawn(relay.pass_on(number, request.into_inner()));
            Ok(Response::new(ReceiverStream::new(receiver)))
        })
    }
}

impl Relay {
    async fn pass_on(self, from: u64, mut messages: Streaming<ClientMessage>) {
        while let Some(Ok(message)) = messages.next().await {
            let Some(date) = payload(message.message) else { continue };
            for bus in self.others(from) {
                // A bus that is gone needs no date.
                let _ = bus.send(Ok(ServerMessage { message: Some(any(&date)), ..envelope() })).await;
            }
        }
    }

    fn others(&self, from: u64) -> Vec<Outgoing> {
        let buses = self.buses.lock().expect("no thread panics while it holds the lock");
        buses.iter().filter(|(number, _)| **number != from).map(|(_, bus)| bus.clone()).collect()
    }
}

fn envelope() -> ServerMessage {
    ServerMessage { id: HOST.to_owned(), ..ServerMessage::default() }
}

fn any(date: &CampaignDateChanged) -> Any {
    Any { type_url: CampaignDateChanged::type_url(), value: date.encode_to_vec().into() }
}

fn payload(any: Option<Any>) -> Option<CampaignDateChanged> {
    let any = any.filter(|any| any.type_url == CampaignDateChanged::type_url())?;
    CampaignDateChanged::decode(any.value).ok()
}

/// An open bus of a client.
struct Bus {
    sender: mpsc::Sender<ClientMessage>,
    receiver: Streaming<ServerMessage>,
}

impl Bus {
    async fn open(channel: Channel) -> Result<Self, Box<dyn Error>> {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let mut client = tonic::client::Grpc::new(channel);
        client.ready().await?;
        let codec = ProstCodec::<ClientMessage, ServerMessage>::default();
        let request = Request::new(ReceiverStream::new(receiver));
        let response = client.streaming(request, PATH.parse()?, codec).await?;
        Ok(Self { sender, receiver: response.into_inner() })
    }

    async fn receive(&mut self) -> Result<CampaignDateChanged, Box<dyn Error>> {
        let message = self.receiver.next().await.ok_or("the bus ended")??;
        Ok(payload(message.message).ok_or("not a date")?)
    }
}

fn date_message(number: usize) -> ClientMessage {
    let date = format!("30{:02}-{:02}-{:02}", number % 100, number % 12 + 1, number % 28 + 1);
    let date = CampaignDateChanged { id: SENDER.to_owned(), date };
    ClientMessage { id: SENDER.to_owned(), message: Some(any(&date)), ..ClientMessage::default() }
}

async fn one_at_a_time(from: &Bus, to: &mut Bus, count: usize) -> Result<Vec<Duration>, Box<dyn Error>> {
    let mut times = Vec::with_capacity(count);
    for number in 0..count {
        let begin = Instant::now();
        from.sender.send(date_message(number)).await?;
        to.receive().await?;
        times.push(begin.elapsed());
    }
    times.sort_unstable();
    Ok(times)
}

async fn pipelined(from: &Bus, to: &mut Bus, count: usize) -> Result<f64, Box<dyn Error>> {
    let sender = from.sender.clone();
    let begin = Instant::now();
    tokio::spawn(async move {
        for number in 0..count {
            if sender.send(date_message(number)).await.is_err() {
                return;
            }
        }
    });
    for _ in 0..count {
        to.receive().await?;
    }
    Ok(count as f64 / begin.elapsed().as_secs_f64())
}

#[tokio::main(flavor = "multi_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let endpoint = Endpoint::from_shared(format!("http://{}", incoming.local_addr()?))?;
    tokio::spawn(Server::builder().add_service(Relay::default()).serve_with_incoming(incoming));

    let sender = Bus::open(endpoint.connect().await?).await?;
    let mut receiver = Bus::open(endpoint.connect().await?).await?;
    one_at_a_time(&sender, &mut receiver, WARM_UP).await?;
    let times = one_at_a_time(&sender, &mut receiver, ONE_AT_A_TIME).await?;
    let per_second = pipelined(&sender, &mut receiver, PIPELINED).await?;

    let micros = |index: usize| times[index].as_secs_f64() * 1e6;
    println!(
        r#"{{"relay_latency_median_us":{:.1},"relay_latency_p99_us":{:.1},"relay_throughput_messages_per_s":{:.0}}}"#,
        micros(times.len() / 2),
        micros(times.len() * 99 / 100),
        per_second
    );
    Ok(())
}
