// Let a message arrive.
import {$, offer, option} from "./elements.js";
import {act, api, changed, inSpace} from "./api.js";
import {nameOf} from "./directory.js";

function showOther() {
  for (const label of document.querySelectorAll(".other")) label.hidden = $("to").value !== "";
}

// Offer the conversations that are shown, and one that is still to be opened.
export function offerConversations(rows) {
  const isFirst = !$("to").options.length;
  offer($("to"), ...rows.filter(row => row?.id).map(row => option([row.id,
    `${row.mostRecentMessage?.endpointDisplayName ?? nameOf(row.endpointId)} ↔ ${row.otherAddress}`])),
    option(["", "another one …"]));
  if (isFirst) $("to").selectedIndex = 0;
  showOther();
}

export function writeTo(id) {
  $("to").value = id;
  showOther();
  $("text").focus();
}

$("to").onchange = showOther;
$("direction").onchange = () => { $("unread").checked = $("direction").value === "Incoming"; };
$("message").onsubmit = event => {
  event.preventDefault();
  act(async () => {
    const body = $("to").value ? {conversationId: $("to").value}
      : {endpointId: $("endpointId").value, otherAddress: $("otherAddress").value.trim()};
    body.direction = $("direction").value;
    body.isUnread = $("unread").checked;
    if ($("text").value) body.text = $("text").value;
    const conversation = await api("POST", inSpace("/messages"), body);
    $("text").value = "";
    await changed();
    return conversation;
  }, made => `A message arrived at ${made.mostRecentMessage.date}.`);
};
