// node axe.mjs: every page, light and dark, has no serious accessibility fault, and none scrolls sideways at 320 px. Ends with 1 if one does.
import { createRequire } from "node:module";
import { DESK, NARROWEST, PHONE, launch, logIn, setUp, startServer, visit, walk } from "./support.mjs";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const server = process.env.BASE ? null : await startServer();
const base = process.env.BASE ?? server.base;
const browser = await launch();
let person = { email: process.env.EMAIL, password: process.env.PASSWORD };
if (server) {
  const { context, page } = await visit(browser, base);
  person = await setUp(page, server.setUpLink);
  await context.close();
}

const found = new Map();
const note = (what, where) => found.set(what, [...(found.get(what) ?? []), where]);
let pages = null;
for (const [name, size, dark] of [["phone light", PHONE, false], ["phone dark", PHONE, true], ["desk light", DESK, false], ["desk dark", DESK, true], ["320 px", NARROWEST, false]]) {
  const { context, page, faults } = await visit(browser, base, { size, dark });
  // The policy forbids scripts put in from outside: axe comes in beside the page, not through it.
  const stranger = ["/login", "/nowhere", "/t/23456789"];
  for (const path of stranger) await check(page, path, name, size);
  await logIn(page, person.email, person.password);
  if (!pages) {
    const dead = [];
    pages = await walk(page, { dead });
    for (const path of dead) note("a link leads nowhere", path);
  }
  for (const path of pages.values()) await check(page, path, name, size);
  for (const fault of faults) note(`script: ${fault}`, name);
  await context.close();
}
await browser.close();
server?.stop();

for (const [what, where] of found) console.log(`${what}\n    ${[...new Set(where)].slice(0, 6).join("\n    ")}`);
console.log(`${pages.size} pages, ${found.size} findings`);
process.exit(found.size > 0 ? 1 : 0);

async function check(page, path, name, size) {
  await page.goto(path);
  const wide = await page.evaluate(() => {
    const most = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= most) return null;
    const out = [...document.querySelectorAll("body *")].filter((part) => part.getBoundingClientRect().right > most + 1 && !part.closest(".scroll, .hidden"));
    return out.slice(0, 3).map((part) => `${part.tagName.toLowerCase()}.${part.className?.baseVal ?? part.className}`).join(", ") || "?";
  });
  if (wide) note(`scrolls sideways at ${size.width} px: ${wide}`, path);
  if (size === NARROWEST) return;
  if (size === PHONE) {
    const small = await page.evaluate(() =>
      [...document.querySelectorAll("button, .button, summary, input:not([type=hidden]), select, nav a")]
        .map((part) => [part, (part.closest("label") ?? part).getBoundingClientRect()])
        .filter(([part, box]) => box.width > 0 && (box.height < 43 || box.width < 40) && !part.matches("button.link, .hidden, .crumbs a, .pager a"))
        .map(([part, box]) => `${part.tagName.toLowerCase()}.${part.className}[${part.name ?? ""}] ${Math.round(box.width)}x${Math.round(box.height)}`),
    );
    for (const one of small) note(`smaller than a thumb: ${one}`, path);
  }
  await page.evaluate(await axeSource());
  const result = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  for (const violation of result.violations.filter((v) => ["serious", "critical"].includes(v.impact))) {
    for (const node of violation.nodes.slice(0, 3)) note(`${violation.id}: ${node.html.slice(0, 160)} :: ${node.any[0]?.message ?? node.failureSummary.slice(0, 200)}`, `${name} ${path}`);
  }
}

async function axeSource() {
  const { readFileSync } = await import("node:fs");
  return (axeSource.text ??= readFileSync(axe, "utf8"));
}
