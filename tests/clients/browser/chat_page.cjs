// Opens a running `chat` in three tabs of Chromium, as people would: two talk and share a file, one only watches. Fails
// when anything leaves our own host, breaks the Content-Security-Policy or lands on the console as an error.
//
//   node chat_page.cjs BASE_URL CHROMIUM

const assert = require("node:assert/strict");
const fs = require("node:fs/promises");
const { chromium } = require("playwright-core");

const [base, executablePath] = process.argv.slice(2);
const host = new URL(base).host;

const requests = [];
const complaints = [];

async function open(context) {
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("request", (request) => requests.push(request.url()));
  page.on("websocket", (socket) => requests.push(socket.url()));
  page.on("response", (answer) => answer.status() >= 400 && complaints.push(`${answer.url()}: ${answer.status()}`));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.exposeFunction("complain", (text) => complaints.push(text));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      window.complain(`Content-Security-Policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  await page.goto(base);
  return page;
}

async function enter(context, name) {
  const page = await open(context);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Room").fill("garage");
  await page.getByRole("button", { name: "Enter" }).click();
  await page.locator("#people", { hasText: name }).waitFor();
  return page;
}

async function say(page, text) {
  await page.getByLabel("Message").fill(text);
  await page.getByRole("button", { name: "Send" }).click();
}

const heard = (page, text) => page.locator("#messages li", { hasText: text }).waitFor();

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
    const context = await browser.newContext({ acceptDownloads: true });
    const rick = await enter(context, "Rick");
    const morty = await enter(context, "Morty");
    await rick.locator("#people", { hasText: "Morty, Rick" }).waitFor();

    const watcher = await open(context);
    await watcher.getByLabel("Room").fill("garage");
    await watcher.getByRole("button", { name: "Only watch" }).click();
    await watcher.locator("#state", { hasText: "Watching" }).waitFor();

    await say(rick, "<b>Get in</b> the car & hurry");
    for (const page of [rick, morty, watcher]) await heard(page, "<b>Get in</b> the car & hurry");
    await morty.getByLabel("Message").pressSequentially("Oh geez");
    await rick.locator("#typing", { hasText: "Morty is typing" }).waitFor();
    await morty.getByRole("button", { name: "Send" }).click();
    for (const page of [rick, watcher]) await heard(page, "Oh geez");

    const plan = { name: "plan Ü.txt", mimeType: "text/plain", buffer: Buffer.from("portal first") };
    await rick.locator("#file").setInputFiles(plan);
    await heard(morty, "plan Ü.txt (12 bytes)");
    const [download] = await Promise.all([
      morty.waitForEvent("download"),
      morty.getByRole("link", { name: "plan Ü.txt" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "plan Ü.txt");
    assert.equal(await fs.readFile(await download.path(), "utf8"), "portal first");

    await rick.close();
    await heard(morty, "Rick has left.");
    await morty.reload();
    await morty.getByLabel("Your name").fill("Morty");
    await morty.getByLabel("Room").fill("garage");
    await morty.getByRole("button", { name: "Enter" }).click();
    await heard(morty, "Oh geez");

    const strangers = requests.filter((url) => new URL(url).host !== host);
    assert.deepEqual(strangers, [], "requests left our own host");
    assert.deepEqual(complaints, []);
    console.log(`${requests.length} requests, all to ${host}; two tabs talked, a third one watched`);
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
