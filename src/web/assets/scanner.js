// A scanner that types: a burst of keys faster than fingers, ended by Enter, opens the tag anywhere.
const GAP_MS = 45; // between two keys: scanners need 1 to 30 ms, quick typists 60 and more
const LEAST = 4; // keys in a burst

/** The tag in what was scanned: the whole text, or the last part of one of our addresses. */
export function tagOf(text) {
  const address = /^https?:\/\/[^/]+\/t\/([^/?#\s]+)\/?$/i.exec(text.trim());
  return address ? decodeURIComponent(address[1]) : text.trim();
}

/** Where what was scanned leads to: the label of a part to the part, all else to an asset. */
export function pathOf(text) {
  const part = /^https?:\/\/[^/]+(\/p\/[^?#\s]+)$/i.exec(text.trim());
  return part ? part[1] : `/t/${encodeURIComponent(tagOf(text))}`;
}

const isAddress = (text) => /^https?:\/\/[^/]+\/[tp]\/[^/\s]+/i.test(text.trim());
const isField = (element) => element?.matches?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]");

export function listenForScanner(say) {
  let burst = "";
  let last = 0;
  let before = "";

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const quick = event.timeStamp - last < GAP_MS;
    last = event.timeStamp;
    const field = isField(event.target) ? event.target : null;
    if (event.key.length === 1) {
      if (!quick) [burst, before] = ["", field?.value ?? ""];
      burst += event.key;
      // In a field only our own address is taken: serial numbers are scanned into fields too.
      if (!field && quick && event.key === " ") event.preventDefault();
      return;
    }
    if (event.key !== "Enter" || !quick || burst.length < LEAST) return;
    const scanned = burst;
    burst = "";
    if (field && (!isAddress(scanned) || field.matches("[data-scan]"))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (field) field.value = before;
    open(scanned, say);
  }, true);
}

function open(scanned, say) {
  const unsaved = document.querySelector("form[data-next]");
  if (unsaved && isTouched(unsaved)) {
    say(`Scanned ${tagOf(scanned)}. This form is not recorded yet: record or leave it first.`);
    offer(scanned);
    return;
  }
  location.assign(pathOf(scanned));
}

const isTouched = (form) =>
  [...form.elements].some((field) =>
    field.type === "radio" || field.type === "checkbox" ? field.checked !== field.defaultChecked
    : field.type === "file" ? field.files.length > 0
    : "defaultValue" in field && field.type !== "hidden" && field.value !== field.defaultValue);

// What was typed is worth more than a scan: ask with a link instead of leaving.
function offer(scanned) {
  document.querySelector("#scanned")?.remove();
  const note = Object.assign(document.createElement("p"), { id: "scanned", className: "notice" });
  const link = Object.assign(document.createElement("a"), { href: pathOf(scanned), textContent: `leave it and open ${tagOf(scanned)}` });
  note.append("This form is not recorded yet. Record it first, or ", link, ".");
  document.querySelector("main").prepend(note);
  note.scrollIntoView({ block: "center" });
}
