// node screenshot.mjs FILE.png: the README's picture, of the demo at BASE: an asset on a phone beside the year on a desk.
import { DESK, PHONE, launch, logIn, visit } from "./support.mjs";

const [file = "../../docs/screenshot.png"] = process.argv.slice(2);
const base = process.env.BASE ?? "http://127.0.0.1:8080";
const browser = await launch();

async function picture(size, go) {
  const { context, page } = await visit(browser, base, { size });
  await logIn(page, process.env.EMAIL ?? "manager@demo.example", process.env.PASSWORD ?? "demo-password");
  await go(page);
  const png = await page.screenshot();
  await context.close();
  return `data:image/png;base64,${png.toString("base64")}`;
}

const phone = await picture(PHONE, async (page) => {
  await page.goto("/due");
  await page.locator("section:has(#failed) tbody th a").first().click();
  await page.waitForLoadState();
});
const desk = await picture({ ...DESK, height: PHONE.height }, (page) => page.goto("/"));
const sheet = await browser.newPage({ viewport: { width: 1760, height: 916 } });
await sheet.setContent(`<body style="margin:0;padding:36px;display:flex;gap:36px;background:#cfd8d5">${[phone, desk].map((png) => `<img src="${png}" style="border-radius:14px;box-shadow:0 6px 30px #0004">`).join("")}`);
await sheet.screenshot({ path: file });
await browser.close();
