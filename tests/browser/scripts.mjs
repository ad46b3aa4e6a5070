// node scripts.mjs: what our scripts promise, each shown on a page of a few lines. Needs no server. Ends with 1 if one breaks its word.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT, launch } from "./support.mjs";

const browser = await launch();
const promises = [];
const promise = (words, work) => promises.push([words, work]);

/** Opens a page with this body; `answers` says what other addresses answer. */
async function open(body, answers = {}) {
  const page = await (await browser.newContext({ reducedMotion: "reduce" })).newPage();
  const asked = [];
  await page.route("**/*", (route) => {
    const { pathname, search } = new URL(route.request().url());
    const file = join(ROOT, "src/web/assets", pathname.split("/").pop());
    if (pathname.startsWith("/static/")) return existsSync(file) ? route.fulfill({ path: file }) : route.fulfill({ status: 404 });
    if (pathname !== "/page" || search) asked.push(`${route.request().method()} ${pathname}${search}`);
    const answer = answers[pathname] ?? (pathname === "/page" ? `<!doctype html><title>x</title><script type="module" src="/static/1/proofmark.js"></script><main>${body}</main>` : "there");
    return route.fulfill({ contentType: "text/html", body: typeof answer === "function" ? answer(search) : answer });
  });
  await page.goto("http://proofmark.test/page");
  await page.waitForLoadState("networkidle");
  return { page, asked };
}

/** Types as a scanner does: without pauses, then Enter. */
async function scan(page, text) {
  await page.evaluate((keys) => {
    const target = () => document.activeElement ?? document.body;
    for (const key of [...keys, "Enter"]) {
      const typed = target().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      if (typed && key.length === 1 && "value" in target()) target().value += key;
    }
  }, text);
}

