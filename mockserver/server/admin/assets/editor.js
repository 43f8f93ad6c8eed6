// Change a conversation in a dialog: only what a person changed is sent.
import {$} from "./elements.js";

const OF_MESSAGE = ["text", "date", "direction", "sender", "isUnread"];
const FIELDS = [...OF_MESSAGE, "otherAddress"];
const field = name => $(`edit-${name}`);
const read = name => name === "isUnread" ? field(name).checked : field(name).value;
let before = {}, save = null, goOn = null;

// `send` takes what was changed, and may refuse it; `done` comes when the dialog is closed.
export function edit(row, send, done) {
  const last = row.mostRecentMessage ?? {};
  for (const name of FIELDS) {
    const value = (name === "otherAddress" ? row : last)[name];
    if (name === "isUnread") field(name).checked = Boolean(value);
    else field(name).value = value ?? "";
  }
  before = Object.fromEntries(FIELDS.map(name => [name, read(name)]));
  [save, goOn] = [send, done];
  $("edit-wrong").textContent = "";
  $("editor").showModal();
}

function wanted() {
  const changes = FIELDS.filter(name => read(name) !== before[name]);
  const body = {}, message = {};
  for (const name of changes) (OF_MESSAGE.includes(name) ? message : body)[name] = read(name);
  if (Object.keys(message).length) body.mostRecentMessage = message;
  return body;
}

$("edit").onsubmit = async event => {
  event.preventDefault();
  try {
    await save(wanted());
  } catch (error) {
    $("edit-wrong").textContent = error.message;
    return;
  }
  $("editor").close();
  goOn();
};
$("edit-cancel").onclick = () => $("editor").close();
