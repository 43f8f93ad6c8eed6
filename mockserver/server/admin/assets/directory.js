// Know accounts, customers and endpoints by their names, and offer them.
import {$, el, offer, option} from "./elements.js";
import {api, inSpace} from "./api.js";

// No id of this form is ever made: what the app gets for one is seen without typing.
const NOBODYS = "000000000000000000000000";
const names = new Map();
const byText = (one, other) => one[1].localeCompare(other[1]);

export const nameOf = id => names.get(id) ?? id;

export async function loadDirectory() {
  const {accounts, customers, endpoints} = await api("GET", inSpace("/directory"));
  names.clear();
  for (const one of [...endpoints, ...customers, ...accounts]) names.set(one.id, one.name);
  const called = endpoints.map(one =>
    ({...one, name: one.address ? `${one.name} ${one.address}` : one.name}));
  fill("accountIds", [["", accounts]]);
  fill("customerIds", inAccounts(customers));
  fill("endpointIds", inAccounts(called));
  offer($("endpointId"), ...groups(inAccounts(called)));
}

function inAccounts(owned) {
  const found = new Map();
  for (const one of owned) {
    const account = one.accountId ? nameOf(one.accountId) : "No account";
    found.set(account, [...found.get(account) ?? [], one]);
  }
  return [...found].sort((one, other) => one[0].localeCompare(other[0]));
}

const groups = found => found.flatMap(([label, owned]) => {
  // An empty value asks for no filter.
  const options = owned.filter(one => one.id).map(one => [one.id, one.name]).sort(byText).map(option);
  return label ? [el("optgroup", {label}, ...options)] : options;
});

function fill(id, found) {
  const select = $(id);
  offer(select, select.options[0], ...groups(found), option([NOBODYS, "an id that does not exist"]));
}
