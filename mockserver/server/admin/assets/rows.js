// Draw a conversation as a row, with what can be done to it.
import {$, cell, el, words} from "./elements.js";
import {act, api, changed, inSpace} from "./api.js";
import {nameOf} from "./directory.js";
import {edit} from "./editor.js";
import {writeTo} from "./messages.js";

const nothing = () => el("span", {className: "null"}, "null");
const text = value => value === undefined || value === null ? nothing() : words(value);
const named = (name, id) => id === undefined || id === null ? nothing()
  : el("div", {}, name && name !== id ? words(name) : null, el("span", {className: "id"}, id));

export function rowOf(row) {
  const last = row?.mostRecentMessage ?? {};
  const made = el("tr", {role: "row", className: last.isUnread ? "unread" : ""},
    cell("Date", {className: "fixed"}, el("div", {}, el("div", {className: "strong"}, text(last.date)),
      text(last.direction), ", ", text({true: "unread", false: "read"}[last.isUnread]))),
    cell("Other side", {className: "ids"}, el("div", {},
      el("div", {className: "strong"}, text(row?.otherAddress)), named(null, row?.id))),
    cell("Message", {className: "text"}, text(last.text)),
    cell("Endpoint", {}, el("div", {},
      named(last.endpointDisplayName ?? nameOf(row?.endpointId), row?.endpointId),
      el("span", {className: "soft"}, "of ", text(nameOf(last.accountId))))),
    cell("Change it", {}, row?.id ? actions(row, last) : ""));
  if (row?.id) made.dataset.id = row.id;
  return made;
}

function actions(row, last) {
  const what = row.otherAddress ?? row.id;
  const button = (label, about, work) => {
    const made = el("button", {className: "slim", "aria-label": `${label} ${about}`}, label);
    made.onclick = work;
    return made;
  };
  const mark = last.isUnread ? "Mark read" : "Mark unread";
  return el("div", {className: "actions"},
    button(mark, what, () => act(async () => {
      await change(row, {mostRecentMessage: {isUnread: !last.isUnread}});
      await lookAgain(row.id, "Mark");
    }, last.isUnread ? "It is read." : "It is unread.")),
    button("Message", what, () => writeTo(row.id)),
    button("Edit", what, () => edit(row, wanted => change(row, wanted),
      () => act(() => lookAgain(row.id, "Edit"), "It is changed."))),
    button("Delete", what, () => act(async () => {
      const next = shown(row.id)?.nextElementSibling?.dataset.id;
      await api("DELETE", at(row));
      await lookAgain(next, "Delete");
    }, "It is gone; Reset brings it back.")));
}

const at = row => inSpace(`/conversations/${encodeURIComponent(row.id)}`);
const change = (row, wanted) => api("PATCH", at(row), wanted);
const shown = id => [...$("rows").children].find(one => one.dataset.id === id);

// The rows are drawn anew: the keyboard stays at its row, else at what holds them.
async function lookAgain(id, label) {
  await changed();
  const buttons = [...shown(id)?.querySelectorAll("button") ?? []];
  (buttons.find(one => one.textContent.startsWith(label)) ?? $("rows-box")).focus();
}
