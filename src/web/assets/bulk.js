// Lists with tick boxes: "all", a range with Shift, and how many are ticked.
export function start() {
  let from = null;
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.("[data-bulk] input[type=checkbox][name]");
    if (!box) return;
    const all = boxes(box.closest("[data-bulk]"));
    if (event.shiftKey && from && all.includes(from)) {
      const [a, b] = [all.indexOf(from), all.indexOf(box)].sort((x, y) => x - y);
      all.slice(a, b + 1).forEach((other) => (other.checked = box.checked));
    }
    from = box;
    count(box.closest("[data-bulk]"));
  });
  document.addEventListener("change", (event) => {
    const bulk = event.target.closest?.("[data-bulk]");
    if (!bulk) return;
    if (event.target.matches("[data-select-all]")) boxes(bulk).forEach((box) => (box.checked = event.target.checked));
    count(bulk);
  });
  addEventListener("pageshow", () => document.querySelectorAll("[data-bulk]").forEach(count));
  document.querySelectorAll("[data-bulk]").forEach((bulk) => {
    new MutationObserver(() => count(bulk)).observe(bulk, { childList: true, subtree: true });
    count(bulk);
  });
}

const boxes = (bulk) => [...bulk.querySelectorAll(".pick input[type=checkbox][name]:not([data-select-all])")];

function count(bulk) {
  const all = boxes(bulk);
  const ticked = all.filter((box) => box.checked).length;
  bulk.querySelectorAll("[data-select-all]").forEach((box) => {
    box.checked = ticked > 0 && ticked === all.length;
    box.indeterminate = ticked > 0 && ticked < all.length;
  });
  bulk.querySelectorAll("[data-selected]").forEach((place) => {
    const words = `${ticked} selected`;
    if (place.textContent !== words) place.textContent = words;
  });
  bulk.querySelectorAll("[data-needs-selection]").forEach((button) => (button.disabled = ticked === 0));
}
