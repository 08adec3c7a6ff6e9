-- AUTOINCREMENT: the number of a deleted row is never used again.

CREATE TABLE users (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    email            TEXT    NOT NULL UNIQUE, -- with ASCII letters in lower case
    name             TEXT    NOT NULL,
    password_hash    TEXT    NOT NULL,
    password_version INTEGER NOT NULL DEFAULT 1, -- each new password counts it up
    role             TEXT    NOT NULL CHECK (role IN ('user', 'admin')),
    is_active        INTEGER NOT NULL,
    created_at       TEXT    NOT NULL
) STRICT;

-- A login. Access tokens name their session, and end with it.
CREATE TABLE sessions (
    id         TEXT    PRIMARY KEY, -- random: no token of another database names it
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    scope      TEXT    NOT NULL,
    client_id  TEXT, -- of the registered client that opened it
    created_at TEXT    NOT NULL,
    ended_at   TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user_id);

-- The refresh tokens of a session. Each is used once; a second use means that it was stolen.
CREATE TABLE refresh_tokens (
    hash       TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    expires_at TEXT NOT NULL,
    used_at    TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);

-- Registrations whose addresses are not verified yet. Anyone can register any address, so an address can have several: the
-- one whose token comes back from the mail becomes the user.
CREATE TABLE registrations (
    hash          TEXT PRIMARY KEY, -- of the token
    email         TEXT NOT NULL,
    name          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    expires_at    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX registrations_by_email ON registrations (email);
CREATE INDEX registrations_by_expiry ON registrations (expires_at);

-- The tokens with which users can choose a new password.
CREATE TABLE password_resets (
    hash       TEXT    PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires_at TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX password_resets_by_user ON password_resets (user_id);
CREATE INDEX password_resets_by_expiry ON password_resets (expires_at);

CREATE TABLE api_keys (
    id           TEXT    PRIMARY KEY, -- the part of the key that is no secret
    hash         TEXT    NOT NULL,
    user_id      INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         TEXT    NOT NULL,
    scope        TEXT    NOT NULL,
    created_at   TEXT    NOT NULL,
    expires_at   TEXT,
    last_used_at TEXT,
    revoked_at   TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX api_keys_by_user ON api_keys (user_id);

-- What happened to accounts. No column can hold a password, a token or a key.
CREATE TABLE events (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      TEXT    NOT NULL,
    kind    TEXT    NOT NULL,
    user_id INTEGER REFERENCES users (id) ON DELETE SET NULL,
    address TEXT
) STRICT;

CREATE INDEX events_by_user ON events (user_id);

-- The codes that clients exchange for tokens.
CREATE TABLE authorization_codes (
    hash           TEXT    PRIMARY KEY,
    user_id        INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id      TEXT    NOT NULL,
    redirect_uri   TEXT    NOT NULL,
    scope          TEXT    NOT NULL,
    code_challenge TEXT    NOT NULL,
    expires_at     TEXT    NOT NULL,
    used_at        TEXT,
    session_id     TEXT    REFERENCES sessions (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX authorization_codes_by_user ON authorization_codes (user_id);
CREATE INDEX authorization_codes_by_expiry ON authorization_codes (expires_at);
