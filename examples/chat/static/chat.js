"use strict";

// The page of the chat. It talks to the server over one WebSocket, or only listens to the room's events.

const element = (id) => document.getElementById(id);
const room = () => element("room").value;
const api = (path) => `/api/rooms/${encodeURIComponent(room())}${path}`;

let name = "";
let socket = null;
let oldest = null; // the id of the first message on the page
let people = new Set();
const shown = new Set(); // the ids of the messages on the page

element("enter").addEventListener("submit", async (event) => {
  event.preventDefault();
  name = element("name").value.trim();
  if (name === "") return;
  await open();
  connect();
});

element("watch").addEventListener("click", async () => {
  await open();
  watch();
});

fetch("/api/rooms")
  .then((answer) => answer.json())
  .then((rooms) => {
    element("rooms").replaceChildren(...rooms.map((room) => new Option(room.name)));
  });

/** Shows the room with its last messages. */
async function open() {
  element("enter").hidden = true;
  element("chat").hidden = false;
  element("title").textContent = `# ${room()}`;
  document.title = `${room()} - Chat`;
  await loadOlder();
  scroll();
}

/** Joins the room, and joins it again when the connection is lost. */
function connect(attempt = 0) {
  const url = new URL(api("/socket"), location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("name", name);
  socket = new WebSocket(url);
  socket.onopen = () => {
    attempt = 0;
    element("state").textContent = "";
  };
  socket.onmessage = (event) => receive(JSON.parse(event.data));
  socket.onclose = () => {
    element("state").textContent = "Not connected. Trying again…";
    const pause = Math.min(30, 2 ** attempt) * 1000;
    setTimeout(async () => {
      await loadMissed();
      connect(attempt + 1);
    }, pause);
  };
}

/** Watches the room without entering it: the browser reconnects by itself, and sends the id of its last event. */
function watch() {
  element("say").hidden = true;
  const events = new EventSource(api("/events"));
  events.onopen = () => { element("state").textContent = "Watching."; };
  events.onerror = () => { element("state").textContent = "Not connected. Trying again…"; };
  events.onmessage = (event) => receive(JSON.parse(event.data));
}

function receive(message) {
  switch (message.type) {
    case "here":
      people = new Set(message.names);
      break;
    case "joined":
      people.add(message.name);
      note(`${message.name} is here.`);
      break;
    case "left":
      people.delete(message.name);
      note(`${message.name} has left.`);
      break;
    case "typing":
      typing(message.name);
      return;
    case "refused":
      note(`Not sent: ${message.reason}`);
      return;
    case "missed":
      loadMissed();
      return;
    case "said":
      add(message.message);
      element("typing").textContent = "";
      break;
  }
  element("people").textContent = [...people].sort().join(", ") || "nobody";
}

let typed = 0;
let silence;

function typing(who) {
  if (who === name) return;
  element("typing").textContent = `${who} is typing…`;
  clearTimeout(silence);
  silence = setTimeout(() => { element("typing").textContent = ""; }, 3000);
}

element("text").addEventListener("input", () => {
  if (Date.now() - typed > 2000) {
    typed = Date.now();
    send({ type: "typing" });
  }
});

element("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = element("text").value.trim();
  if (text !== "" && send({ type: "say", text })) element("text").value = "";
});

function send(message) {
  if (socket?.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(message));
  return true;
}

element("file").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  const form = new FormData();
  form.append("author", name);
  form.append("file", file);
  event.target.value = "";
  const answer = await fetch(api("/files"), { method: "POST", body: form });
  if (!answer.ok) note(`${file.name} was not shared: ${answer.status}`);
});

element("older").addEventListener("click", loadOlder);

/** Loads the messages before the first one on the page. */
async function loadOlder() {
  const page = 50;
  const before = oldest === null ? "" : `&before=${oldest}`;
  const answer = await fetch(api(`/messages?limit=${page}${before}`));
  const messages = await answer.json();
  if (messages.length > 0) oldest = messages[0].id;
  element("older").hidden = messages.length < page;
  const lines = messages.filter(isNew).map(line);
  element("messages").prepend(...lines);
}

/** Loads the messages that were sent while the page was not connected. */
async function loadMissed() {
  const answer = await fetch(api("/messages?limit=100")).catch(() => null);
  if (answer?.ok) (await answer.json()).forEach(add);
}

function add(message) {
  if (!isNew(message)) return;
  element("messages").append(line(message));
  scroll();
}

function isNew(message) {
  return !shown.has(message.id) && shown.add(message.id);
}

/** Returns the line of a message. What people write is only set as text, so it cannot inject HTML. */
function line(message) {
  const author = document.createElement("b");
  author.textContent = message.author;
  const time = document.createElement("time");
  time.dateTime = message.sent_at;
  time.textContent = new Date(message.sent_at).toLocaleTimeString();
  const item = document.createElement("li");
  item.append(author, " ", message.text);
  if (message.file !== null) {
    const link = document.createElement("a");
    link.href = `/api/files/${message.file.id}`;
    link.textContent = `${message.file.name} (${message.file.size} bytes)`;
    item.append(link);
  }
  item.append(time);
  return item;
}

function note(text) {
  const item = document.createElement("li");
  item.className = "note";
  item.textContent = text;
  element("messages").append(item);
  scroll();
}

function scroll() {
  const list = element("messages");
  list.scrollTop = list.scrollHeight;
}
