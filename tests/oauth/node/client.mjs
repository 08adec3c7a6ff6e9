// Logs in at a running `auth` with oauth4webapi, as any client of OAuth 2 would: `client.mjs BASE_URL USERNAME PASSWORD`.

import assert from "node:assert/strict";
import * as oauth from "oauth4webapi";

const [base, username, password] = process.argv.slice(2);
const issuer = new URL(base);
const client = { client_id: "a-client" };
// The server is on this machine, without TLS.
const insecure = { [oauth.allowInsecureRequests]: true };

// Everything but the issuer comes from the metadata.
const discovered = await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...insecure });
const as = await oauth.processDiscoveryResponse(issuer, discovered);
assert.deepEqual(as.token_endpoint_auth_methods_supported, ["none"]);

const logIn = async (parameters) => {
  const body = new URLSearchParams({ username, password, ...parameters });
  const answer = await oauth.genericTokenEndpointRequest(as, client, oauth.None(), "password", body, insecure);
  return oauth.processGenericTokenEndpointResponse(as, client, answer);
};
const refresh = async (token) => {
  const answer = await oauth.refreshTokenGrantRequest(as, client, oauth.None(), token, insecure);
  return oauth.processRefreshTokenResponse(as, client, answer);
};
const me = (token) => oauth.protectedResourceRequest(token, "GET", new URL("/users/me", base), undefined, null, insecure);
const fails = (promise, code) => assert.rejects(promise, (error) => {
  assert(error instanceof oauth.ResponseBodyError, String(error));
  assert.equal(error.error, code);
  return true;
});

// A password becomes tokens, and a refresh token new ones.
const tokens = await logIn({ scope: "profile" });
assert.equal(tokens.scope, "profile");
assert.equal((await (await me(tokens.access_token)).json()).email, username);
const renewed = await refresh(tokens.refresh_token);
assert.notEqual(renewed.refresh_token, tokens.refresh_token);
assert.equal((await me(renewed.access_token)).status, 200);

// A refresh token that is used again is refused, and so is the one that replaced it.
await fails(refresh(tokens.refresh_token), "invalid_grant");
await fails(refresh(renewed.refresh_token), "invalid_grant");
await assert.rejects(me(renewed.access_token), (error) => {
  assert(error instanceof oauth.WWWAuthenticateChallengeError, String(error));
  assert.equal(error.cause[0].scheme, "bearer");
  assert.equal(error.cause[0].parameters.error, "invalid_token");
  return true;
});

// Errors have the codes of RFC 6749.
await fails(logIn({ password: "wrong" }), "invalid_grant");
await fails(logIn({ scope: "unknown" }), "invalid_scope");

console.log("oauth4webapi discovered the server, logged in, renewed its tokens, and was refused");
