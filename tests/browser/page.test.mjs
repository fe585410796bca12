// The page arrives, whole and alone: it mounts, under any path, and asks nobody else for anything.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pageTest } from "./harness.mjs";
import { button } from "./person.mjs";
import { builtPage } from "./server.mjs";

pageTest("the page mounts and says its name", async ({ page }) => {
  const heading = page.getByRole("heading", { level: 1, name: "Cutover" });
  await heading.waitFor();
  assert.equal(await heading.count(), 1);
  assert.match(await page.title(), /Cutover/);
});

pageTest("the page works under a path of its host", { base: "/docs/cutover/" }, async ({ page }) => {
  await page.getByRole("heading", { level: 1, name: "Cutover" }).waitFor();
});

pageTest(
  "without scripts the skeleton stands and says what is missing",
  { context: { javaScriptEnabled: false } },
  async ({ page }) => {
    await page.getByRole("heading", { level: 1, name: "Cutover" }).waitFor();
    const paragraph = page.getByRole("paragraph").filter({ hasText: "takes JavaScript and WebAssembly" });
    assert.ok(await paragraph.isVisible());
  },
);

pageTest("the module is served as WebAssembly", { opens: false }, async ({ context, address }) => {
  const html = await readFile(join(builtPage, "index.html"), "utf8");
  const [module] = html.match(/[\w.-]+_bg\.wasm/);
  const response = await context.request.get(address + module);
  assert.equal(response.status(), 200);
  assert.equal(response.headers()["content-type"], "application/wasm");
});

pageTest("what lies behind the dialogs is fetched when the first of them is opened", { opens: false }, async ({ page, open }) => {
  const later = [];
  page.on("request", (request) => request.url().includes("/later/") && later.push(request.url()));
  await open();
  await page.getByRole("heading", { level: 1, name: "Cutover" }).waitFor();
  assert.deepEqual(later, []);
  await button(page, "Tables").click();
  await page.getByRole("dialog", { name: "Tables" }).waitFor();
  await page.keyboard.press("Escape");
  await button(page, "Share").click();
  await page.getByRole("dialog", { name: "Share" }).waitFor();
  assert.equal(later.length, 1, later.join());
});

pageTest("what cannot be fetched is said, and can be asked for again", { opens: false }, async ({ page, open, faults }) => {
  await open();
  await page.route("**/later/*", (route) => route.abort());
  await button(page, "Share").click();
  await page.getByText("This part of the page could not be fetched.").first().waitFor();
  // The browser and the loader tell the console about it.
  await page.waitForFunction(() => document.querySelector("dialog") === null);
  faults.length = 0;
  await page.unroute("**/later/*");
  await button(page, "Share").click();
  await page.getByRole("dialog", { name: "Share" }).waitFor();
});
