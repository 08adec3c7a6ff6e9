// Opens /docs of a running `shop` in Chromium, as a person would: expands an operation, tries it out, executes it and
// reads the answer. Fails when anything leaves our own host, breaks the Content-Security-Policy or lands on the console
// as an error.
//
//   node docs_page.cjs BASE_URL CHROMIUM

const assert = require("node:assert/strict");
const { chromium } = require("playwright-core");

const [base, executablePath] = process.argv.slice(2);
const host = new URL(base).host;

async function main() {
  // playwright makes a new, empty user-data folder for each launch.
  const browser = await chromium.launch({
    executablePath,
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(20_000);

    const requests = [];
    const complaints = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("requestfailed", (request) => complaints.push(`${request.url()}: ${request.failure().errorText}`));
    page.on("response", (answer) => answer.status() >= 400 && complaints.push(`${answer.url()}: ${answer.status()}`));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    await page.exposeFunction("complain", (text) => complaints.push(text));
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) =>
        window.complain(`Content-Security-Policy: ${event.violatedDirective} ${event.blockedURI}`));
    });

    const opened = await page.goto(`${base}/docs`);
    assert.equal(opened.status(), 200);
    await page.getByRole("heading", { name: "Shop" }).waitFor();

    // GET /items
    const operation = page.locator(".opblock-get", { has: page.locator('[data-path="/items"]') });
    await operation.locator(".opblock-summary").click();
    await operation.getByRole("button", { name: "Try it out" }).click();
    await operation.getByRole("button", { name: "Execute" }).click();

    const answer = operation.locator(".live-responses-table .response");
    assert.equal((await answer.locator(".response-col_status").innerText()).trim(), "200");
    const body = JSON.parse(await answer.locator(".response-col_description .highlight-code code").innerText());
    assert.equal(body.offset, 0, JSON.stringify(body));
    assert.ok(Array.isArray(body.items), JSON.stringify(body));

    assert.ok(requests.some((url) => new URL(url).pathname === "/items"), "nothing was asked of /items");
    const strangers = requests.filter((url) => !url.startsWith("data:") && new URL(url).host !== host);
    assert.deepEqual(strangers, [], "requests left our own host");
    assert.deepEqual(complaints, []);
    console.log(`${requests.length} requests, all to ${host}; GET /items was tried out and answered 200`);
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
