// form[data-defaults]: choosing a category or model asks the server for what follows from it, and fills what nobody typed yet.
const CAUSES = ["category", "make", "model"];

export function start(say) {
  document.querySelectorAll("form[data-defaults]").forEach((form) => attach(form, say));
}

function attach(form, say) {
  const touched = new Set(CAUSES);
  form.addEventListener("input", (event) => touched.add(event.target.name));
  form.addEventListener("change", async (event) => {
    if (!CAUSES.includes(event.target.name) || !form.elements.category.value) return;
    const body = new URLSearchParams([...new FormData(form)].filter(([name]) => name !== "do"));
    body.set("do", "defaults");
    const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "text/html" } }).catch(() => null);
    // It was only a help: the button for it is still there.
    if (!answer?.ok) return;
    const theirs = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("form[data-defaults]");
    if (!theirs) return;
    for (const part of form.querySelectorAll("[data-of-category]")) {
      const fresh = theirs.querySelector(`#${part.id}`);
      if (fresh) part.innerHTML = fresh.innerHTML;
    }
    const names = new Set([...theirs.elements].map((field) => field.name).filter((name) => name && !touched.has(name)));
    names.forEach((name) => copy(theirs.elements[name], form.elements[name]));
    say("Defaults filled in");
  });
}

function copy(from, to) {
  if (!to || !from || to instanceof RadioNodeList || to.matches("button, [name=version], [name=customer]")) return;
  if (to.type === "checkbox") to.checked = from.checked;
  else to.value = from.value;
}
