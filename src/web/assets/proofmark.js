// What every page gets. All of it is comfort: each form works without. Rarer helpers are fetched where a page asks for them.
import { listenForScanner } from "./scanner.js";

const on = (type, work) => document.addEventListener(type, work);
const each = (selector, work, root = document) => root.querySelectorAll(selector).forEach(work);

// The menu closes when one looks elsewhere.
const menus = () => document.querySelectorAll("details.menu[open]");
on("click", (event) => menus().forEach((menu) => menu.contains(event.target) || (menu.open = false)));
on("focusin", (event) => menus().forEach((menu) => menu.contains(event.target) || (menu.open = false)));
on("keydown", (event) => {
  if (event.key !== "Escape") return;
  menus().forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

// A form shown again begins at its mistake: at the field when there is one, else at the list of them.
function focusMistake() {
  const wrong = document.querySelectorAll("[aria-invalid=true]");
  const list = document.querySelector(".errors");
  if (wrong.length === 1) wrong[0].focus();
  else if (list) list.focus();
}

// Enter goes on to the next field; only in the last one does it send.
on("keydown", (event) => {
  const field = event.target;
  const form = field.form;
  if (event.key !== "Enter" || event.defaultPrevented || !form || !form.matches("[data-next]")) return;
  if (!field.matches("input:not([type=submit], [type=button], [type=file]), select")) return;
  const fields = [...form.elements].filter(
    (other) => other.matches("input:not([type=hidden], [type=radio], [type=checkbox], [type=file]), select, textarea, button:not([type=button])") && !other.disabled && other.tabIndex >= 0 && (other.checkVisibility ? other.checkVisibility() : other.offsetParent),
  );
  const after = fields.filter((other) => field.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
  const next = after[0];
  if (!next || next.matches("button")) return;
  event.preventDefault();
  next.focus();
  next.select?.();
});

// One tap for "all good".
on("click", (event) => {
  const button = event.target.closest?.("button[data-all][type=button]");
  if (!button) return;
  each(`input[type=radio][value="${CSS.escape(button.dataset.all)}"]`, (radio) => (radio.checked = true), button.form ?? document);
  button.form?.dispatchEvent(new Event("change", { bubbles: true }));
});

// A second tap sends nothing a second time.
on("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.busy) return event.preventDefault();
  form.dataset.busy = "yes";
  each("button:not([type=button])", (button) => button.setAttribute("aria-disabled", "true"), form);
  setTimeout(() => release(form), 8000);
});
function release(form) {
  delete form.dataset.busy;
  each("button[aria-disabled]", (button) => button.removeAttribute("aria-disabled"), form);
}
addEventListener("pageshow", () => each("form[data-busy]", release));

// Lists that act at once, texts to be copied.
on("change", (event) => event.target.matches?.("select[data-submit]") && event.target.form.requestSubmit());
on("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button || !navigator.clipboard) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  say("Copied");
  button.textContent = "Copied";
});

/** Tells a screen reader something. */
export function say(text) {
  let voice = document.getElementById("voice");
  if (!voice) {
    voice = Object.assign(document.createElement("p"), { id: "voice", className: "hidden" });
    voice.setAttribute("role", "status");
    document.body.append(voice);
  }
  voice.textContent = text;
}

// Tables shown as cards stay tables to a screen reader.
function nameRoles(root = document) {
  each("table:has([data-label])", (table) => {
    table.setAttribute("role", "table");
    each("thead, tbody", (part) => part.setAttribute("role", "rowgroup"), table);
    each("tr", (row) => row.setAttribute("role", "row"), table);
    each("td", (cell) => cell.setAttribute("role", "cell"), table);
    each("thead th", (cell) => cell.setAttribute("role", "columnheader"), table);
    each("tbody th", (cell) => cell.setAttribute("role", "rowheader"), table);
  }, root);
  // What scrolls must be reachable by keys.
  each(".scroll", (part) => part.scrollWidth > part.clientWidth && (part.tabIndex = 0), root);
}

focusMistake();
nameRoles();
listenForScanner(say);
// Where there is room, what may be folded stands open.
if (matchMedia("(min-width: 50rem)").matches) document.querySelectorAll("details[data-wide]").forEach((one) => (one.open = true));
if (document.querySelector("form[data-search]")) import("./search.js").then((m) => m.start(say, nameRoles));
if (document.querySelector("[data-bulk]")) import("./bulk.js").then((m) => m.start());
if (document.querySelector("canvas[data-signature]")) import("./signature.js").then((m) => m.start());
if (document.querySelector("[data-show-if]")) import("./show_if.js").then((m) => m.start());
if (document.querySelector("form[data-defaults]")) import("./defaults.js").then((m) => m.start(say));
