// Opens /docs of a running `shop`, as a person would: expands an operation, tries it out, executes it and reads the
// response.

const assert = require("node:assert/strict");
const { requests, openDocs, tryOut, execute, json, main } = require("./browser.cjs");

main(async (context) => {
  const page = await openDocs(context, "Shop");
  const body = await json(await execute(await tryOut(page, "get", "/items"), 200));
  assert.equal(body.offset, 0, JSON.stringify(body));
  assert.ok(Array.isArray(body.items), JSON.stringify(body));
  assert.ok(requests.some((url) => new URL(url).pathname === "/items"), "there was no request for /items");
  return "GET /items was tried out and returned a 200";
});
