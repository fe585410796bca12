// Words of the API tell what they mean and numbers where they come from, under the pointer and under the focus.
import assert from "node:assert/strict";
import { accessibilityFaults, pageTest } from "./harness.mjs";
import { choose, field, inStage, nextStageUntil, says, stages, status, why } from "./person.mjs";

pageTest("words of the API tell what they mean, and numbers where they come from", async ({ page }) => {
  const note = page.getByRole("tooltip");
  const bakes = stages(page).getByRole("button", { name: "BAKE_TIME" });
  await bakes.hover();
  await says(note, /Both revisions run and the old one is kept.*blue\/green service deployments workflow/s);
  await page.keyboard.press("Escape");
  await note.waitFor({ state: "detached" });

  await status(page).hover();
  await says(note, "A deployment that waits for a person has this status too");
  await field(page, "canaryPercent").focus();
  await says(note, "0.1 to 100 %.");

  await choose(page, "Rolling");
  await nextStageUntil(page, () => inStage(page, /Replace/));
  await page.getByRole("region", { name: "Balance" }).hover();
  await says(note, "Deploy Amazon ECS services by replacing tasks");
  await why(page).getByRole("paragraph").focus();
  await says(note, "Deploy Amazon ECS services by replacing tasks");
  const described = await page.locator("[aria-describedby=meaning]").count();
  assert.equal(described, 1, "what has the focus is described by the note");
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.getByText("failed requests").first().hover();
  await says(note, "Production requests that were answered with an error");
});
