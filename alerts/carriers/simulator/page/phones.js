"use strict";

const POLL_MS = 1000;
const RING_MS = 4000;
const MAX_TEXTS = 50;
const LANGUAGES = { en: "English", es: "Español", ko: "한국어" };
const STATUSES = {
  accepted: "on its way", queued: "on its way", sending: "on its way", sent: "sent",
  delivered: "delivered", undelivered: "not delivered", failed: "failed", canceled: "cancelled",
  received: "",
};
const SETTLED = new Set(["delivered", "undelivered", "failed", "canceled", "received"]);

const meta = (name) => document.querySelector(`meta[name="${name}"]`).content;
const byId = (id) => document.getElementById(id);
const network = meta("network-number");

const phones = new Map(); // number -> { card, list }
const texts = new Map(); // seq -> { item, status }
const open = new Set(); // seqs whose status may still change
let epoch = null;
let last = 0;
let isFirstLook = true;

async function call(path, data) {
  const options = { headers: { Authorization: `Token ${meta("simulator-token")}` } };
  if (data) {
    options.method = "POST";
    options.body = JSON.stringify(data);
  }
  const response = await fetch(`api/${path}`, options);
  const answer = await response.json();
  // 502: the text is in, but nobody answered the webhook.
  if (!response.ok && response.status !== 502) {
    throw new Error(answer.detail || `status ${response.status}`);
  }
  return answer;
}

function pretty(number) {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return parts ? `+1 ${parts[1]} ${parts[2]} ${parts[3]}` : number;
}

function phoneOf(number) {
  if (phones.has(number)) return phones.get(number);
  const card = byId("phone").content.firstElementChild.cloneNode(true);
  card.querySelector("h3").textContent = pretty(number);
  card.querySelector("label").textContent = `Text as ${pretty(number)}`;
  const input = card.querySelector("input");
  input.id = `body${number}`;
  card.querySelector("label").htmlFor = input.id;
  const list = card.querySelector(".texts");
  list.setAttribute("aria-label", `Texts of ${pretty(number)}`);
  const form = card.querySelector("form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, { from: number, body: input.value });
  });
  byId("phones").append(card);
  const option = document.createElement("option");
  option.value = number;
  byId("numbers").append(option);
  const phone = { card, list };
  phones.set(number, phone);
  byId("empty").hidden = true;
  byId("count").textContent = `(${phones.size})`;
  return phone;
}

function show(entry) {
  const isTyped = entry.to === network;
  const number = isTyped ? entry.from : entry.to;
  const phone = phoneOf(number);
  const item = document.createElement("li");
  item.className = isTyped ? "text typed" : "text";
  const bubble = document.createElement("p");
  bubble.dir = "auto";
  bubble.textContent = entry.body || "(photo)";
  item.append(bubble, document.createElement("small"));
  phone.list.append(item);
  while (phone.list.children.length > MAX_TEXTS) phone.list.firstElementChild.remove();
  phone.list.scrollTop = phone.list.scrollHeight;
  texts.set(entry.seq, { item, status: null });
  if (!isTyped && !isFirstLook) ring(number, phone.card);
}

function mark(entry) {
  const text = texts.get(entry.seq);
  if (text.status === entry.status) return;
  text.status = entry.status;
  text.item.querySelector("small").textContent = STATUSES[entry.status] ?? entry.status;
  text.item.classList.toggle("is-lost", ["undelivered", "failed"].includes(entry.status));
  if (SETTLED.has(entry.status)) open.delete(entry.seq);
  else open.add(entry.seq);
}

function ring(number, card) {
  card.classList.remove("rings");
  void card.offsetWidth; // so that the animation starts again
  card.classList.add("rings");
  clearTimeout(card.ringing);
  card.ringing = setTimeout(() => card.classList.remove("rings"), RING_MS);
  byId("news").textContent = `New text on ${pretty(number)}`;
}

function startAfresh(newEpoch) {
  epoch = newEpoch;
  for (const kept of [phones, texts, open]) kept.clear();
  byId("phones").replaceChildren();
  byId("numbers").replaceChildren();
  byId("empty").hidden = false;
  byId("count").textContent = "";
}

async function look() {
  const known = await call("phones/");
  if (epoch !== known.epoch) {
    isFirstLook = epoch === null;
    startAfresh(known.epoch);
  }
  // From the oldest text whose status may still change.
  const since = open.size ? Math.min(last, Math.min(...open) - 1) : last;
  const page = await call(`messages/?since=${since}`);
  for (const entry of page.results) {
    if (!texts.has(entry.seq)) show(entry);
    mark(entry);
  }
  last = page.next;
  isFirstLook = false;
  for (const { number, language, blocked } of known.results) {
    const { card } = phoneOf(number);
    card.lang = language || "";
    card.querySelector(".language").textContent = LANGUAGES[language] || language;
    card.querySelector(".blocked").hidden = !blocked;
  }
}

async function showCodes() {
  const { results } = await call("codes/");
  byId("codes").hidden = !results.length;
  byId("codes").querySelector("ul").replaceChildren(...results.map((account) => {
    const item = document.createElement("li");
    const code = document.createElement("b");
    code.textContent = account.code;
    item.append([account.username, account.password, ""].filter((x) => x !== undefined).join(" "), code);
    return item;
  }));
}

async function send(form, data) {
  const said = form.querySelector(".said");
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const { status, detail } = await call("inbound/", data);
    const isGood = status >= 200 && status < 300;
    const trouble = status ? `the webhook answered ${status}` : `nobody answered: ${detail}`;
    said.textContent = isGood ? "Sent." : `Sent, but ${trouble}.`;
    said.classList.toggle("is-bad", !isGood);
    form.querySelector("[name=body]").value = "";
    if (form.photo) form.photo.value = "";
  } catch (error) {
    said.textContent = `Not sent: ${error.message}`;
    said.classList.add("is-bad");
  } finally {
    button.disabled = false;
  }
}

function base64Of(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

async function compose(event) {
  event.preventDefault();
  const form = event.target;
  const data = { from: form.from.value.replace(/[\s().-]/g, ""), body: form.body.value, media: [] };
  const [file] = form.photo.files;
  if (file) data.media.push({ content_type: file.type, data: await base64Of(file) });
  if (!data.body && !file) {
    form.body.focus();
    return;
  }
  await send(form, data);
}

async function poll() {
  const trouble = byId("trouble");
  try {
    await Promise.all([look(), showCodes()]);
    trouble.hidden = true;
  } catch (error) {
    trouble.textContent = `The simulator does not answer (${error.message}); trying again.`;
    trouble.hidden = false;
  }
  setTimeout(poll, POLL_MS);
}

byId("network").textContent = pretty(network);
byId("compose").addEventListener("submit", compose);
poll();
