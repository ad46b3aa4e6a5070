// canvas[data-signature=NAME]: what is drawn becomes a PNG in the form's file or hidden field of that name.
export function start() {
  document.querySelectorAll("canvas[data-signature]").forEach(attach);
}

function attach(canvas) {
  const field = canvas.closest("form").elements[canvas.dataset.signature];
  const pen = canvas.getContext("2d");
  const scale = Math.max(2, devicePixelRatio);
  canvas.hidden = false;
  canvas.width = canvas.clientWidth * scale;
  canvas.height = canvas.clientHeight * scale;
  Object.assign(pen, { lineWidth: 2.2 * scale, lineCap: "round", lineJoin: "round", strokeStyle: "#10202a" });
  const at = (event) => [event.offsetX * scale, event.offsetY * scale];
  let from = null;

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    from = at(event);
    line(from, from);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!from) return;
    for (const step of event.getCoalescedEvents?.() ?? [event]) {
      const to = at(step);
      line(from, to);
      from = to;
    }
  });
  const end = () => {
    if (from) keep();
    from = null;
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  canvas.closest("form").querySelectorAll("[data-signature-clear]").forEach((button) =>
    button.addEventListener("click", () => {
      pen.clearRect(0, 0, canvas.width, canvas.height);
      field.value = "";
    }));

  function line([x, y], [u, v]) {
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(u, v);
    pen.stroke();
  }

  function keep() {
    if (field.type !== "file") {
      field.value = canvas.toDataURL("image/png");
      return;
    }
    canvas.toBlob((blob) => {
      const files = new DataTransfer();
      files.items.add(new File([blob], "signature.png", { type: "image/png" }));
      field.files = files.files;
    }, "image/png");
  }
}
