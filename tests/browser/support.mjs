// Shared by the browser tests: a server of one's own, a browser at a size and in a light, logging in, and a walk over all pages.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const PHONE = { width: 390, height: 844 };
export const NARROWEST = { width: 320, height: 640 };
export const DESK = { width: 1280, height: 800 };
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Starts Chromium; close it in the end. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
}

/** A fresh browser profile at a size, light or dark; faults of scripts and refused content end up in `faults`. */
export async function visit(browser, base, { size = PHONE, dark = false, javaScript = true } = {}) {
  const context = await browser.newContext({
    baseURL: base,
    viewport: size,
    colorScheme: dark ? "dark" : "light",
    hasTouch: size.width < 600,
    javaScriptEnabled: javaScript,
    reducedMotion: "reduce",
  });
  if (process.env.LIVE_ASSETS) await serveLiveAssets(context);
  if (process.env.PATIENCE) context.setDefaultTimeout(Number(process.env.PATIENCE));
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(`${page.url()}: ${error.message}`));
  page.on("console", (message) => {
    // A form shown again with its errors answers 422, which is as it should be.
    const expected = /status of (401|404|409|422)/.test(message.text());
    if (message.type() === "error" && !expected) faults.push(`${page.url()}: ${message.text()}`);
  });
  return { context, page, faults };
}

/** LIVE_ASSETS=1: style sheet and scripts come from the working tree, so that a change of looks needs no build. */
function serveLiveAssets(context) {
  return context.route("**/static/**", (route) => {
    const path = join(ROOT, "src/web/assets", new URL(route.request().url()).pathname.split("/").pop());
    return existsSync(path) ? route.fulfill({ path }) : route.continue();
  });
}

/** Logs in by the page. */
export async function logIn(page, email, password) {
  await page.goto("/login");
  await page.getByLabel("Mail address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL((url) => url.pathname !== "/login");
}

/** A port nobody listens on. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Whatever was built last. */
function newestBinary() {
  const built = ["release", "debug"].map((kind) => join(ROOT, "target", kind, "proofmark")).filter((path) => existsSync(path));
  if (built.length === 0) throw new Error("build proofmark first, or name it in PROOFMARK");
  return built.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}

/**
 * Starts `proofmark serve` (PROOFMARK names the binary) on an empty database.
 * Gives its address, its set-up link, its database and `stop`.
 */
export async function startServer(args = ["serve"]) {
  const binary = process.env.PROOFMARK ?? newestBinary();
  const folder = mkdtempSync(join(tmpdir(), "proofmark-"));
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const database = `sqlite:${join(folder, "test.sqlite3")}`;
  const server = spawn(binary, args, {
    cwd: folder,
    env: { ...process.env, PROOFMARK_DATABASE_URL: database, PROOFMARK_BIND: `127.0.0.1:${port}`, PROOFMARK_BASE_URL: base },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  server.stdout.on("data", (chunk) => (said += chunk));
  const stop = () => {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 300; tries++) {
    if (server.exitCode !== null) throw new Error(`the server ended: ${said}`);
    const healthy = await fetch(`${base}/healthz`).then((answer) => answer.ok, () => false);
    if (healthy) return { base, binary, database, folder, said: () => said, setUpLink: /http\S+\/setup\/\S+/.exec(said)?.[0], stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  stop();
  throw new Error(`the server did not answer: ${said}`);
}

/** Makes the firm and its first administrator by the set-up link; the page is then logged in. */
export async function setUp(page, link, { firm = "Brightwell Testing", name = "Ada Brightwell", email = "ada@brightwell.test", password = "correct horse battery" } = {}) {
  await page.goto(link);
  await page.getByLabel("Name of your firm").fill(firm);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Your mail address").fill(email);
  await page.getByLabel(/password/i).fill(password);
  await page.getByRole("button", { name: "Begin" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/setup"));
  return { email, password };
}

/** One pattern for all addresses that lead to the same page about another thing. */
export function pattern(path) {
  const { pathname, searchParams } = new URL(path, "http://x");
  const parts = pathname.split("/").map((part) => (/^(\d+|[0-9A-HJKMNP-TV-Z-]{8,9}|[0-9a-f-]{32,})$/.test(part) ? "N" : part));
  const names = [...new Set(searchParams.keys())].filter((name) => name !== "done").sort();
  return parts.join("/") + (names.length > 0 ? `?${names}` : "");
}

/** Walks the links from the start page and gives one address for each page there is; links that lead nowhere end up in `dead`. */
export async function walk(page, { most = 120, starts = ["/"], dead = [] } = {}) {
  const seen = new Map();
  const open = [...starts];
  while (open.length > 0 && seen.size < most) {
    const path = open.shift();
    const key = pattern(path);
    const name = key.split("?")[0];
    // A page with other questions is the same page: twice is enough.
    const alike = [...seen.keys()].filter((known) => known.split("?")[0] === name).length;
    if (seen.has(key) || alike >= 2) continue;
    seen.set(key, path);
    const answer = await page.goto(path, { waitUntil: "domcontentloaded" }).catch(() => null);
    if (answer?.status() === 404) dead.push(path);
    if (!answer || !answer.headers()["content-type"]?.startsWith("text/html")) {
      seen.delete(key);
      continue;
    }
    const links = await page.locator("a[href^='/']").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    open.push(...links.filter((link) => !/\.(pdf|csv|ics|json|png|jpg|zip)(\?|$)|^\/(static|logout|api)/.test(link) && !seen.has(pattern(link))));
  }
  return seen;
}
