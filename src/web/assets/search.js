// Search as one types: form[data-search="#id"] fetches its own address with fragment=1 and puts the answer into #id.
const WAIT_MS = 160;

export function start(say, dress) {
  document.querySelectorAll("form[data-search]").forEach((form) => attach(form, say, dress));
}

function attach(form, say, dress) {
  const results = document.querySelector(form.dataset.search);
  if (!results) return;
  let timer = 0;
  let asked = null;
  let shown = query(form);

  const soon = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(refresh, wait);
  };
  form.addEventListener("input", (event) => soon(event.target.matches("[type=search], [type=text], :not([type])") ? WAIT_MS : 0));
  form.addEventListener("change", () => soon(0));
  form.addEventListener("submit", (event) => {
    // Enter opens what there is only one of; scanners and hands both profit.
    if (asked || query(form) !== shown) return;
    const only = results.querySelectorAll("[data-hit] a, a[data-hit]");
    if (only.length !== 1 || !form.querySelector("[type=search]")?.value) return;
    event.preventDefault();
    location.assign(only[0].href);
  });

  async function refresh() {
    const next = query(form);
    if (next === shown) return;
    asked?.abort();
    const mine = (asked = new AbortController());
    results.setAttribute("aria-busy", "true");
    const path = form.getAttribute("action") || location.pathname;
    try {
      const answer = await fetch(`${path}?${next}${next ? "&" : ""}fragment=1`, { signal: mine.signal, headers: { accept: "text/html" } });
      // Logged out, refused, broken: the whole page says it better.
      if (!answer.ok || answer.redirected) return location.assign(`${path}?${next}`);
      results.innerHTML = await answer.text();
      shown = next;
      // The address keeps the search, so that "back" from an asset comes home to it.
      history.replaceState(history.state, "", next ? `${path}?${next}` : path);
      dress(results);
      say(results.querySelector(".count")?.textContent.trim() ?? "");
    } catch (error) {
      if (error.name !== "AbortError") form.requestSubmit();
    } finally {
      if (asked === mine) {
        asked = null;
        results.removeAttribute("aria-busy");
      }
    }
  }
}

/** The form's fields as a query, without the empty ones and without the place in the list. */
function query(form) {
  const pairs = [...new FormData(form)].filter(([name, value]) => value !== "" && name !== "cursor" && name !== "fragment");
  return new URLSearchParams(pairs).toString();
}
