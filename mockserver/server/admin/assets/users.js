// List who can sign in; sign this browser in.
import {$, cell, copy, el, option, words} from "./elements.js";
import {act, base, curl, jsonUrl, state} from "./api.js";
import {nameOf} from "./directory.js";

export function showUsers() {
  const chosen = $("as").value;
  const names = state.users.map(user => user.username);
  $("as").replaceChildren(...names.map(name => option([name, name])), option(["", "nobody"]));
  const all = state.users.find(user => user.accountIds === "all") ?? state.users[0];
  $("as").value = names.includes(chosen) ? chosen : all?.username ?? "";
  $("users").replaceChildren(...state.users.map(rowOf));
  $("signed-in").hidden = true;
}

function rowOf(user) {
  const sees = user.accountIds === "all" ? "all accounts"
    : user.accountIds.map(nameOf).join(", ") || "no account";
  const button = (label, spoken, work) => {
    const made = el("button", {className: "slim", "aria-label": spoken}, label);
    made.onclick = work;
    return made;
  };
  const enter = button("Sign in here", `Sign in here as ${user.username}`, () => signIn(user));
  enter.disabled = user.password === null;
  return el("tr", {role: "row"},
    cell("User", {}, el("strong", {}, words(user.username))),
    cell("Roles", {}, user.roles.join(", ") || "no role"),
    cell("Sees", {}, words(sees)),
    cell("Password", {}, user.password === null ? el("span", {className: "soft"}, "given, not told")
      : el("code", {}, user.password)),
    cell("Use it", {}, el("div", {className: "bar"}, enter,
      button("Copy curl", `Copy curl for ${user.username}`, () =>
        copy(curl(user, jsonUrl()), `curl for ${user.username} is`)))));
}

// As a sign-in form does it, so that the cookie is the app's too where it is on the same host.
const signIn = user => act(async () => {
  const answer = await fetch(`${base()}/auth/credentials`, {
    method: "POST", credentials: "same-origin", cache: "no-store",
    headers: {"Content-Type": "application/json", Accept: "application/json"},
    body: JSON.stringify({userName: user.username, password: user.password}),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  $("signed-in").hidden = false;
  $("signed-in").replaceChildren("This browser is signed in as ", el("strong", {}, user.username),
    ": ", el("a", {href: `${base()}/conversations`}, "see the conversations"), ".");
}, `This browser is signed in as ${user.username}.`);
