// Update service and the parameters: what the new strategy needs is asked for, what is wrong stands at its field, and
// what deploys nothing says so.
import assert from "node:assert/strict";
import { accessibilityFaults, pageTest } from "./harness.mjs";
import { button, field, log, moves, nextStageUntil, status, toTheEnd } from "./person.mjs";

const openSituation = async (page, title) => {
  await button(page, "Lessons").click();
  await page.getByRole("dialog", { name: "Lessons" }).getByRole("button", { name: title }).click();
  await page.getByRole("banner").getByText("becomes a blue/green one").waitFor();
};

const openForm = async (page) => {
  await button(page, "Update service").click();
  const dialog = page.getByRole("dialog", { name: "Update service" });
  await dialog.waitFor();
  return dialog;
};

const message = (dialog, name) => dialog.locator(`[id="update-${name}-wrong"]`);

pageTest("a rolling service becomes a blue/green one, and Undo takes it back", async ({ page }) => {
  await openSituation(page, "From rolling to blue/green");
  const dialog = await openForm(page);
  const call = button(dialog, "Call UpdateService");
  await dialog.getByText("Nothing is changed yet.").waitFor();
  assert.ok(await call.isDisabled());
  await field(dialog, "strategy").selectOption("BLUE_GREEN");
  for (const name of ["bakeTimeInMinutes", "alternateTargetGroupArn", "productionListenerRule", "roleArn"]) {
    await message(dialog, name).getByText(`${name} is missing: BLUE_GREEN`).waitFor();
    assert.equal(await field(dialog, name).getAttribute("aria-invalid"), "true", name);
  }
  assert.ok(await call.isDisabled());
  await field(dialog, "bakeTimeInMinutes").fill("9999");
  await message(dialog, "bakeTimeInMinutes").getByText("from 0 to 1,440").waitFor();
  await field(dialog, "bakeTimeInMinutes").fill("5");
  await button(dialog, "Fill in examples").click();
  await dialog.getByText("Starts a deployment by BLUE_GREEN, because loadBalancers is given.").waitFor();
  await dialog.getByLabel("AWS CLI").getByText("aws ecs update-service --cluster retail-store --service ui").waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  await call.click();
  await dialog.waitFor({ state: "hidden" });
  await log(page).getByText("by BLUE_GREEN").waitFor();
  await toTheEnd(page);
  assert.equal(await status(page).textContent(), "SUCCESSFUL");
  await button(page, "Undo").click();
  await page.getByText("Taken back: Update service.").waitFor();
  assert.equal(await status(page).textContent(), "");
});

pageTest("hooks are attached, moved and removed by the call, and nothing of it holds before", async ({ page }) => {
  const attached = page.getByRole("region", { name: "Lifecycle hooks" }).getByRole("listitem");
  await attached.waitFor();
  const dialog = await openForm(page);
  await dialog.getByLabel("New hook").selectOption({ label: "PAUSE: wait for a person" });
  await dialog.getByLabel("at", { exact: true }).selectOption("POST_SCALE_UP");
  await button(dialog, "Attach").click();
  const pause = dialog.getByRole("region", { name: "Hook PAUSE" });
  await field(pause, "timeoutInMinutes").fill("30");
  await field(pause, "timeoutInMinutes").press("Tab");
  await dialog.getByLabel("AWS CLI").getByText('"timeoutInMinutes":30').waitFor();
  const smoke = dialog.getByRole("region", { name: "Hook smoke-test" });
  await smoke.getByRole("checkbox", { name: "POST_SCALE_UP", exact: true }).check();
  await dialog.getByText("Deploys nothing: changing deploymentConfiguration starts no deployment.").waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  await button(smoke, "Remove").click();
  await smoke.waitFor({ state: "detached" });
  assert.equal(await attached.count(), 1, "the service keeps its hook until the call is made");
  await button(dialog, "Call UpdateService").click();
  await page.getByRole("main").getByText("changing deploymentConfiguration starts no deployment").waitFor();
});

pageTest("desiredCount deploys nothing, which the form and the page say", async ({ page }) => {
  const dialog = await openForm(page);
  await field(dialog, "desiredCount").fill("9");
  const said = "Deploys nothing: changing desiredCount starts no deployment.";
  await dialog.getByText(said).waitFor();
  await button(dialog, "Call UpdateService").click();
  await page.getByRole("main").getByText(said).waitFor();
});

pageTest("while a deployment runs another strategy is refused, and what is typed is lost by Esc only", async ({ page }) => {
  await nextStageUntil(page, async () => (await status(page).textContent()) === "IN_PROGRESS");
  await moves(page, () => button(page, "Next stage").click());
  const dialog = await openForm(page);
  await field(dialog, "strategy").selectOption("ROLLING");
  await dialog.getByText("AWS would refuse it now").waitFor();
  assert.ok(await button(dialog, "Call UpdateService").isDisabled());
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
});

pageTest("any parameter is found by what it does, and at most seven stand open", async ({ page }) => {
  const panel = page.getByRole("complementary", { name: "Parameters" });
  const open = panel.getByRole("spinbutton").filter({ visible: true });
  assert.ok((await open.count()) <= 7, `${await open.count()} fields stand open`);
  const search = panel.getByRole("searchbox", { name: "Find a parameter" });
  await search.fill("drain");
  await panel.getByRole("status").getByText(/^\d of \d+ parameters$/).waitFor();
  const found = field(panel, "deregistration_delay.timeout_seconds");
  await found.fill("99999");
  await panel.getByRole("alert").getByText("from 0 to 3,600").waitFor();
  await found.fill("30");
  await page.getByText("deregistration_delay.timeout_seconds is 30.").waitFor();
  await panel.getByRole("region", { name: "Pre-flight" }).waitFor();
  await search.fill("nothing is called so");
  await panel.getByText(/^0 of \d+ parameters$/).waitFor();
  await search.fill("");
  await field(panel, "desiredCount").waitFor();
});

for (const viewport of [
  { width: 360, height: 800 },
  { width: 1440, height: 900 },
]) {
  pageTest(`the form fits at ${viewport.width} pixels`, { context: { viewport } }, async ({ page }) => {
    await openSituation(page, "From rolling to blue/green");
    const dialog = await openForm(page);
    await field(dialog, "strategy").selectOption("CANARY");
    await message(dialog, "roleArn").waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    const excess = await dialog.evaluate((it) => it.scrollWidth - it.clientWidth);
    assert.ok(excess <= 0, `${excess} pixels too wide`);
  });
}
