// Lets a client in at a running `auth` with the code flow and PKCE, as oauth4webapi does it, and plays the browser of the
// user: `code.mjs BASE_URL USERNAME PASSWORD`. The client `web` is registered with `https://app.example/callback`.

import assert from "node:assert/strict";
import * as oauth from "oauth4webapi";

const [base, username, password] = process.argv.slice(2);
const issuer = new URL(base);
const client = { client_id: "web" };
const callback = "https://app.example/callback";
// The server is on this machine, without TLS.
const insecure = { [oauth.allowInsecureRequests]: true };

const discovered = await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...insecure });
const as = await oauth.processDiscoveryResponse(issuer, discovered);

// The client sends the user to the server.
const verifier = oauth.generateRandomCodeVerifier();
const state = oauth.generateRandomState();
const start = new URL(as.authorization_endpoint);
start.search = new URLSearchParams({
  response_type: "code", client_id: client.client_id, redirect_uri: callback, scope: "profile", state,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
});

// The user's browser: it keeps cookies, says where its requests come from, and sends the forms that it is shown.
let cookie = "";
async function browse(url, form) {
  const answer = await fetch(new URL(url, base), {
    method: form ? "POST" : "GET", body: form, redirect: "manual",
    headers: { cookie, "sec-fetch-site": "same-origin" },
  });
  for (const set of answer.headers.getSetCookie()) cookie = set.split(";")[0];
  if (answer.status === 303) return { location: answer.headers.get("location") };
  assert.equal(answer.status, 200, await answer.clone().text());
  return { page: await answer.text() };
}
function fill(page, fields) {
  const unescape = (text) => text.replaceAll("&quot;", '"').replaceAll("&#x2f;", "/").replaceAll("&amp;", "&");
  const hidden = [...page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
  return new URLSearchParams([...hidden.map(([, name, value]) => [name, unescape(value)]), ...Object.entries(fields)]);
}

const login = (await browse(start)).location;
const form = fill((await browse(login)).page, { email: username, password });
const back = (await browse("/login", form)).location;
const consent = (await browse(back)).page;
const { location } = await browse("/authorize", fill(consent, { decision: "allow" }));

// The client takes over: it checks the answer, and exchanges the code.
const parameters = oauth.validateAuthResponse(as, client, new URL(location), state);
const exchange = async () => {
  const answer = await oauth.authorizationCodeGrantRequest(
    as, client, oauth.None(), parameters, callback, verifier, insecure,
  );
  return oauth.processAuthorizationCodeResponse(as, client, answer);
};
const tokens = await exchange();
const me = await oauth.protectedResourceRequest(
  tokens.access_token, "GET", new URL("/users/me", base), undefined, null, insecure,
);
assert.equal((await me.json()).email, username);

const refreshed = await oauth.refreshTokenGrantRequest(as, client, oauth.None(), tokens.refresh_token, insecure);
const renewed = await oauth.processRefreshTokenResponse(as, client, refreshed);
assert.equal(renewed.scope, "profile");

// A code works once.
await assert.rejects(exchange(), (error) => error.error === "invalid_grant");

console.log("oauth4webapi got a code with PKCE, tokens for it, and renewed them");
