import { launch, logIn, visit, PHONE, DESK } from "./support.mjs";
const [,, base, who, ...paths] = process.argv;
const browser = await launch();
for (const [size, dark, name] of [[PHONE, false, "p"], [DESK, false, "d"], [PHONE, true, "pd"]]) {
  if (process.env.ONLY && !process.env.ONLY.split(",").includes(name)) continue;
  const { page } = await visit(browser, base, { size, dark });
  if (who !== "-") await logIn(page, who, "demo-password");
  for (const [n, path] of paths.entries()) {
    await page.goto(path);
    await page.screenshot({ path: `/tmp/shot-${n}-${name}.png`, fullPage: true });
  }
}
await browser.close();
