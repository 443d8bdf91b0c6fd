// SPDX-License-Identifier: GPL-3.0-or-later
//! Guessing a host's password, over real sockets. `GUESSES` sets how many.

mod support;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use distributed_mekhq::net::host::HostOptions;
use distributed_mekhq::net::remote::RemoteOptions;
use distributed_mekhq::net::remote_bus::HostAddress;
use distributed_mekhq::net::transport::{BoxedStream, Connector, TcpConnector, unreachable};
use distributed_mekhq::protocol::Refusal;
use distributed_mekhq::protocol::handshake::Password;
use distributed_mekhq::protocol::proto::connection_request::PasswordOption;
use distributed_mekhq::protocol::proto::{self, ErrorCode};
use distributed_mekhq::protocol::service::mek_h_q_host_client::MekHQHostClient;
use distributed_mekhq::session::{Event, Rules};
use prost::Message;
use tempfile::TempDir;
use tokio::net::TcpSocket;
use tonic::Request;
use tonic::transport::Channel;

use support::raw::{channel, code, connection_request};
use support::{Player, host_options, remote_options, rules};

const PASSWORD: &str = "correct horse battery staple 🗝";

/// Connections that guess at the same time.
const CONNECTIONS: u64 = 8;

/// Connects from an address of the test's choice: Linux and Windows have all of 127.0.0.0/8 on loopback.
struct From(Ipv4Addr);

#[tonic::async_trait]
impl Connector for From {
    async fn connect(&self, host: &HostAddress) -> Result<BoxedStream, Refusal> {
        let failed = |error| unreachable(host, &error);
        let to: SocketAddr = host.to_string().parse().expect("an address");
        let socket = TcpSocket::new_v4().map_err(failed)?;
        socket.bind((IpAddr::from(self.0), 0).into()).map_err(failed)?;
        Ok(Box::new(socket.connect(to).await.map_err(failed)?))
    }
}

fn guarded() -> Rules {
    Rules { password: Password::new(PASSWORD.into()).ok(), ..rules() }
}

fn host() -> Player {
    let computer = Arc::new(tempfile::tempdir().expect("a folder"));
    let options = HostOptions { rules: guarded(), ..host_options(100, 0, computer.path()) };
    Player::host_with(&computer, options).expect("a free port")
}

fn player(computer: &Arc<TempDir>, number: u128, port: u16, connector: impl Connector + 'static) -> Player {
    let options = RemoteOptions { rules: guarded(), ..remote_options(number, port, computer.path()) };
    Player::join_with(computer, options, connector)
}

fn outcome(player: &Player) -> Result<(), ErrorCode> {
    let fits = |event: &Event| matches!(event, Event::Connected { .. } | Event::ConnectFailed(_));
    match player.wait_for(fits) {
        Event::ConnectFailed(refusal) => Err(refusal.code),
        _ => Ok(()),
    }
}

/// None: the host has ended the connection, as it does with strangers after a while.
async fn guess(client: &mut MekHQHostClient<Channel>, number: u64) -> Option<ErrorCode> {
    let password_option = Some(PasswordOption::Password(format!("guess 🗝 {number}")));
    let request = proto::ConnectionRequest { password_option, ..connection_request(u128::from(number) + 1_000) };
    let status = client.connect(Request::new(request.encode_to_vec().into())).await.expect_err("a wrong password");
    (!status.details().is_empty()).then(|| code(&status))
}

/// How many guesses were looked at, and how long it took; all others were told to wait, which is told at once.
fn storm(port: u16, guesses: u64, exhausted: &SyncSender<()>) -> (usize, Duration) {
    let begin = Instant::now();
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let guessing = (0..CONNECTIONS).map(|first| (first, exhausted.clone())).map(|(first, exhausted)| async move {
        let mut client = channel(port).await;
        let mut looked_at = 0;
        for number in (first..guesses).step_by(CONNECTIONS as usize) {
            let code = loop {
                match guess(&mut client, number).await {
                    Some(code) => break code,
                    None => client = channel(port).await,
                }
            };
            match code {
                ErrorCode::BadPassword => looked_at += 1,
                code => {
                    assert_eq!(code, ErrorCode::BackOff);
                    // Full: it was told before.
                    let _ = exhausted.try_send(());
                }
            }
        }
        looked_at
    });
    let tasks: Vec<_> = guessing.map(|guessing| runtime.spawn(guessing)).collect();
    let looked_at = tasks.into_iter().map(|task| runtime.block_on(task).expect("no panic")).sum();
    (looked_at, begin.elapsed())
}

/// While somebody guesses at the address of a household.
fn only_strangers_there_are_locked_out(port: u16, household: &Arc<TempDir>) {
    // With the right password, from the same address, at once.
    let stranger = player(&Arc::new(tempfile::tempdir().expect("a folder")), 2, port, TcpConnector::new());
    assert_eq!(outcome(&stranger), Err(ErrorCode::BackOff));
    let begin = Instant::now();
    assert_eq!(outcome(&player(household, 1, port, TcpConnector::new())), Ok(()));
    println!("figure milliseconds to join at the guesser's address with a key: {}", begin.elapsed().as_millis());
    if cfg!(not(target_os = "macos")) {
        let begin = Instant::now();
        let elsewhere = player(household, 3, port, From(Ipv4Addr::new(127, 0, 0, 2)));
        assert_eq!(outcome(&elsewhere), Ok(()));
        println!("figure milliseconds to join from another address: {}", begin.elapsed().as_millis());
    }
}

#[test]
fn guesses_of_one_address_are_looked_at_ten_a_minute_and_lock_out_nobody_but_strangers_there() {
    let guesses = std::env::var("GUESSES").map_or(500, |number| number.parse().expect("a number"));
    let host = host();
    let household = Arc::new(tempfile::tempdir().expect("a folder"));
    let known = player(&household, 1, host.port(), TcpConnector::new());
    assert_eq!(outcome(&known), Ok(()));
    known.session.close();

    let port = host.port();
    let (exhausted, told) = sync_channel(1);
    let storm = thread::spawn(move || storm(port, guesses, &exhausted));
    told.recv().expect("more guesses than are looked at");
    // Not once it is over: the first minute, in which not one more guess is looked at, is long enough for this.
    only_strangers_there_are_locked_out(port, &household);

    let (looked_at, took) = storm.join().expect("no panic");
    let minutes = took.as_secs() as usize / 60 + 1;
    println!("figure guesses: {guesses}");
    println!("figure guesses looked at: {looked_at}");
    println!("figure seconds of guessing: {:.1}", took.as_secs_f64());
    assert!(looked_at <= 10 * minutes, "{looked_at} in {minutes} minutes");
}
