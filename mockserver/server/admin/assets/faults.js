// Switch faults on and off.
import {$, el} from "./elements.js";
import {act, api, changed, inSpace, state} from "./api.js";

// name, help, the parameters that a switch offers with what they start from
const FAULTS = [
  ["status", "answers with an error status", {code: [503, 400, 401, 403, 404, 429, 500, 502, 504]}],
  ["latency", "waits before the answer", {ms: 1000}],
  ["hang", "never answers", {}],
  ["reset", "resets the connection", {at: ["start", "body"]}],
  ["truncate", "ends the body too soon", {bytes: 100}],
  ["drip", "sends the body slowly", {bytes_per_second: 200}],
  ["broken-json", "answers 200 with JSON that does not parse", {}],
  ["sign-in-page", "answers 200 with the HTML of a sign-in page", {}],
];
const PRESETS = ["flaky", "slow", "outage", "expired-session"];

async function putFaults(rows) {
  await api("PUT", inSpace("/faults"), rows);
  state.rules = await api("GET", inSpace("/faults"));
  showFaults();
  await changed();
}

const describe = rule => {
  const parts = Object.entries(rule).filter(([name]) => !["fault", "match", "fire"].includes(name))
    .map(([name, value]) => `${name} ${value}`);
  for (const [name, value] of Object.entries(rule.match ?? {})) {
    parts.push(`${name} ${typeof value === "string" ? value : JSON.stringify(value)}`);
  }
  for (const [name, value] of Object.entries(rule.fire ?? {})) parts.push(`${name} ${value}`);
  return parts.join(", ") || "every request";
};

export function showFaults() {
  const focused = document.activeElement?.id;
  const typed = {};
  for (const field of $("faults").querySelectorAll("[data-parameter]")) typed[field.id] = field.value;
  $("faults").replaceChildren(...FAULTS.map(row => faultOf(row, typed)));
  if (focused?.startsWith("fault-")) $(focused)?.focus();
}

function faultOf([name, help, parameters], typed) {
  const on = state.rules.filter(rule => rule.fault === name);
  const fields = Object.entries(parameters).map(([parameter, choices]) =>
    fieldOf(name, parameter, choices, on[0], typed));
  const flip = el("input", {type: "checkbox", role: "switch", id: `fault-${name}`,
    className: "switch", checked: on.length > 0});
  const put = () => act(() => putFaults([...state.rules.filter(rule => rule.fault !== name),
    ...flip.checked ? [ruleOf(name, fields)] : []]),
  `${name} is ${flip.checked ? "on" : "off"}.`).then(showFaults);
  flip.onchange = put;
  for (const field of fields) field.onchange = () => flip.checked && put();
  return el("div", {className: "fault"},
    el("div", {className: "bar"},
      el("label", {className: "line"}, flip, el("strong", {}, name)), ...fields),
    el("div", {className: "small soft"}, help),
    ...on.map(rule => el("div", {className: "small warn"}, `on: ${describe(rule)}`)));
}

// A field shows what the rule in force says; without one, what was typed or what it starts from.
function fieldOf(fault, parameter, choices, rule, typed) {
  const id = `fault-${fault}-${parameter}`;
  const field = Array.isArray(choices)
    ? el("select", {id, className: "fit"}, ...choices.map(one => el("option", {}, String(one))))
    : el("input", {id, value: choices, type: "number", min: 0, className: "short"});
  field.dataset.parameter = parameter;
  field.dataset.start = Array.isArray(choices) ? choices[0] : choices;
  field.setAttribute("aria-label", `${parameter} of ${fault}`);
  const said = rule ? rule[parameter] : typed[id];
  if (said !== undefined) field.value = said;
  else if (rule && !Array.isArray(choices)) field.value = "";
  return field;
}

function ruleOf(name, fields) {
  const rule = {fault: name};
  for (const field of fields) {
    const value = field.value === "" ? field.dataset.start : field.value;
    rule[field.dataset.parameter] = isNaN(value) ? value : Number(value);
  }
  if ($("match-path").value) rule.match = {path: $("match-path").value};
  if ($("fire").value) rule.fire = JSON.parse($("fire").value);
  return rule;
}

$("presets").prepend(...PRESETS.map(name => {
  const button = el("button", {}, name);
  button.onclick = () => act(() => putFaults([name]), `The faults are those of ${name}.`);
  return button;
}));
$("no-faults").onclick = () => act(() => putFaults([]), "No faults.");
