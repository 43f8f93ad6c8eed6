// Settle the points that the vendor leaves open.
import {$, el, prose} from "./elements.js";
import {act, api, changed, inSpace, state} from "./api.js";

export function showPoints(choices) {
  const open = new Set([...$("points").querySelectorAll("details[open]")].map(one => one.dataset.point));
  const focused = document.activeElement?.id;
  $("points").replaceChildren(...state.points.map(point => {
    const current = choices[point.name];
    const options = point.choices.map(choice => {
      const id = `point-${point.name}-${choice}`;
      const radio = el("input", {type: "radio", name: point.name, id, value: choice,
        checked: current === choice});
      radio.onchange = () => act(() => settle(point.name, choice), `${point.name} is ${choice}.`);
      return el("label", {className: "line"}, radio, el("span", {}, el("strong", {}, choice),
        choice === point.default ? " (default)" : "", ": ",
        ...prose(point.choiceHelp?.[choice] ?? "")));
    });
    if (point.pattern) {
      const id = `point-${point.name}-other`;
      const field = el("input", {id, className: "short", pattern: point.pattern.replaceAll("^", "").replaceAll("$", ""),
        value: point.choices.includes(current) ? "" : current});
      field.onchange = () => act(() => settle(point.name, field.value), `${point.name} is ${field.value}.`);
      options.push(el("label", {className: "line"}, field,
        el("span", {}, "or: ", ...prose(point.choiceHelp?.pattern ?? point.pattern))));
    }
    const box = el("details", {open: open.has(point.name)},
      el("summary", {}, el("strong", {}, point.name), ": ", current,
        current === point.default ? "" : " (changed)"),
      el("fieldset", {}, el("legend", {className: "small"}, ...prose(point.description)), ...options));
    box.dataset.point = point.name;
    return box;
  }));
  if (focused?.startsWith("point-")) $(focused)?.focus();
}

async function settle(point, choice) {
  try {
    await api("PUT", inSpace("/profile"), {[point]: choice});
  } finally {
    showPoints(await api("GET", inSpace("/profile")));
  }
  await changed();
}
