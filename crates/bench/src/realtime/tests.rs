use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use proptest::prelude::*;

use super::dialect::Dialect;
use super::frame::{FrameError, KEPT, Opcode, Scanner, masked};
use super::swarm::{Heard, Swarm};

/// As a server sends it: the same without a mask.
fn unmasked(payload: &[u8]) -> Vec<u8> {
    let mut frame = masked(Opcode::Text, payload);
    frame.truncate(frame.len() - payload.len() - 4);
    frame[1] &= 0x7f;
    frame.extend_from_slice(payload);
    frame
}

fn scan(pieces: &[&[u8]]) -> Result<Vec<Vec<u8>>, FrameError> {
    let mut scanner = Scanner::default();
    let mut heard = Vec::new();
    for piece in pieces {
        scanner.feed(piece, |_, payload| heard.push(payload.to_vec()))?;
    }
    Ok(heard)
}

proptest! {
    #[test]
    fn frames_are_heard_alike_however_they_are_cut(
        sizes in prop::collection::vec(prop_oneof![0usize..130, 250usize..260, 65_530usize..65_540], 1..6),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let payloads: Vec<Vec<u8>> =
            sizes.iter().enumerate().map(|(i, &n)| vec![b'a' + i as u8; n]).collect();
        let stream: Vec<u8> = payloads.iter().flat_map(|p| unmasked(p)).collect();
        let mut cuts: Vec<usize> = cuts.iter().map(|c| c.index(stream.len())).collect();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|w| &stream[w[0]..w[1]]).collect();
        let kept: Vec<Vec<u8>> =
            payloads.iter().map(|p| p[..p.len().min(KEPT)].to_vec()).collect();
        prop_assert_eq!(scan(&pieces), Ok(kept));
    }

    #[test]
    fn no_bytes_make_the_scanner_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let (front, back) = bytes.split_at(bytes.len() / 2);
        let _ = scan(&[front, back]);
    }
}

#[test]
fn what_no_server_may_send_is_refused() {
    assert_eq!(scan(&[&masked(Opcode::Text, b"x")]), Err(FrameError::Masked));
    assert_eq!(scan(&[&[0x01, 0x01, b'x']]), Err(FrameError::Fragment));
    assert_eq!(scan(&[&[0xc1, 0x01, b'x']]), Err(FrameError::Unexpected));
}

/// One connection at a time, as a script: reads until `ask` has come, then says `answer`.
fn scripted(script: Vec<(Vec<u8>, Vec<u8>)>) -> (SocketAddr, JoinHandle<TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound");
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        for (ask, answer) in script {
            let mut read = Vec::new();
            let mut byte = [0];
            while !read.ends_with(&ask) {
                stream.read_exact(&mut byte).expect("what the script waits for");
                read.push(byte[0]);
            }
            stream.write_all(&answer).expect("a client that listens");
        }
        stream
    });
    (address, server)
}

fn says(text: &str) -> Vec<u8> {
    masked(Opcode::Text, text.as_bytes())
}

const SWITCHING: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";

#[test]
fn a_socket_io_client_connects_answers_heartbeats_and_hears_messages() {
    let handshake = [SWITCHING, &unmasked(br#"0{"sid":"e"}"#)].concat();
    let message = br#"42["m",{"ts":1,"pad":""}]"#;
    let (address, server) = scripted(vec![
        (b"\r\n\r\n".to_vec(), handshake),
        (says("40"), unmasked(br#"40{"sid":"s"}"#)),
        (says(&Dialect::SocketIo.go(1, 0)), unmasked(b"2")),
        (says("3"), unmasked(message)),
    ]);
    let mut swarm = Swarm::new(address).expect("epoll");
    let mut heard = Vec::new();
    let hear = &mut |_: usize, text: &[u8]| heard.push(text.to_vec());
    swarm.open_all(&[Dialect::SocketIo.handshake()], hear).expect("connected");
    swarm.send(0, &Dialect::SocketIo.go(1, 0)).expect("sent");
    while heard.len() < 2 {
        let hear = &mut |_: usize, text: &[u8]| heard.push(text.to_vec());
        swarm.listen(Duration::from_secs(5), hear).expect("still open");
    }
    server.join().expect("the script was followed");
    assert_eq!(heard, [br#"40{"sid":"s"}"#.to_vec(), message.to_vec()]);
}

#[test]
fn a_refused_upgrade_ends_the_connection_with_its_reason() {
    let refusal = b"HTTP/1.1 401 Unauthorized\r\n\r\n".to_vec();
    let (address, server) = scripted(vec![(b"\r\n\r\n".to_vec(), refusal)]);
    let mut swarm = Swarm::new(address).expect("epoll");
    swarm.open(&Dialect::Json.handshake()).expect("TCP");
    let _open = server.join().expect("the script was followed");
    let mut problem = String::new();
    let hear = &mut |_: usize, heard: Heard<'_>| {
        if let Heard::Ended(ended) = heard {
            problem = ended.to_string();
        }
    };
    swarm.poll(Duration::from_secs(5), hear).expect("epoll");
    assert_eq!(problem, "the server refused the upgrade: HTTP/1.1 401 Unauthorized");
    assert!(swarm.send(0, "2").is_err(), "the connection is gone");
}
