// Checks what a QR symbol carries: version(1) key id(8) signature(64) deflate(canonical JSON), as
// one decimal number behind the "#" (core/verification/seal.py). Nothing is loaded or sent.
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const LONGEST_DIGITS = 4200, LONGEST_JSON = 16384, HEAD = 73;

class Unreadable extends Error {}

const latin = (text) =>
  text.replace(/[۰-۹]/g, (c) => c.charCodeAt(0) - 0x6f0).replace(/[٠-٩]/g, (c) => c.charCodeAt(0) - 0x660);

function bytesOf(typed) {
  const digits = latin(typed).replace(/[\s\u200c\u200e\u200f\u2066-\u2069]/g, "").split("#").pop();
  if (!/^[0-9]+$/.test(digits) || digits.length > LONGEST_DIGITS) throw new Unreadable();
  let hex = BigInt(digits).toString(16);
  if (hex.length % 2) hex = "0" + hex;
  const bytes = Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  if (bytes[0] !== 1 || bytes.length <= HEAD) throw new Unreadable();
  return bytes;
}

async function inflated(body) {
  const reader = new Blob([body]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const parts = [];
  let length = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      length += part.value.length;
      if (length > LONGEST_JSON) throw new Unreadable();
    }
  } catch {
    throw new Unreadable();
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

async function check(typed) {
  const bytes = bytesOf(typed);
  const message = await inflated(bytes.slice(HEAD));
  const id = Array.from(bytes.slice(1, 9), (b) => b.toString(16).padStart(2, "0")).join("");
  if (!Object.hasOwn(data.keys, id)) return { state: "stranger" };
  const raw = Uint8Array.from(atob(data.keys[id]), (c) => c.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
  const signed = new Uint8Array([...new TextEncoder().encode(data.context), ...message]);
  if (!(await crypto.subtle.verify("Ed25519", key, bytes.slice(9, HEAD), signed))) return { state: "forged" };
  return { state: "genuine", payload: JSON.parse(new TextDecoder().decode(message)) };
}

function shown(name, value, kind) {
  if (name === "kind") return data.titles[value] || value;
  if (name === "code") return value.match(/.{1,5}/g).join("-");
  if (kind === "date") {
    const calendar = new Intl.DateTimeFormat(data.locale + "-u-ca-persian", { dateStyle: "long", timeZone: "UTC" });
    const day = new Date(value + "T00:00:00Z");
    return isNaN(day) ? value : calendar.format(day);
  }
  const number = typeof value === "number" ? value.toLocaleString(data.locale, { useGrouping: false }) : value;
  return kind === "minutes" ? data.words.minutes.replace("{n}", number) : number;
}

function lines(payload) {
  const known = [...data.first, ...(data.fields[payload.kind] || []), ...data.last];
  const names = new Set(known.map((field) => field[0]));
  const others = Object.keys(payload).filter((name) => !names.has(name)).map((name) => [name, name, "text"]);
  return [...known, ...others].filter((field) => Object.hasOwn(payload, field[0]));
}

function show(state, payload) {
  const result = document.getElementById("result");
  result.className = state;
  document.getElementById("verdict").textContent = data.words[state];
  document.getElementById("advice").textContent = data.words[state + "_text"];
  const list = document.getElementById("lines");
  list.replaceChildren();
  for (const [name, label, kind] of payload ? lines(payload) : []) {
    const term = document.createElement("dt");
    const value = document.createElement("dd");
    term.textContent = label;
    value.textContent = shown(name, payload[name], kind);
    value.dir = name === "code" || name === "holder_id" ? "ltr" : "auto";
    list.append(term, value);
  }
  document.getElementById("revoked").hidden = state !== "genuine";
  result.hidden = false;
}

document.getElementById("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const found = await check(document.getElementById("symbol").value);
    show(found.state, found.payload);
  } catch (error) {
    show(error instanceof Unreadable ? "unreadable" : "unable");
  }
});