promise("a scan anywhere opens the tag", async () => {
  const { page } = await open("<h1>Any page</h1>");
  await Promise.all([page.waitForURL("**/t/7K3M9Q2X"), scan(page, "7K3M9Q2X")]);
});
promise("a scanned address of ours opens its tag, even with the cursor in a field, which keeps what was there", async () => {
  const { page } = await open('<input id="a" value="kept">');
  await page.focus("#a");
  await Promise.all([page.waitForURL("**/t/7K3M9Q2X"), scan(page, "HTTPS://ELSEWHERE.EXAMPLE/T/7K3M9Q2X")]);
});
promise("a serial number scanned into a field stays there", async () => {
  const { page, asked } = await open('<form><input id="a"><input></form>');
  await page.focus("#a");
  await scan(page, "SN12345678");
  assert.equal(await page.inputValue("#a"), "SN12345678");
  assert.deepEqual(asked, []);
});
promise("typing by hand opens nothing", async () => {
  const { page, asked } = await open("<h1>Any page</h1>");
  await page.keyboard.type("7K3M9Q2X", { delay: 80 });
  await page.keyboard.press("Enter");
  assert.deepEqual(asked, []);
});
promise("a scan does not throw away a test that is half filled in", async () => {
  const { page, asked } = await open('<form method="post" data-next><label><input type="radio" name="plug" value="pass">ok</label><input id="a"><button>Record</button></form>');
  await page.check("input[type=radio]");
  await page.focus("button");
  await scan(page, "7K3M9Q2X");
  assert.match(await page.textContent(".notice"), /not recorded yet/);
  assert.equal(await page.getAttribute(".notice a", "href"), "/t/7K3M9Q2X");
  assert.deepEqual(asked, []);
});
promise("Enter goes on to the next field and sends from the last", async () => {
  const { page, asked } = await open('<form method="post" action="/sent" data-next><input id="a"><input type="radio" name="r"><details><summary>More</summary><input></details><input id="b"><button>Record</button></form>');
  await page.focus("#a");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "b");
  assert.deepEqual(asked, []);
  await Promise.all([page.waitForURL("**/sent"), page.keyboard.press("Enter")]);
  assert.deepEqual(asked, ["POST /sent"]);
});
promise("all good is one tap", async () => {
  const { page } = await open('<form><button type="button" data-all="pass">All good</button>' + ["plug", "flex"].map((n) => `<input type="radio" name="${n}" value="pass"><input type="radio" name="${n}" value="fail" checked>`).join("") + "</form>");
  await page.click("button");
  assert.equal(await page.locator("[value=pass]:checked").count(), 2);
});
promise("two taps send once", async () => {
  const { page, asked } = await open('<form method="post" action="/sent" target="frame"><button>Record</button></form><iframe name="frame"></iframe>');
  await page.evaluate(() => document.querySelector("button").click());
  await page.evaluate(() => document.querySelector("button").click());
  await page.waitForTimeout(200);
  assert.deepEqual(asked, ["POST /sent"]);
});
promise("a form shown again begins at its only mistake", async () => {
  const { page } = await open('<div class="errors" tabindex="-1"></div><input id="a"><input id="b" aria-invalid="true">');
  assert.equal(await page.evaluate(() => document.activeElement.id), "b");
});
promise("the menu closes by Escape and by a click elsewhere", async () => {
  const { page } = await open('<h1>Elsewhere</h1><details class="menu"><summary>Menu</summary><a href="/x">x</a></details>');
  const isOpen = () => page.evaluate(() => document.querySelector("details").open);
  await page.click("summary");
  assert.equal(await isOpen(), true);
  await page.keyboard.press("Escape");
  assert.equal(await isOpen(), false);
  await page.click("summary");
  await page.click("h1");
  assert.equal(await isOpen(), false);
});
promise("searching shows results as one types, says how many, and keeps the address", async () => {
  const { page, asked } = await open('<form action="/page2" data-search="#r"><input type="search" name="q"><select name="s"><option value="">any</option><option>lost</option></select></form><div id="r"></div>', {
    "/page2": (search) => `<p class="count">2 assets</p><p id="asked">${search.replaceAll("&", "&amp;")}</p>`,
  });
  await page.locator("input").pressSequentially("kettle", { delay: 15 });
  await page.waitForSelector("#asked");
  assert.equal(await page.textContent("#asked"), "?q=kettle&fragment=1");
  assert.equal(asked.length, 1, "one question, not one a key");
  assert.equal(await page.textContent("#voice"), "2 assets");
  assert.equal(new URL(page.url()).search, "?q=kettle");
  await page.selectOption("select", "lost");
  await page.waitForFunction(() => document.querySelector("#asked").textContent.includes("s=lost"));
});
promise("select all counts, and buttons wait for a selection", async () => {
  const box = '<span class="pick"><input type="checkbox" name="id"></span>';
  const { page } = await open(`<form data-bulk><input type="checkbox" data-select-all>${box.repeat(3)}<output data-selected></output><button data-needs-selection>Move</button></form>`);
  assert.equal(await page.isDisabled("button"), true);
  await page.check("[data-select-all]");
  assert.equal(await page.textContent("output"), "3 selected");
  await page.uncheck(".pick input >> nth=0");
  assert.equal(await page.textContent("output"), "2 selected");
  assert.equal(await page.evaluate(() => document.querySelector("[data-select-all]").indeterminate), true);
  assert.equal(await page.isDisabled("button"), false);
});
promise("a signature drawn becomes a picture in its field", async () => {
  const { page } = await open('<form><canvas data-signature="s" width="300" height="100"></canvas><input type="hidden" name="s"></form>');
  const area = await page.locator("canvas").boundingBox();
  await page.mouse.move(area.x + 20, area.y + 20);
  await page.mouse.down();
  await page.mouse.move(area.x + 120, area.y + 60, { steps: 5 });
  await page.mouse.up();
  assert.match(await page.inputValue("[name=s]"), /^data:image\/png;base64,/);
});
promise("parts appear with the choice they belong to", async () => {
  const { page } = await open('<form><select name="kind"><option>a</option><option>b</option></select><p data-show-if="kind=b">only b</p></form>');
  assert.equal(await page.isVisible("p"), false);
  await page.selectOption("select", "b");
  assert.equal(await page.isVisible("p"), true);
});
promise("a category chosen fills in its defaults, but never over what was typed", async () => {
  const form = (power, fuse, custom) => `<form method="post" action="/new" data-defaults><select name="category"><option value=""></option><option value="1">Kettle</option></select><input name="rated_power_w" value="${power}"><input name="fuse_a" value="${fuse}"><input type="checkbox" name="heating" ${power ? "checked" : ""}><div id="of" data-of-category>${custom}</div></form>`;
  const { page } = await open(form("", "", ""), { "/new": form("3000", "13", '<input name="custom_colour">') });
  await page.fill("[name=fuse_a]", "5");
  await page.selectOption("select", "1");
  await page.waitForSelector("[name=custom_colour]");
  assert.equal(await page.inputValue("[name=rated_power_w]"), "3000");
  assert.equal(await page.inputValue("[name=fuse_a]"), "5");
  assert.equal(await page.isChecked("[name=heating]"), true);
});
promise("tables shown as cards stay tables to a screen reader", async () => {
  const { page } = await open('<table><thead><tr><th>A</th></tr></thead><tbody><tr><th>x</th><td data-label="B">y</td></tr></tbody></table>');
  assert.equal(await page.getAttribute("table", "role"), "table");
  assert.equal(await page.getAttribute("tbody th", "role"), "rowheader");
});

let broken = 0;
for (const [words, work] of promises) {
  try {
    await work();
    console.log(`✓ ${words}`);
  } catch (error) {
    broken++;
    console.log(`✕ ${words}\n    ${String(error.message).split("\n").slice(0, 4).join("\n    ")}`);
  }
}
await browser.close();
console.log(`${promises.length - broken} of ${promises.length} kept`);
process.exit(broken > 0 ? 1 : 0);
