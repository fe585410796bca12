// Drills: something may be wrong, a person has to find out what, and nothing on the page tells it before the end.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { accessibilityFaults, pageTest } from "./harness.mjs";
import { button, status, submit, why } from "./person.mjs";

// By these seeds the small canary hides a release that fails, and nothing.
const bad = "#drill=first-tenth.2";
const good = "#drill=first-tenth.3";
const cause = "42 fails part of its requests";
const told = "42 failed 12 % of its requests.";

const card = (page) => page.getByRole("region", { name: "Drill" });
const inCard = (page, name) => card(page).getByRole("button", { name, exact: true });
const causes = (page) => card(page).getByRole("group", { name: "I see it" });
const sheetOf = async (page) => {
  await button(page, "Lessons").click();
  return page.getByRole("dialog", { name: "Lessons" });
};

/** All that the page says, to eyes and to ears, but for the card's own list of what it may be. */
const said = (page) => page.evaluate(() => {
  const copy = document.body.cloneNode(true);
  for (const own of copy.querySelectorAll(".drill, script, style")) own.remove();
  const named = [...copy.querySelectorAll("[aria-label], [title]")].map((it) => `${it.ariaLabel ?? ""} ${it.title}`);
  return `${copy.textContent} ${named.join(" ")}`;
});

/** Waits until the clock of the deployment shows at least so many seconds. */
const until = (page, seconds) => page.waitForFunction((seconds) => Number(document.querySelector("[role=slider]").getAttribute("aria-valuenow")) >= seconds, seconds);

pageTest("a drill is worked by mouse from its link to its grade, and tells nothing before the end", { at: bad, timeout: 120_000 }, async ({ page, open }) => {
  await card(page).getByText("The one alarm looks at all requests").waitFor();
  await card(page).getByText("You begin with an A").waitFor();
  assert.ok(await button(page, "Roll back").isDisabled());
  assert.deepEqual(await accessibilityFaults(page), []);
  await inCard(page, "Start").click();
  for (const name of ["Undo", "Redo", "Compare", "Export", "Embed"]) assert.ok(await button(page, name).isDisabled(), name);
  for (const name of ["Inject failure", "Deploy"]) assert.equal(await button(page, name).count(), 0, name);
  assert.ok(await page.getByRole("radio", { name: "Rolling" }).isDisabled());
  await page.getByText("what happens next?").waitFor();
  // By now users have met failures, and the page says no more than that.
  await until(page, 75);
  await button(page, "Pause").click();
  const read = await said(page);
  for (const secret of ["12 %", "behaves", "setBehavior", "injected", "intervention", told]) {
    assert.ok(!read.includes(secret), `the page says ${secret}`);
  }
  assert.equal(await page.getByText(told).count(), 0);
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await page.getByText("A drill is printed once it is over").waitFor({ state: "attached" });
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  // Looking back is free, and nobody acts in the past.
  await button(page, "Previous stage").click();
  assert.ok(await button(page, "Roll back").isDisabled());
  await button(page, "Step forward").click();
  await page.getByRole("slider", { name: "Time" }).press("End");
  assert.deepEqual(await accessibilityFaults(page), []);
  await causes(page).getByRole("button", { name: cause }).click();
  await card(page).getByRole("status").getByText(`${cause}.`).waitFor();
  await button(page, "Roll back").click();
  await button(page, "Pause").waitFor();
  await inCard(page, "Finish").click();
  await card(page).getByText(told).waitFor();
  await card(page).getByText("if nobody acts").waitFor();
  await card(page).getByText("Next time:").waitFor();
  assert.match(await card(page).getByRole("status").textContent(), /^Grade [AB]/);
  assert.equal(await status(page).textContent(), "ROLLBACK_SUCCESSFUL");
  await page.getByText("3 interventions").waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  // The best grade is kept for the next visit.
  await open();
  const kept = (await sheetOf(page)).getByRole("button", { name: "A tenth of the requests", description: /best grade [AB]/ });
  await kept.waitFor();
  await page.keyboard.press("Escape");
  await open(good);
  await inCard(page, "Start").waitFor();
});

