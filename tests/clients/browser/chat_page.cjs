// Opens a running `chat` in three tabs, as people would: two talk and share a file, one only watches.

const assert = require("node:assert/strict");
const fs = require("node:fs/promises");
const { open, main } = require("./browser.cjs");

async function enter(context, name) {
  const page = await open(context, "");
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

main(async (context) => {
  const rick = await enter(context, "Rick");
  const morty = await enter(context, "Morty");
  await rick.locator("#people", { hasText: "Morty, Rick" }).waitFor();

  const watcher = await open(context, "");
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
  return "two tabs talked, a third one watched";
});
