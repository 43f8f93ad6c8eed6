// Ask the server; hold what every part of the page knows of its space.
import {$, tell} from "./elements.js";

// What the page shows: the space, its users and faults, the points of every profile.
export const state = {space: "default", points: [], users: [], rules: []};
const watchers = [];
let token = sessionStorage.getItem("mockserver-token") || "";

export function useToken(text) {
  token = text;
  sessionStorage.setItem("mockserver-token", token);
}

class Refused extends Error {}

export async function api(method, path, body) {
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, {
    method, headers, credentials: "omit", cache: "no-store",
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) {
    if (answer.status === 401) $("token-form").hidden = false;
    let problem = {};
    try { problem = JSON.parse(text); } catch { /* no JSON: the status says it */ }
    throw new Refused(problem.detail || problem.title || `${method} ${path}: ${answer.status}`);
  }
  return answer.headers.get("content-type") === "application/json" ? JSON.parse(text) : text;
}

export const inSpace = path => `spaces/${state.space}${path}`;

// Whoever shows rows looks again when something has changed them.
export const onChange = look => watchers.push(look);
export const changed = () => Promise.all(watchers.map(look => look()));

// Run what a person asked for; say what came of it, and why if it failed.
export async function act(work, done) {
  try {
    const said = await work();
    tell(typeof done === "function" ? done(said) : done);
  } catch (error) {
    tell(error instanceof Refused ? error.message : `The server does not answer: ${error.message}`);
  }
}

export const base = () =>
  new URL("..", location.href).href.replace(/\/$/, "") + (state.space === "default" ? "" : `/~${state.space}`);
const quote = text => `'${text.replaceAll("'", "'\\''")}'`;
const plain = text => /^[\w:/.~-]+$/.test(text) ? text : quote(text);
export const curl = (user, url) => user
  ? `curl -su ${plain(`${user.username}:${user.password ?? "PASSWORD"}`)} ${plain(url)}`
  : `curl -s ${plain(url)}`;

export const jsonUrl = (query = []) =>
  `${base()}/conversations.json${query.length ? "?" : ""}${query.join("&")}`;