pageTest("a drill is worked by keyboard, played to its end and left", { timeout: 120_000 }, async ({ page }) => {
  await page.keyboard.press("Escape");
  const sheet = await sheetOf(page);
  await sheet.getByRole("button", { name: "Tasks that come and go" }).focus();
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.keyboard.press("Enter");
  await inCard(page, "Start").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("combobox", { name: "Speed" }).selectOption("300×");
  await causes(page).getByRole("button").first().focus();
  await page.keyboard.press("Space");
  await causes(page).getByRole("button", { pressed: true }).waitFor();
  await card(page).getByText("Users hurt").waitFor({ timeout: 40_000 });
  await inCard(page, "Again with another seed").focus();
  await page.keyboard.press("Enter");
  await inCard(page, "Start").waitFor();
  await page.keyboard.press("Space");
  await inCard(page, "Finish").click();
  await inCard(page, "Next drill").click();
  await card(page).getByText("Testers have it; may users?").waitFor();
  await card(page).getByText("At the speed Story it goes 20 times as fast as a watch: 54 s of yours.").waitFor();
  await page.keyboard.press("Escape");
  await card(page).waitFor({ state: "detached" });
  await button(page, "Undo").click();
  await why(page).waitFor();
  assert.equal(await card(page).count(), 0);
});

pageTest("where nothing is wrong it is right to let it be", { at: good }, async ({ page }) => {
  await inCard(page, "Start").click();
  await inCard(page, "Finish").click();
  await card(page).getByText("Nothing cost you a grade.").waitFor();
  assert.match(await card(page).getByRole("status").textContent(), /^Grade A/);
  assert.equal(await status(page).textContent(), "SUCCESSFUL");
});

pageTest("a drill's link is its name and seed, and a wrong one says so", { at: bad }, async ({ page, open }) => {
  await inCard(page, "Start").click();
  await button(page, "Share").click();
  const share = page.getByRole("dialog", { name: "Share" });
  assert.match(await share.getByRole("textbox", { name: "Link" }).inputValue(), /#drill=first-tenth\.2$/);
  assert.equal(await share.getByRole("button", { name: "Download recording" }).count(), 0);
  await page.keyboard.press("Escape");
  await open("#drill=first-tent.2");
  await page.getByRole("alert").getByText("(nearest name: first-tenth)").waitFor();
  assert.equal(await card(page).count(), 0);
});

pageTest("nothing of a running drill is kept, and a page whose storage is denied works", { opens: false, timeout: 90_000 }, async ({ page, address }) => {
  await page.goto(address + bad);
  await inCard(page, "Start").click();
  await until(page, 60);
  await button(page, "Roll back").click();
  await card(page).getByText("left").waitFor();
  assert.equal(await page.evaluate(() => localStorage.getItem("cutover.recording")), null);
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", { get: () => { throw new DOMException("denied", "SecurityError"); } });
  });
  await page.reload();
  await inCard(page, "Start").click();
  await inCard(page, "Finish").click();
  await card(page).getByText(told).waitFor();
  const sheet = await sheetOf(page);
  await sheet.getByRole("button", { name: "A tenth of the requests", description: /best grade F/ }).waitFor();
});

pageTest("a drill that somebody wrote opens by Import, and says where it is wrong", async ({ page }) => {
  const text = await readFile(new URL("../../static/drills/three-zones.json", import.meta.url), "utf8");
  const dialog = await submit(page, text.replace('"failAvailabilityZone"', '"failAvailabiltyZone"'));
  await dialog.getByRole("alert").getByText("(nearest name: failAvailabilityZone)").waitFor();
  await dialog.getByRole("textbox", { name: "JSON" }).fill(text);
  await dialog.getByRole("button", { name: "Open" }).click();
  await card(page).getByText("Six tasks in three zones").waitFor();
});
