//! The people in each room, and the messages that are passed on to them.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use fastrs::{Broadcast, Subscription, prelude::*};

use crate::models::{Name, RoomName, ServerMessage};

/// How many messages a slow client may fall behind.
const BEHIND: usize = 64;

/// All rooms that someone is in, or watches.
#[derive(Clone, Default)]
pub struct Rooms(Arc<Mutex<HashMap<RoomName, Room>>>);

struct Room {
    channel: Broadcast<ServerMessage>,
    /// The people in the room, and in how many windows each of them is.
    people: BTreeMap<Name, usize>,
}

/// The rooms of this process.
#[dependency(scope = "app")]
pub async fn rooms() -> Rooms {
    Rooms::default()
}

impl Rooms {
    /// Subscribes to the messages of a room.
    pub fn subscribe(&self, room: &RoomName) -> Subscription<ServerMessage> {
        self.with(room, |room| room.channel.subscribe())
    }

    /// Passes a message on to everyone in a room.
    pub async fn publish(&self, room: &RoomName, message: ServerMessage) -> Result<()> {
        let channel = self.with(room, |room| room.channel.clone());
        channel.publish(message).await
    }

    /// Returns the people in a room.
    pub fn people(&self, room: &RoomName) -> Vec<Name> {
        self.with(room, |room| room.people.keys().cloned().collect())
    }

    async fn enter(&self, room: &RoomName, name: &Name) -> Result<()> {
        let windows = self.with(room, |room| {
            let windows = room.people.entry(name.clone()).or_default();
            *windows += 1;
            *windows
        });
        match windows {
            1 => {
                let name = name.clone();
                self.publish(room, ServerMessage::Joined { name }).await
            }
            _ => Ok(()),
        }
    }

    async fn leave(&self, room: &RoomName, name: &Name) -> Result<()> {
        let is_gone = self.with(room, |room| match room.people.get_mut(name) {
            Some(windows) if *windows > 1 => {
                *windows -= 1;
                false
            }
            _ => room.people.remove(name).is_some(),
        });
        match is_gone {
            true => {
                let name = name.clone();
                self.publish(room, ServerMessage::Left { name }).await
            }
            false => Ok(()),
        }
    }

    /// Calls a function with a room. Empty rooms that nobody watches are removed.
    fn with<T>(&self, room: &RoomName, f: impl FnOnce(&mut Room) -> T) -> T {
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.retain(|_, room| room.channel.subscribers() > 0 || !room.people.is_empty());
        f(rooms.entry(room.clone()).or_insert_with(|| Room {
            channel: Broadcast::new(BEHIND),
            people: BTreeMap::new(),
        }))
    }
}

/// Someone in a room, for as long as a socket is open.
pub struct Member {
    pub name: Name,
    /// The messages of the room from now on.
    pub published: Subscription<ServerMessage>,
}

/// Enters the room before the socket is opened, and leaves it however the socket ends.
#[dependency]
pub async fn member(
    #[path] room: RoomName,
    #[query] name: Name,
    #[depends(rooms)] rooms: Rooms,
    lend: Yield<Member>,
) -> Result<()> {
    rooms.enter(&room, &name).await?;
    let member = Member {
        name: name.clone(),
        published: rooms.subscribe(&room),
    };
    let _ended = lend.until_sent(member).await;
    rooms.leave(&room, &name).await
}
