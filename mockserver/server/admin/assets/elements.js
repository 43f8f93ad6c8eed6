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
