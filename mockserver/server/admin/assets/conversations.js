// Show what the app sees, filter by filter.
import {$, copy, count, el} from "./elements.js";
import {act, api, curl, inSpace, jsonUrl, onChange, state} from "./api.js";
import {offerConversations} from "./messages.js";
import {rowOf} from "./rows.js";

const FILTERS = ["accountIds", "customerIds", "endpointIds", "afterDate"];
const ROWS = 50;
let asks = 0, page = 1;

const set = () => FILTERS.filter(name => $(name).value.trim())
  .map(name => [name, $(name).value.trim()]);
const written = ([name, value]) =>
  `${name}=${encodeURIComponent(value).replace(/%(2C|3A)/g, decodeURIComponent)}`;

export async function ask() {
  const user = state.users.find(one => one.username === $("as").value);
  const mine = ++asks, used = set();
  $("asked").textContent = curl(user, jsonUrl(used.map(written)));
  $("copy-asked").hidden = false;
  const query = new URLSearchParams([...used, ["page", page]]);
  if (user) query.set("user", user.username);
  const found = await api("GET", inSpace(`/preview?${query}`));
  if (mine !== asks) return;
  if (page > 1 && found.rows !== null && !found.conversations.length) return turn(1);
  showSteps(user, found.steps);
  showAnswer(found);
  if (found.rows !== null) offerConversations(found.conversations);
}

// What each filter leaves of what the ones before it left, faults apart.
function showSteps(user, steps) {
  const who = user ? `what ${user.username} may see` : "what nobody may see";
  $("effect").replaceChildren(...steps.map(({filter, rows}) => el("li", {},
    filter === null ? `${who}: ` : `${filter} leaves: `,
    el("strong", {}, rows === null ? "nothing, it is refused" : count(rows, "conversation")))));
}

function showAnswer({status, reason, rows, conversations, body, fault}) {
  const line = status === null ? reason : `${status} ${reason}`;
  const first = (page - 1) * ROWS + 1, last = first + conversations.length - 1;
  $("answered").className = rows === null ? "bad" : "good";
  $("answered").textContent = (rows === null ? line + (body ? `: ${body}` : "")
    : `${line}: ${count(rows, "conversation")}`) + (fault ? ` (${fault})` : "");
  $("rows-box").hidden = !conversations.length;
  $("rows").replaceChildren(...conversations.map(rowOf));
  $("pager").hidden = rows === null || rows <= ROWS;
  $("previous").disabled = page === 1;
  $("next").disabled = last >= rows;
  $("shown").textContent = `Rows ${first.toLocaleString("en")} to ${last.toLocaleString("en")}`;
}

function turn(to) {
  page = to;
  return ask();
}

const anew = () => turn(1);
onChange(ask);
$("ask").onsubmit = event => { event.preventDefault(); act(anew, "Asked."); };
for (const name of ["as", ...FILTERS]) $(name).onchange = () => act(anew, "Asked.");
$("clear").onclick = () => {
  for (const name of FILTERS) $(name).value = "";
  act(anew, "Asked without a filter.");
};
for (const [id, step] of [["previous", -1], ["next", 1]]) $(id).onclick = () => act(async () => {
  await turn(page + step);
  $("rows-box").scrollTop = 0;
}, () => $("shown").textContent);
$("copy-asked").onclick = () => copy($("asked").textContent, "curl is");
