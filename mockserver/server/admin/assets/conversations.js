// Show what the app sees, filter by filter.
import {$, copy, count, el} from "./elements.js";
import {act, api, curl, inSpace, jsonUrl, state} from "./api.js";
import {offerConversations} from "./messages.js";

const SHOWN_ROWS = 50;
const FILTERS = ["accountIds", "endpointIds", "customerIds", "afterDate"];
let asks = 0;

export async function loadRows() {
  const {conversations} = await api("GET", inSpace("/dataset"));
  const rows = conversations.filter(row => row);
  const ids = {accounts: new Map(), endpoints: new Map(), customers: new Map()};
  for (const row of rows) {
    const last = row.mostRecentMessage ?? {};
    if (row.endpointId) ids.endpoints.set(row.endpointId, last.endpointDisplayName ?? "");
    if (last.accountId) ids.accounts.set(last.accountId, "");
    if (last.customerId) ids.customers.set(last.customerId, "");
  }
  for (const [name, found] of Object.entries(ids)) {
    $(name).replaceChildren(...[...found].map(([id, label]) =>
      el("option", {value: id}, label || id)));
  }
  offerConversations(rows);
}

function urlOf(names) {
  const query = names.filter(name => $(name).value.trim()).map(name =>
    `${name}=${encodeURIComponent($(name).value.trim()).replace(/%(2C|3A)/g, decodeURIComponent)}`);
  return jsonUrl(query);
}

const basic = user => "Basic " + btoa(String.fromCharCode(
  ...new TextEncoder().encode(`${user.username}:${user.password ?? ""}`)));

async function list(user, url) {
  const answer = await fetch(url, {
    headers: {Authorization: basic(user), Accept: "application/json"},
    credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(20000),
  });
  const text = await answer.text();
  let body = null;
  try { body = JSON.parse(text); } catch { /* shown as it is */ }
  return {status: `${answer.status} ${answer.statusText}`, ok: answer.ok, text, rows: body?.conversations};
}

export async function ask() {
  const user = state.users.find(one => one.username === $("as").value);
  if (!user) return;
  const mine = ++asks;
  const used = FILTERS.filter(name => $(name).value.trim());
  const url = urlOf(used);
  $("asked").textContent = curl(user, url);
  $("copy-asked").hidden = false;
  // What each filter leaves of what the ones before it left; the last is what the app gets.
  const steps = [];
  for (let n = 0; n <= used.length; n++) {
    const label = n === 0 ? `what ${user.username} may see` : `${used[n - 1]} leaves`;
    try {
      steps.push({label, ...await list(user, urlOf(used.slice(0, n)))});
    } catch (error) {
      steps.push({label, ok: false, status: "no answer", text: error.message});
    }
    if (mine !== asks) return;
  }
  $("effect").replaceChildren(...steps.map(step => el("li", {}, `${step.label}: `,
    el("strong", {}, step.rows ? count(step.rows.length, "conversation") : step.status))));
  const last = steps.at(-1), rows = last.rows ?? [];
  $("answered").className = last.ok && last.rows ? "good" : "bad";
  $("answered").textContent = last.rows
    ? `${last.status}: ${count(rows.length, "conversation")}` +
      (rows.length > SHOWN_ROWS ? `, of which the first ${SHOWN_ROWS} are shown` : "")
    : `${last.status}: ${last.text.slice(0, 500) || "an empty body"}`;
  $("rows-box").hidden = !rows.length;
  $("rows").replaceChildren(...rows.slice(0, SHOWN_ROWS).map(rowOf));
}

function rowOf(row) {
  const last = row?.mostRecentMessage ?? {};
  const cell = (text, className = "") => el("td", {className}, text ?? "—");
  return el("tr", {className: last.isUnread ? "unread" : ""},
    cell(last.date, "date"), cell(last.endpointDisplayName ?? row?.endpointId), cell(row?.otherAddress),
    cell(last.direction), cell((last.text ?? "—") + (last.isUnread ? " (unread)" : ""), "text"),
    cell(last.accountId, "code"), cell(row?.id, "code"));
}

$("ask").onsubmit = event => { event.preventDefault(); act(ask, "Asked."); };
for (const name of ["as", ...FILTERS]) $(name).onchange = () => act(ask, "Asked.");
$("clear").onclick = () => {
  for (const name of FILTERS) $(name).value = "";
  act(ask, "Asked without a filter.");
};
$("copy-asked").onclick = () => copy($("asked").textContent, "curl is");
