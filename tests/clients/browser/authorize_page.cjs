// Opens /docs of a running `guarded`, as a person would: logs in by the Authorize button with each kind of credential,
// and calls the operation that it guards. An authorization server for the code flow runs here, as http://auth.example.

const assert = require("node:assert/strict");
const { createHash } = require("node:crypto");
const http = require("node:http");
const { base, requests, openDocs, tryOut, execute, json, main } = require("./browser.cjs");

// What the authorization server has been asked for: the query of the last request to log in.
let asked;

// An authorization server with PKCE (RFC 7636): its page asks the user, and its token costs the code and the verifier.
const server = http.createServer(async (request, response) => {
  const url = new URL(request.url, "http://auth.example");
  if (url.pathname === "/authorize") {
    asked = Object.fromEntries(url.searchParams);
    response.setHeader("content-type", "text/html");
    return response.end('<form action="/allow"><button>Allow</button></form>');
  }
  if (url.pathname === "/allow") {
    const query = new URLSearchParams({ code: "the-code", state: asked.state });
    return response.writeHead(302, { location: `${asked.redirect_uri}?${query}` }).end();
  }
  response.setHeader("access-control-allow-origin", base);
  response.setHeader("access-control-allow-headers", "authorization, content-type, x-requested-with");
  if (request.method === "OPTIONS") return response.writeHead(204).end();
  const chunks = await request.toArray();
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  const challenge = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
  const isRight = form.get("grant_type") === "authorization_code" && form.get("code") === "the-code"
    && form.get("redirect_uri") === asked.redirect_uri && challenge === asked.code_challenge;
  response.writeHead(isRight ? 200 : 400, { "content-type": "application/json" });
  response.end(JSON.stringify(isRight ? { access_token: "code-token", token_type: "bearer" } : { error: "invalid_grant" }));
});

// Opens the dialog, fills in the part of one scheme, and returns that part.
async function fill(page, scheme, fields) {
  await page.locator(".btn.authorize").click();
  const part = page.locator(".modal-ux .auth-container", { has: page.locator("h4", { hasText: scheme }) });
  for (const [name, value] of Object.entries(fields)) await part.locator(name).fill(value);
  return part;
}

// Presses the button of a scheme, and closes the dialog once the scheme has its credential.
async function authorize(page, part, meanwhile = async () => {}) {
  await part.getByRole("button", { name: /^Apply / }).click();
  await meanwhile();
  await part.getByRole("button", { name: "Remove authorization" }).waitFor();
  await part.getByRole("button", { name: "Close" }).click();
}

// Calls the operation at this path, and returns the request.
async function call(page, path) {
  const operation = await tryOut(page, "get", path);
  const [sent] = await Promise.all([
    page.waitForRequest((request) => new URL(request.url()).pathname === path),
    execute(operation, 200).then(async (answer) => assert.equal(await json(answer).then(String), path.slice(1))),
  ]);
  return sent;
}

async function logInByPassword(page) {
  const part = await fill(page, "OAuth2PasswordBearer", {
    "[data-name=username]": "alice", "[data-name=password]": "hunter2", "[data-name=clientId]": "docs",
  });
  await part.getByText("select all").click();
  const [token] = await Promise.all([
    page.waitForRequest((request) => new URL(request.url()).pathname === "/token"),
    authorize(page, part),
  ]);
  const form = new URLSearchParams(token.postData());
  assert.deepEqual(["grant_type", "username", "scope"].map((name) => form.get(name)), ["password", "alice", "notes"]);
  assert.equal(await (await call(page, "/password")).headerValue("authorization"), "Bearer notes-token");
}

async function logInByCode(page) {
  const part = await fill(page, "OAuth2AuthorizationCodeBearer", {});
  assert.equal(await part.locator("[data-name=clientId]").inputValue(), "docs");
  await part.getByText("select all").click();
  const opened = page.waitForEvent("popup");
  await authorize(page, part, async () => {
    const popup = await opened;
    await popup.getByRole("button", { name: "Allow" }).click();
  });
  const { state, code_challenge, ...others } = asked;
  assert.ok(state && code_challenge.length === 43, JSON.stringify(asked));
  const redirect_uri = `${base}/docs/oauth2-redirect`;
  assert.deepEqual(others, {
    response_type: "code", client_id: "docs", redirect_uri, scope: "profile", code_challenge_method: "S256",
  });
  assert.ok(requests.some((url) => url.startsWith(`${redirect_uri}?code=the-code`)), "the browser was not sent back");
  assert.equal(await (await call(page, "/code")).headerValue("authorization"), "Bearer code-token");
}

async function logIn(context) {
  const page = await openDocs(context, "Guarded");
  await logInByPassword(page);
  await logInByCode(page);

  await authorize(page, await fill(page, "HTTPBasic", { "[name=username]": "alice", "[name=password]": "hunter2" }));
  const basic = `Basic ${Buffer.from("alice:hunter2").toString("base64")}`;
  assert.equal(await (await call(page, "/basic")).headerValue("authorization"), basic);

  await authorize(page, await fill(page, "HTTPBearer", { input: "bearer-token" }));
  assert.equal(await (await call(page, "/bearer")).headerValue("authorization"), "Bearer bearer-token");

  await authorize(page, await fill(page, "APIKeyHeader", { input: "header-key" }));
  assert.equal(await (await call(page, "/header")).headerValue("x-api-key"), "header-key");

  await authorize(page, await fill(page, "APIKeyQuery", { input: "query-key" }));
  assert.equal(new URL((await call(page, "/query")).url()).search, "?api_key=query-key");

  // No script may send a cookie, so the button does nothing for one: the app itself sets it.
  await execute(await tryOut(page, "post", "/session"), 204);
  assert.match(await (await call(page, "/cookie")).headerValue("cookie"), /session=cookie-key/);
  return "seven kinds of credentials were entered, and each opened its operation";
}

server.listen(0, "127.0.0.1", () => {
  main((context) => logIn(context).finally(() => server.close()), { "auth.example": server.address().port });
});
