// node shots.mjs FOLDER [only]: a picture of every page, light and dark, phone and desk, from the server at BASE (EMAIL, PASSWORD).
// Without BASE a server of its own starts on an empty database.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DESK, PHONE, launch, logIn, setUp, startServer, visit, walk } from "./support.mjs";

const [folder = "shots", only = ""] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const server = process.env.BASE ? null : await startServer();
const base = process.env.BASE ?? server.base;
const browser = await launch();
let person = { email: process.env.EMAIL, password: process.env.PASSWORD };
if (server) {
  const { context, page } = await visit(browser, base);
  person = await setUp(page, server.setUpLink);
  await context.close();
}

let pages = null;
const faults = [];
for (const [sizeName, size] of [["phone", PHONE], ["desk", DESK]]) {
  for (const dark of [false, true]) {
    const stranger = await visit(browser, base, { size, dark });
    for (const path of ["/login", "/nowhere", "/t/23456789"]) await shoot(stranger.page, path, sizeName, dark);
    await stranger.context.close();
    const own = await visit(browser, base, { size, dark });
    await logIn(own.page, person.email, person.password);
    pages ??= await walk(own.page);
    for (const path of pages.values()) await shoot(own.page, path, sizeName, dark);
    faults.push(...own.faults);
    await own.context.close();
  }
}
await browser.close();
server?.stop();
console.log(`${pages.size} pages in ${folder}`);
for (const fault of new Set(faults)) console.log(`fault: ${fault}`);

async function shoot(page, path, size, dark) {
  if (!path.includes(only)) return;
  await page.goto(path);
  const name = path.replace(/^\//, "").replace(/[^a-zA-Z0-9]+/g, "_").slice(0, 60) || "start";
  // As tall as its content, so that bars fixed to an edge do not lie over its middle.
  const window = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: window.width, height: Math.min(6000, Math.max(window.height, height)) });
  await page.screenshot({ path: join(folder, `${name}.${size}.${dark ? "dark" : "light"}.png`) });
  await page.setViewportSize(window);
}
