// [data-show-if="field=value,value"]: shown only while that field of its form has one of these values. Hidden fields still send what they hold.
export function start() {
  document.addEventListener("change", show);
  addEventListener("pageshow", show);
  show();
}

function show() {
  document.querySelectorAll("[data-show-if]").forEach((part) => {
    const [name, values] = part.dataset.showIf.split("=");
    const form = part.closest("form");
    if (!form?.elements[name]) return;
    part.hidden = !values.split(",").includes(new FormData(form).get(name) ?? "");
  });
}
