// Choose, make, reset, delete and save spaces.
import {$, copy, count, el} from "./elements.js";
import {act, api, base, changed, inSpace, state} from "./api.js";
import {showClock} from "./clock.js";
import {loadDirectory} from "./directory.js";
import {showFaults} from "./faults.js";
import {restartJournal} from "./journal.js";
import {showPoints} from "./profile.js";
import {showUsers} from "./users.js";

async function loadSpaces() {
  const {spaces} = await api("GET", "spaces");
  const names = spaces.map(one => one.name);
  if (!names.includes(state.space)) state.space = "default";
  $("space").replaceChildren(...names.map(name => el("option", {value: name}, name)));
  $("space").value = state.space;
}

async function loadSpace() {
  const facts = await api("GET", inSpace(""));
  state.users = facts.users ?? [];
  $("delete").disabled = state.space === "default";
  const size = facts.conversations === undefined ? "" : `, ${count(facts.conversations, "conversation")}`;
  $("facts").replaceChildren(
    `Scenario ${facts.scenario}${size}. The app's base URL: `, el("code", {}, base()));
  const rate = facts.arrivalsPerMinute ?? 0;
  $("arrivals").textContent = rate
    ? `${count(rate, "message")} a minute arrive as the clock moves; turning it back removes them.`
    : "Nothing arrives by itself in this scenario; a new space of busy shows how it is when it does.";
  await loadDirectory();
  showUsers();
  showLinks();
  showClock(await api("GET", inSpace("/clock")));
  state.rules = await api("GET", inSpace("/faults"));
  showFaults();
  showPoints(await api("GET", inSpace("/profile")));
  await restartJournal();
  await changed();
}

// The navigation leads to the pages of the space that is shown.
function showLinks() {
  for (const link of document.querySelectorAll("nav a:not([aria-current])")) {
    link.href = base() + link.dataset.path;
  }
}

export async function choose(name) {
  state.space = name;
  history.replaceState(null, "", `#${name}`);
  await loadSpaces();
  await loadSpace();
}

$("space").onchange = () => act(() => choose($("space").value), () => `Space ${state.space}.`);
$("create").onsubmit = event => {
  event.preventDefault();
  act(async () => {
    const wanted = {name: $("new-name").value};
    if ($("new-scenario").value) wanted.scenario = $("new-scenario").value;
    if ($("new-now").value) wanted.now = $("new-now").value;
    await api("POST", "spaces", wanted);
    await choose(wanted.name);
    $("create").reset();
  }, () => `Space ${state.space} is made.`);
};
$("reset").onclick = () => act(async () => {
  await api("POST", inSpace("/reset"));
  await loadSpace();
}, () => `Space ${state.space} is as it was at the start.`);
$("delete").onclick = () => act(async () => {
  const gone = state.space;
  await api("DELETE", inSpace(""));
  await choose("default");
  return gone;
}, gone => `Space ${gone} is gone.`);

const snapshot = () => api("POST", inSpace("/snapshot"));
$("report").onclick = () => act(async () => copy(await snapshot(), "The bug report is"), () =>
  "The bug report is copied: save it as copy.ndjson; mockserver serve --state copy.ndjson shows it.");
$("download").onclick = () => act(async () => {
  const link = el("a", {
    href: URL.createObjectURL(new Blob([await snapshot()], {type: "application/x-ndjson"})),
    download: `${state.space}.ndjson`,
  });
  link.click();
  URL.revokeObjectURL(link.href);
}, () => `Saved; mockserver serve --state ${state.space}.ndjson shows it.`);
