// Opens /docs of a running `auth`, as a person would: logs in as its first admin by the Authorize button, and calls
// operations that require scopes of the token.

const assert = require("node:assert/strict");
const { requests, openDocs, tryOut, execute, json, main } = require("./browser.cjs");

main(async (context) => {
  const page = await openDocs(context, "Auth");
  await page.locator(".btn.authorize").click();
  const part = page.locator(".modal-ux .auth-container", { has: page.locator("h4", { hasText: "OAuth2PasswordBearer" }) });
  await part.locator("[data-name=username]").fill("root@example.com");
  await part.locator("[data-name=password]").fill("correct-horse-battery");
  await part.locator("[data-name=clientId]").fill("docs");
  await part.getByText("select all").click();
  await part.getByRole("button", { name: /^Apply / }).click();
  await part.getByRole("button", { name: "Remove authorization" }).waitFor();
  await part.getByRole("button", { name: "Close" }).click();
  assert.ok(requests.some((url) => new URL(url).pathname === "/token"), "no token was requested");

  const me = await json(await execute(await tryOut(page, "get", "/users/me"), 200));
  assert.equal(me.email, "root@example.com", JSON.stringify(me));
  const users = await json(await execute(await tryOut(page, "get", "/admin/users"), 200));
  assert.ok(JSON.stringify(users).includes("root@example.com"), JSON.stringify(users));
  return "the first admin logged in, and read the users";
});
