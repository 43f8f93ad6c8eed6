// Switch faults on and off.
import {$, el} from "./elements.js";
import {act, api, inSpace, state} from "./api.js";

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
  const kept = {};
  for (const field of $("faults").querySelectorAll("[data-parameter]")) kept[field.id] = field.value;
  $("faults").replaceChildren(...FAULTS.map(([name, help, parameters]) => {
    const set = state.rules.filter(rule => rule.fault === name);
    const fields = Object.entries(parameters).map(([parameter, value]) => {
      const id = `fault-${name}-${parameter}`;
      const field = Array.isArray(value)
        ? el("select", {id}, ...value.map(one => el("option", {}, String(one))))
        : el("input", {id, value, type: "number", min: 0, className: "short"});
      field.dataset.parameter = parameter;
      field.setAttribute("aria-label", `${parameter} of ${name}`);
      if (kept[id]) field.value = kept[id];
      return field;
    });
    const flip = el("input", {type: "checkbox", role: "switch", id: `fault-${name}`,
      className: "switch", checked: set.length > 0});
    flip.onchange = () => act(() => {
      const others = state.rules.filter(rule => rule.fault !== name);
      if (!flip.checked) return putFaults(others);
      const rule = {fault: name};
      for (const field of fields) {
        rule[field.dataset.parameter] =
          isNaN(field.value) || field.value === "" ? field.value : Number(field.value);
      }
      if ($("match-path").value) rule.match = {path: $("match-path").value};
      if ($("fire").value) rule.fire = JSON.parse($("fire").value);
      return putFaults([...others, rule]);
    }, `${name} is ${flip.checked ? "on" : "off"}.`).then(showFaults);
    return el("div", {className: "fault"},
      el("div", {className: "bar"},
        el("label", {className: "line"}, flip, el("strong", {}, name)), ...fields),
      el("div", {className: "small soft"}, help),
      ...set.map(rule => el("div", {className: "small warn"}, `on: ${describe(rule)}`)));
  }));
  if (focused?.startsWith("fault-")) $(focused)?.focus();
}

$("presets").append(...PRESETS.map(name => {
  const button = el("button", {}, name);
  button.onclick = () => act(() => putFaults([name]), `The faults are those of ${name}.`);
  return button;
}));
$("no-faults").onclick = () => act(() => putFaults([]), "No faults.");
