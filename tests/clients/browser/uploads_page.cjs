// Opens /docs of a running `uploads`, as a person would: uploads a file with fields and JSON beside it, uploads two files
// at once, and downloads the first one again.

const assert = require("node:assert/strict");
const fs = require("node:fs/promises");
const { openDocs, tryOut, execute, json, main } = require("./browser.cjs");

// Not text in any encoding, so that a file that is treated as text is noticed.
const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256));
const file = (name, length) => ({ name, mimeType: "image/png", buffer: bytes.subarray(0, length) });

async function upload(page) {
  const operation = await tryOut(page, "post", "/files");
  const field = (name) => operation.locator(`[data-property-name="${name}"]`);
  await field("file").locator("input[type=file]").setInputFiles(file("plan Ü.png", bytes.length));
  await field("kind").locator("select").selectOption("picture");
  await field("note").locator("input[type=text]").fill("hidden & <b>safe</b>");
  await field("details").locator("textarea").fill('{"stars": 4, "tags": ["red"]}');
  const answer = await execute(operation, 201);
  const { id, ...kept } = await json(answer);
  const details = { stars: 4, tags: ["red"] };
  const note = "hidden & <b>safe</b>";
  assert.deepEqual(kept, { name: "plan Ü.png", size: bytes.length, kind: "picture", note, details });
  // The JSON has a content type of its own.
  assert.match(await operation.locator(".curl-command").innerText(), /details={.*};type=application\/json/);
  return id;
}

async function uploadSeveral(page) {
  const operation = await tryOut(page, "post", "/albums");
  const pictures = operation.locator('[data-property-name="pictures"]');
  await pictures.getByRole("button", { name: "Add string item" }).click();
  for (const [index, length] of [0, 5].entries()) {
    await pictures.locator("input[type=file]").nth(index).setInputFiles(file(`${index}.png`, length));
  }
  const kept = await json(await execute(operation, 201));
  assert.deepEqual(kept.map(({ name, size }) => [name, size]), [["0.png", 0], ["1.png", 5]]);
}

async function download(page, id) {
  const operation = await tryOut(page, "get", "/files/{id}");
  await operation.locator('[data-param-name="id"] input').fill(String(id));
  const answer = await execute(operation, 200);
  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    answer.getByRole("link", { name: "Download file" }).click(),
  ]);
  assert.equal(saved.suggestedFilename(), "plan Ü.png");
  assert.deepEqual(await fs.readFile(await saved.path()), bytes);
}

main(async (context) => {
  const page = await openDocs(context, "Uploads");
  const id = await upload(page);
  await uploadSeveral(page);
  await download(page, id);
  return "three files were uploaded, and one was downloaded again";
});
