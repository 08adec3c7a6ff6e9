// What the checks in Chromium share. A check fails if a request goes to another host, or if the console shows an error,
// such as a violation of the Content-Security-Policy.
//
//   node SCRIPT BASE_URL CHROMIUM

const assert = require("node:assert/strict");
const { chromium } = require("playwright-core");

const [base, executablePath] = process.argv.slice(2);
const host = new URL(base).host;

const requests = [];
const complaints = [];

// Opens a path of the server in a new tab.
async function open(context, path) {
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("websocket", (socket) => requests.push(socket.url()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.exposeFunction("complain", (text) => complaints.push(text));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      window.complain(`Content-Security-Policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  const opened = await page.goto(base + path);
  assert.equal(opened.status(), 200);
  return page;
}

// Opens /docs, where no request may fail.
async function openDocs(context, title) {
  const page = await open(context, "/docs");
  page.on("requestfailed", (request) => complaints.push(`${request.url()}: ${request.failure().errorText}`));
  await page.getByRole("heading", { name: title, level: 1 }).waitFor();
  return page;
}

// Expands an operation in /docs, and makes its fields editable.
async function tryOut(page, method, path) {
  const operation = page.locator(`.opblock-${method}`, { has: page.locator(`[data-path="${path}"]`) });
  await operation.locator(".opblock-summary").click();
  await operation.getByRole("button", { name: "Try it out" }).click();
  return operation;
}

// Executes an operation, and returns its response, which must have this status.
async function execute(operation, status) {
  await operation.getByRole("button", { name: "Execute" }).click();
  const answer = operation.locator(".live-responses-table .response");
  assert.equal((await answer.locator(".response-col_status").innerText()).trim(), String(status));
  return answer;
}

// Returns the JSON of a response.
async function json(answer) {
  return JSON.parse(await answer.locator(".response-col_description .highlight-code code").innerText());
}

// Runs a check, which returns what it did. `others` are the ports of servers on this machine, by the names that the
// browser has for them.
async function run(check, others) {
  const rules = Object.entries(others).map(([name, port]) => `MAP ${name} 127.0.0.1:${port}`);
  // playwright makes a new, empty user-data folder for each launch.
  const browser = await chromium.launch({
    executablePath,
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
      `--host-resolver-rules=${rules.join(",")}`,
    ],
  });
  try {
    const context = await browser.newContext({ acceptDownloads: true });
    context.on("request", (request) => requests.push(request.url()));
    context.on("response", (answer) => answer.status() >= 400 && complaints.push(`${answer.url()}: ${answer.status()}`));
    const done = await check(context);
    const hosts = [host, ...Object.keys(others)];
    const isOwn = (url) => url.startsWith("data:") || hosts.includes(new URL(url).host) || url.startsWith(`blob:${base}/`);
    assert.deepEqual(requests.filter((url) => !isOwn(url)), [], "there were requests to other hosts");
    assert.deepEqual(complaints, []);
    console.log(`${requests.length} requests, all to ${hosts.join(" and ")}; ${done}`);
  } finally {
    await browser.close();
  }
}

function main(check, others = {}) {
  run(check, others).catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
}

module.exports = { base, requests, open, openDocs, tryOut, execute, json, main };
