-- AUTOINCREMENT: the numbers of messages only ever increase, so that they show which messages are newer.

CREATE TABLE files (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT    NOT NULL,
    size INTEGER NOT NULL
) STRICT;

CREATE TABLE messages (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    room    TEXT    NOT NULL,
    author  TEXT    NOT NULL,
    text    TEXT    NOT NULL,
    file_id INTEGER REFERENCES files (id),
    sent_at TEXT    NOT NULL
) STRICT;

CREATE INDEX messages_by_room ON messages (room, id);
