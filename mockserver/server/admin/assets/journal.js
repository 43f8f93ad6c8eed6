// Follow the journal; explain an entry.
import {$, copy, count, el} from "./elements.js";
import {act, api, inSpace, state} from "./api.js";

const SHOWN_ENTRIES = 100;
const pending = new Map();
let newest = 0;

export async function pollJournal() {
  const query = new URLSearchParams();
  if ($("only-path").value) query.set("path", $("only-path").value);
  if (/^\d+$/.test($("only-status").value)) query.set("status", $("only-status").value);
  const from = state.space;
  const {requests} = await api("GET", inSpace(`/requests?${query}`));
  if (from !== state.space) return;
  // What had no answer yet when it was shown.
  for (const entry of requests) {
    const before = pending.get(entry.id);
    if (!before || (entry.status === null && entry.ms === 0)) continue;
    pending.delete(entry.id);
    const after = entryOf(entry);
    after.open = before.open;
    before.replaceWith(after);
  }
  const fresh = requests.filter(entry => entry.id > newest);
  if (!fresh.length) return;
  newest = fresh.at(-1).id;
  $("journal").prepend(...fresh.slice(-SHOWN_ENTRIES).reverse().map(entryOf));
  while ($("journal").children.length > SHOWN_ENTRIES) $("journal").lastChild.remove();
}

export function restartJournal() {
  newest = 0;
  pending.clear();
  $("journal").replaceChildren();
  return pollJournal();
}

function entryOf(entry) {
  const rows = entry.rows === null ? "" : ` ${count(entry.rows, "row")}`;
  const box = el("details", {className: "entry"},
    el("summary", {},
      el("span", {className: entry.status >= 400 || entry.status === null ? "bad" : "good"},
        String(entry.status ?? "no answer")),
      ` ${entry.method} ${entry.path}${entry.query ? "?" : ""}${entry.query ?? ""}${rows}`,
      entry.ms ? ` ${entry.ms} ms` : "",
      entry.user ? ` ${entry.user}` : "",
      entry.fault ? el("span", {className: "warn"}, ` [${entry.fault}]`) : null,
      ...entry.warnings.map(warning => el("span", {className: "warn"}, ` ! ${warning}`))));
  if (entry.status === null && entry.ms === 0) pending.set(entry.id, box);
  box.ontoggle = () => {
    if (!box.open || box.children.length > 1) return;
    const inside = el("div", {}, "…");
    box.append(inside);
    api("GET", inSpace(`/requests/${entry.id}`)).then(
      found => inside.replaceChildren(...explain(found)),
      error => inside.replaceChildren(el("p", {className: "bad"}, error.message)));
  };
  return box;
}

function explain(entry) {
  const parts = [];
  if (entry.curl) {
    const button = el("button", {}, "Copy curl");
    button.onclick = () => copy(entry.curl, "curl is");
    parts.push(el("pre", {}, entry.curl), button);
  }
  const {bound, points: spoke, rows, kept, dropped, reasons, notShown} = entry.explanation;
  const list = (items, none) => items.length
    ? el("ul", {}, ...items.map(item => el("li", {}, item))) : el("p", {className: "soft"}, none);
  parts.push(el("h3", {}, "How the query was read"), list(bound.map(one => one.member === null
    ? `${one.name}=${one.value} is ignored`
    : `${one.name}=${one.value} is ${one.member}: ${JSON.stringify(one.as)}`), "no parameters"));
  if (spoke.length) {
    parts.push(el("h3", {}, "Points of the profile that had a say"),
      list(spoke.map(one => `${one.name}: ${one.choice}`)));
  }
  if (rows.length) {
    parts.push(el("h3", {}, `${kept} kept, ${dropped} dropped`), ...why(rows, reasons, notShown));
  }
  if (entry.headers?.length) {
    parts.push(el("h3", {}, "Headers"),
      el("pre", {}, entry.headers.map(one => `${one.name}: ${one.value}`).join("\n")));
  }
  return parts;
}

// The reasons first, each with its count; behind them each row with its own.
function why(rows, reasons, notShown) {
  const title = notShown ? `The newest ${rows.length} of ${rows.length + notShown} rows` : "Each row";
  const each = el("details", {}, el("summary", {}, title));
  each.ontoggle = () => {
    if (each.children.length > 1) return;
    each.append(el("ul", {className: "plain small"}, ...rows.map(row => el("li", {},
      el("span", {className: row.kept ? "good" : "bad"}, row.kept ? "kept " : "dropped "),
      el("code", {}, row.id ?? "—"), row.why.length ? ` ${row.why.join("; ")}` : ""))));
  };
  const counts = reasons.map(one => el("li", {}, `${count(one.rows, "row")}: ${one.text}`));
  return [el("ul", {}, ...counts), each];
}

for (const name of ["only-path", "only-status"]) $(name).onchange = () => {
  act(restartJournal, "Filtered.");
};
$("forget").onclick = () => act(async () => {
  await api("DELETE", inSpace("/requests"));
  await restartJournal();
}, "The journal is empty.");
