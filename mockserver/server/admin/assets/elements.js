// Find, build and fill elements; tell a person what happened.
export const $ = id => document.getElementById(id);
export const count = (n, word) => `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`;

export function el(tag, members = {}, ...children) {
  const made = Object.assign(document.createElement(tag), members);
  for (const name in members) if (name.includes("-") || name === "role") {
    made.setAttribute(name, members[name]);
  }
  made.append(...children.filter(child => child !== null && child !== undefined));
  return made;
}

// Text that may run from right to left, as words and names of people do.
export const words = text => el("span", {dir: "auto"}, text);

// A cell of a table whose rows are cards where the page is narrow.
export const cell = (name, members, ...children) =>
  el("td", {role: "cell", "data-name": name, ...members}, ...children);

// What a select offers: [value, text] pairs; the chosen one stays if it is still there.
export function offer(select, ...options) {
  const chosen = select.value;
  select.replaceChildren(...options);
  if ([...select.options].some(option => option.value === chosen)) select.value = chosen;
}
export const option = ([value, text]) => el("option", {value}, text);

// Text with `code` in it, as nodes.
export const prose = text => text.split("`").map((part, n) => n % 2 ? el("code", {}, part) : part);

export function tell(text) {
  const line = document.querySelector("#told p");
  line.textContent = text;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => { line.textContent = ""; }, 6000);
}

export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const box = el("textarea", {value: text});
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
  tell(`${what} copied.`);
}
