// Let a message arrive.
import {$, el} from "./elements.js";
import {act, api, inSpace} from "./api.js";
import {ask, loadRows} from "./conversations.js";

const OFFERED = 50;

function showOther() {
  for (const label of document.querySelectorAll(".other")) label.hidden = $("to").value !== "";
}

// Offer the conversations whose messages are the newest.
export function offerConversations(rows) {
  const chosen = $("to").selectedOptions[0]?.value;
  const date = row => row.mostRecentMessage?.date ?? "";
  rows.sort((a, b) => date(a) < date(b) ? 1 : -1);
  $("to").replaceChildren(
    ...rows.slice(0, OFFERED).filter(row => row.id).map(row => el("option", {value: row.id},
      `${row.mostRecentMessage?.endpointDisplayName ?? row.endpointId} ↔ ${row.otherAddress}`)),
    el("option", {value: ""}, "another one …"));
  const again = [...$("to").options].findIndex(option => option.value === chosen);
  $("to").selectedIndex = Math.max(again, 0);
  showOther();
}

$("to").onchange = showOther;
$("direction").onchange = () => { $("unread").checked = $("direction").value === "Incoming"; };
$("message").onsubmit = event => {
  event.preventDefault();
  act(async () => {
    const body = $("to").value ? {conversationId: $("to").value}
      : {endpointId: $("endpointId").value.trim(), otherAddress: $("otherAddress").value.trim()};
    body.direction = $("direction").value;
    body.isUnread = $("unread").checked;
    if ($("text").value) body.text = $("text").value;
    const conversation = await api("POST", inSpace("/messages"), body);
    $("text").value = "";
    await loadRows();
    await ask();
    return conversation;
  }, made => `A message arrived at ${made.mostRecentMessage.date}.`);
};
