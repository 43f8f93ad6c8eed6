// Move, freeze and free the clock.
import {$} from "./elements.js";
import {act, api, changed, inSpace} from "./api.js";

export function showClock({mode, now}) {
  $("now").textContent = now;
  $("mode").textContent = mode;
  $("freeze").textContent = mode === "frozen" ? "Let it run" : "Freeze";
}

async function moved(clock) {
  showClock(clock);
  await changed();
  return clock;
}

for (const button of document.querySelectorAll("[data-advance]")) {
  button.onclick = () => act(async () => moved(
    await api("POST", inSpace("/clock/advance"), {seconds: Number(button.dataset.advance)})),
  clock => `It is ${clock.now}.`);
}
$("freeze").onclick = () => act(async () => {
  const mode = $("mode").textContent === "frozen" ? "live" : "frozen";
  return moved(await api("PUT", inSpace("/clock"), {mode}));
}, clock => clock.mode === "frozen" ? "The clock stands still." : "The clock runs.");
$("set-clock").onsubmit = event => {
  event.preventDefault();
  act(async () => moved(
    await api("PUT", inSpace("/clock"), {mode: "frozen", now: $("instant").value.trim()})),
  clock => `It is ${clock.now}.`);
};
