// The page where something around it, or in it, does not work: storage that is denied, a document that somebody else
// has changed, a panic.
import assert from "node:assert/strict";
import { accessibilityFaults, pageTest } from "./harness.mjs";
import { button, field, moves, present, says, submit, toTheEnd } from "./person.mjs";

pageTest("where storage is denied the page works and forgets", { opens: false }, async ({ page, open }) => {
  await page.addInitScript(() => {
    const denied = () => {
      throw new DOMException("The operation is insecure.", "SecurityError");
    };
    Object.defineProperty(globalThis, "localStorage", { get: denied });
    Object.defineProperty(globalThis, "sessionStorage", { get: denied });
  });
  await open();
  await field(page, "desiredCount").fill("7");
  await page.getByText("desiredCount is 7.").waitFor();
  await page.getByRole("combobox", { name: "Theme" }).selectOption("Dark");
  await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
  await toTheEnd(page);
  await page.reload();
  await says(present(page), "SCALE_UP");
  assert.equal(await button(page, "Restore it").count(), 0);
});

pageTest("where storage is full the page works and forgets", { opens: false }, async ({ page, open }) => {
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      globalThis.refused = (globalThis.refused ?? 0) + 1;
      throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
    };
  });
  await open();
  await field(page, "desiredCount").fill("7");
  await page.waitForFunction(() => globalThis.refused > 0);
  await moves(page, () => button(page, "Next stage").click());
});

pageTest("what an earlier visit has left broken in the storage is passed over", { opens: false }, async ({ page, open }) => {
  await page.addInitScript(() => {
    if (location.protocol === "about:") return;
    localStorage.setItem("cutover.recording", '{"v":1,"data":{"cutover":1,"services":7}}');
    localStorage.setItem("cutover.theme", "Plaid");
  });
  await open();
  await button(page, "Restore it").click();
  await page.getByRole("alert").getByText("services").waitFor();
  await moves(page, () => button(page, "Next stage").click());
});

pageTest("after a panic the page shows what happened and gives the recording back", async ({ page, open, faults }) => {
  await field(page, "desiredCount").fill("7");
  await page.getByText("desiredCount is 7.").waitFor();
  // Something else than the page, as an extension that translates it may, takes away what it has drawn.
  await page.evaluate(() => document.querySelectorAll('[role=log] li, [aria-label="Lifecycle stages"] li').forEach((row) => row.remove()));
  await button(page, "Next stage").click();
  await page.getByRole("heading", { level: 1, name: "Cutover stopped" }).waitFor();
  assert.match(await page.locator("pre").textContent(), /panicked at/);
  const recording = await page.getByRole("textbox", { name: "Recording" }).inputValue();
  assert.equal(JSON.parse(recording).services[0].service.desiredCount, 7);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Save the recording" }).click()]);
  assert.equal(download.suggestedFilename(), "recording.json");
  assert.ok(faults.length > 0, "a panic is reported on the console");
  faults.splice(0);
  assert.deepEqual(await accessibilityFaults(page), []);
  await open();
  const dialog = await submit(page, recording);
  await dialog.waitFor({ state: "hidden" });
  assert.equal(await field(page, "desiredCount").inputValue(), "7");
  assert.deepEqual(faults, []);
});
