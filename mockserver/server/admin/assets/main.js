// Start the page, and keep it up to date.
import {$, el} from "./elements.js";
import {act, api, inSpace, state, useToken} from "./api.js";
import {showClock} from "./clock.js";
import "./conversations.js";
import {pollJournal} from "./journal.js";
import {choose} from "./spaces.js";

const POLL_MS = 1000;

async function poll() {
  try {
    if (!document.hidden && $("follow").checked && state.points.length) {
      await pollJournal();
      showClock(await api("GET", inSpace("/clock")));
    }
  } catch { /* said when a person asks for something */ }
  setTimeout(poll, POLL_MS);
}

async function start() {
  const version = await api("GET", "version");
  $("version").textContent = version.version ?? "";
  const scenarios = (await api("GET", "scenarios")).scenarios;
  $("new-scenario").replaceChildren(el("option", {value: ""}, "as the server"),
    ...scenarios.map(one => el("option", {value: one.name}, one.name)));
  state.points = (await api("GET", "profile-points")).points;
  await choose(location.hash.slice(1) || "default");
}

$("token-form").onsubmit = event => {
  event.preventDefault();
  useToken($("token").value.trim());
  act(async () => { await start(); $("token-form").hidden = true; }, "Welcome.");
};
act(start, "").then(poll);
