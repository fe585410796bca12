// The services of the application: one is chosen, and one sees where errors come from; and the pipeline before a deployment.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { accessibilityFaults, pageTest } from "./harness.mjs";

pageTest("errors are seen to travel from the called service to the one that calls it", async ({ page }) => {
  const retail = await readFile(new URL("../../static/scenarios/retail.json", import.meta.url), "utf8");
  await page.getByRole("button", { name: "Import", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Import" });
  await dialog.getByRole("textbox", { name: "JSON" }).fill(retail);
  await dialog.getByRole("button", { name: "Open", exact: true }).click();
  await dialog.waitFor({ state: "hidden" });

  const pipeline = page.getByRole("list", { name: "Pipeline of 19" });
  await pipeline.getByRole("listitem").filter({ hasText: "Build and push image, 2:00, done" }).waitFor();

  const services = page.getByRole("radiogroup", { name: "Service" });
  assert.equal(await services.getByRole("radio").count(), 5);
  assert.ok(await services.getByRole("radio", { name: /^catalog/ }).isChecked());
  const present = page.getByRole("list", { name: "Lifecycle stages" }).locator("[aria-current=step]");
  const next = page.getByRole("button", { name: "Next stage", exact: true });
  while (!/[^_]PRODUCTION_TRAFFIC_SHIFT/.test(await present.textContent())) await next.click();
  const forward = page.getByRole("button", { name: "Step forward", exact: true });
  const ui = services.getByRole("radio", { name: /^ui .* fail\s+because of catalog/ });
  while ((await ui.count()) === 0) await forward.click();
  assert.deepEqual(await accessibilityFaults(page), []);

  await ui.check();
  await page.getByRole("heading", { name: /^Target group ui/ }).first().waitFor();
});
