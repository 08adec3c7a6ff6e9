//! `Broadcast`: messages to all subscribers.

use std::{future::poll_fn, pin::Pin, sync::Arc};

use fastrs::{Broadcast, prelude::*, testing::TestClient};
use futures_core::Stream;
use tokio::sync::Barrier;

use crate::waiting::{soon, until, until_idle};

#[tokio::test]
async fn every_subscriber_receives_every_message_since_it_subscribed() {
    let channel = Broadcast::new(8);
    channel.publish(0).await.unwrap();
    let mut first = channel.subscribe();
    channel.publish(1).await.unwrap();
    let mut second = channel.clone().subscribe();
    channel.publish(2).await.unwrap();
    assert_eq!(channel.subscribers(), 2);
    assert_eq!(first.recv().await, Ok(Some(1)));
    assert_eq!(first.recv().await, Ok(Some(2)));
    assert_eq!(second.recv().await, Ok(Some(2)));
    drop(first);
    assert_eq!(channel.subscribers(), 1);
    // A subscription is a stream, too.
    channel.publish(3).await.unwrap();
    let next = poll_fn(|task| Pin::new(&mut second).poll_next(task)).await;
    assert_eq!(next, Some(Ok(3)));
}

#[tokio::test]
async fn a_slow_subscriber_learns_how_many_messages_it_missed() {
    let channel = Broadcast::new(3);
    let mut slow = channel.subscribe();
    for number in 0..10 {
        channel.publish(number).await.unwrap();
    }
    let missed = slow.recv().await.unwrap_err();
    assert_eq!(
        (missed.count(), &*missed.to_string()),
        (7, "missed 7 messages")
    );
    for number in 7..10 {
        assert_eq!(slow.recv().await, Ok(Some(number)));
    }
    channel.publish(10).await.unwrap();
    assert_eq!(slow.recv().await, Ok(Some(10)));
}

#[tokio::test]
async fn only_the_last_messages_are_kept() {
    let channel = Broadcast::new(2);
    let first = Arc::new(());
    channel.publish(first.clone()).await.unwrap();
    let _slow = channel.subscribe();
    for _ in 0..2 {
        channel.publish(Arc::new(())).await.unwrap();
    }
    assert_eq!(Arc::strong_count(&first), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_message_is_lost_between_threads() {
    const MESSAGES: u32 = 2_000;
    let channel = Broadcast::new(MESSAGES as usize);
    let start = Arc::new(Barrier::new(5));
    let receive = || {
        let (mut subscription, start) = (channel.subscribe(), start.clone());
        tokio::spawn(async move {
            start.wait().await;
            for number in 0..MESSAGES {
                assert_eq!(subscription.recv().await, Ok(Some(number)));
            }
        })
    };
    let receiving = [receive(), receive(), receive(), receive()];
    start.wait().await;
    for number in 0..MESSAGES {
        channel.publish(number).await.unwrap();
    }
    for receiver in receiving {
        receiver.await.unwrap();
    }
}

#[dependency(scope = "app")]
async fn room() -> Broadcast<String>;

/// Sends all published messages.
#[websocket("/room")]
async fn listen(#[depends(room)] room: &Broadcast<String>, mut socket: WebSocket) -> Result<()> {
    let mut said = room.subscribe();
    loop {
        tokio::select! {
            message = socket.recv() => match message? {
                Some(message) => room.publish(message.text().unwrap_or("?").to_owned()).await?,
                None => return Ok(()),
            },
            said = said.recv() => match said? {
                Some(text) => socket.send(text).await?,
                None => return Ok(()),
            },
        }
    }
}

#[tokio::test]
async fn sockets_share_a_room() {
    let channel: Broadcast<String> = Broadcast::new(4);
    let app = App::new("Chat", "1").routes(routes![listen]);
    let client = TestClient::start(app.provide::<room>(channel.clone())).await;
    let (mut ada, mut bob) = (
        client.websocket("/room").await,
        client.websocket("/room").await,
    );
    until(async || channel.subscribers() == 2).await;
    ada.send("hello").await;
    assert_eq!(ada.recv_text().await, "hello");
    assert_eq!(bob.recv_text().await, "hello");
    bob.close(1000, "").await;
    until(async || channel.subscribers() == 1).await;

    // All messages are sent at once, so that the handler cannot keep up.
    for number in 0..10 {
        channel.publish(number.to_string()).await.unwrap();
    }
    let closed = ada.closed().await;
    assert_eq!((closed.code, &*closed.reason), (1013, "missed 6 messages"));
}

#[tokio::test]
async fn a_subscription_ends_with_the_last_broadcast() {
    let channel = Broadcast::new(4);
    let other = channel.clone();
    let (mut behind, mut missing) = (channel.subscribe(), channel.subscribe());
    for number in 1..=2 {
        channel.publish(number).await.unwrap();
    }
    drop(channel);
    other.publish(3).await.unwrap();
    for number in 1..=3 {
        assert_eq!(behind.recv().await, Ok(Some(number)));
    }
    for number in 4..=6 {
        other.publish(number).await.unwrap();
    }
    let mut waiting = other.subscribe();
    let waiting = tokio::spawn(async move { waiting.recv().await });
    until_idle().await;
    assert!(!waiting.is_finished());
    drop(other);
    assert_eq!(soon(waiting).await.unwrap(), Ok(None));
    assert_eq!(missing.recv().await.unwrap_err().count(), 2);
    for expected in [Some(3), Some(4), Some(5), Some(6), None] {
        let next = poll_fn(|task| Pin::new(&mut missing).poll_next(task)).await;
        assert_eq!(next, expected.map(Ok));
    }
    for number in 4..=6 {
        assert_eq!(behind.recv().await, Ok(Some(number)));
    }
    assert_eq!(behind.recv().await, Ok(None));
}
