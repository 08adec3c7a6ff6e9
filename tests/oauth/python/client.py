"""Logs in at a running `auth` with Authlib, as any client of OAuth 2 would: `client.py BASE_URL USERNAME PASSWORD`."""

import sys
import time

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session

base, username, password = sys.argv[1:]
renewed = []


def session(scope=None, token=None):
    return OAuth2Session(
        client_id="a-client",
        token_endpoint_auth_method="none",
        scope=scope,
        token=token,
        token_endpoint=f"{base}/token",
        update_token=lambda token, refresh_token=None, access_token=None: renewed.append((token, refresh_token)),
    )


def fails(code, call):
    try:
        call()
    except OAuthError as error:
        assert error.error == code, error
        assert error.description, error
    else:
        raise AssertionError(f"{code} was expected")


def log_in(client, password=password):
    return client.fetch_token(f"{base}/token", grant_type="password", username=username, password=password)


# A password becomes tokens.
client = session(scope="profile")
token = log_in(client)
assert token["token_type"] == "bearer" and token["scope"] == "profile" and token["expires_in"] > 0, token
me = client.get(f"{base}/users/me")
assert me.status_code == 200 and me.json()["email"] == username, me.text

# A token that has expired is renewed by itself.
client = session(token={**token, "expires_at": int(time.time()) - 10})
me = client.get(f"{base}/users/me")
assert me.status_code == 200, me.text
(new, used), = renewed
assert used == token["refresh_token"] and new["refresh_token"] != used, (new, used)
assert client.token["access_token"] == new["access_token"]

# So it is on request, and a client can ask for less than it had.
newer = client.refresh_token(f"{base}/token")
assert newer["refresh_token"] != new["refresh_token"], newer

# A refresh token that is used again is refused, and so is the one that replaced it.
fails("invalid_grant", lambda: session().refresh_token(f"{base}/token", refresh_token=new["refresh_token"]))
fails("invalid_grant", lambda: session().refresh_token(f"{base}/token", refresh_token=newer["refresh_token"]))
assert client.get(f"{base}/users/me").status_code == 401

# Errors have the codes of RFC 6749.
fails("invalid_grant", lambda: log_in(session(), password="wrong"))
fails("invalid_scope", lambda: log_in(session(scope="unknown")))
fails("unsupported_grant_type", lambda: session().fetch_token(f"{base}/token", grant_type="client_credentials"))

print("Authlib logged in, renewed its tokens, and was refused")
