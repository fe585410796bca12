// The first minute: whoever presses what the page points at has seen it all within a minute; whoever does not is not
// held up by it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { accessibilityFaults, pageTest } from "./harness.mjs";
import { button, choose, moves, status, strategies, submit, toTheEnd, why } from "./person.mjs";

const lesson = (page) => page.getByRole("region", { name: "Lesson" });
const tab = (page, name) => page.locator("label.tab").filter({ hasText: name });

pageTest("a first visit plays the first minute, asks once, and opens the doors", { timeout: 120_000 }, async ({ page }) => {
  const began = Date.now();
  await lesson(page).getByText("A shop brings out revision 42").waitFor();
  for (const name of strategies) await tab(page, name).getByText("what will it be?").waitFor();
  await page.getByText("what happens next?").waitFor();
  await button(page, "Play").click();
  await lesson(page).getByText("12 tasks instead of 6").waitFor();
  const question = lesson(page).getByRole("group", { name: "Who notices first?" });
  await question.waitFor({ timeout: 40_000 });
  assert.deepEqual(await question.getByRole("button").allTextContents(), ["Health check", "Circuit breaker", "Alarm", "Nobody"]);
  await question.getByRole("button", { name: "Alarm" }).click();
  await lesson(page).getByText("everyone is back on 41").waitFor({ timeout: 40_000 });
  await lesson(page).getByText("You said: Alarm. Right.").waitFor();
  await button(page, "The same by rolling").click();
  await page.getByRole("radio", { name: "Rolling" }).and(page.locator(":checked")).waitFor();
  const review = lesson(page).getByRole("button", { name: "Review" });
  await review.waitFor({ timeout: 40_000 });
  assert.ok(Date.now() - began < 60_000, `it took ${Date.now() - began} ms`);
  for (const name of strategies) await tab(page, name).getByText("failed").waitFor();
  await page.getByText("if nobody acts: rolled back").waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  await review.click();
  await page.getByRole("dialog", { name: "Import" }).waitFor();
});

pageTest("Esc skips it, and the next visit does not begin with it", async ({ page, open }) => {
  await lesson(page).waitFor();
  await page.keyboard.press("Escape");
  await lesson(page).waitFor({ state: "detached" });
  await tab(page, "Canary").getByText("failed").waitFor();
  await open();
  await tab(page, "Canary").getByText("failed").waitFor();
  assert.equal(await lesson(page).count(), 0);
  await button(page, "Lessons").click();
  await page.getByRole("dialog", { name: "Lessons" }).getByRole("button", { name: "The first minute" }).click();
  await lesson(page).waitFor();
});

pageTest("it steps aside for whoever does something else", async ({ page, open }) => {
  await button(page, "Next stage").click();
  await lesson(page).waitFor({ state: "detached" });
  await toTheEnd(page);
  assert.equal(await status(page).textContent(), "ROLLBACK_SUCCESSFUL");
  await page.evaluate(() => localStorage.clear());
  await open();
  await choose(page, "Linear");
  await lesson(page).waitFor({ state: "detached" });
  await page.evaluate(() => localStorage.clear());
  await open();
  const dialog = await submit(page, "{");
  await dialog.getByRole("alert").waitFor();
});

pageTest("a page whose storage is denied begins with it and works", { opens: false }, async ({ page, address }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", { get: () => { throw new DOMException("denied", "SecurityError"); } });
  });
  await page.goto(address);
  await lesson(page).getByRole("button", { name: "Skip" }).click();
  await lesson(page).waitFor({ state: "detached" });
  await why(page).waitFor();
});

pageTest("a situation opens from the sheet", async ({ page }) => {
  await button(page, "Lessons").click();
  const sheet = page.getByRole("dialog", { name: "Lessons" });
  await sheet.getByRole("button", { name: "Step by step into the alarm" }).waitFor();
  assert.ok((await sheet.getByRole("button").count()) >= 14);
  assert.deepEqual(await accessibilityFaults(page), []);
  await sheet.getByRole("button", { name: "Step by step into the alarm" }).click();
  await sheet.waitFor({ state: "hidden" });
  await page.getByRole("radio", { name: "Linear" }).and(page.locator(":checked")).waitFor();
});

// The course, walked: each lesson is opened from the sheet, goes to its question, and the deployment answers it.
const course = [
  ["What starts a deployment", "None"],
  ["Two percentages", "None"],
  ["Rolling back by rolling", "Minutes: tasks must start"],
  ["Blue/green, stage by stage", "Twice as many"],
  ["Bake time and the way back", "There is no Roll back then"],
  ["Hooks and manual approval", "It is undone"],
  ["Canary: requests are not users", "About half of them"],
  ["Linear: step by step", "Five times"],
  ["What the circuit breaker sees", "Nothing"],
  ["The alarm that was red already", "Nobody"],
  ["Switching to blue/green", "A deployment"],
  ["Choosing a strategy", "Canary"],
];

const sheetOf = async (page) => {
  await button(page, "Lessons").click();
  return page.getByRole("dialog", { name: "Lessons" });
};

/** What of the lesson's card, or of one of its answers, sticks out of it. */
const wider = (page) =>
  lesson(page).evaluate((card) => [card, ...card.querySelectorAll("button, p")].filter((it) => it.scrollWidth > it.clientWidth + 1).map((it) => it.textContent));

pageTest("every lesson of the course asks its question and lets the deployment answer", { timeout: 240_000 }, async ({ page }) => {
  await page.keyboard.press("Escape");
  for (const [title, answer] of course) {
    await (await sheetOf(page)).getByRole("button", { name: title, exact: true }).click();
    await lesson(page).getByText(title, { exact: true }).waitFor();
    for (const name of strategies) await tab(page, name).getByText("what will it be?").waitFor();
    const question = lesson(page).getByRole("group");
    const ahead = lesson(page).getByRole("button", { name: "To the question" });
    await question.or(ahead).first().waitFor();
    if (await ahead.isVisible()) await ahead.click();
    const chosen = question.getByRole("button", { name: answer, exact: true });
    await chosen.waitFor();
    assert.deepEqual(await wider(page), [], `${title}: all words stand inside what holds them`);
    await chosen.click();
    // What plays in its own time is played by the native tests.
    await page.getByRole("slider", { name: "Time" }).press("End");
    await lesson(page).getByText(`You said: ${answer}. Right.`).waitFor();
  }
});

pageTest("a lesson played to its end is marked as done and leads to the next", { timeout: 120_000 }, async ({ page, open }) => {
  await page.keyboard.press("Escape");
  const first = (await sheetOf(page)).getByRole("button", { name: "What starts a deployment", exact: true });
  await first.focus();
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.keyboard.press("Enter");
  await button(page, "Play").click();
  await lesson(page).getByRole("button", { name: "None", exact: true }).click({ timeout: 20_000 });
  await lesson(page).getByText("A new service revision starts a deployment.").waitFor({ timeout: 60_000 });
  assert.deepEqual(await accessibilityFaults(page), []);
  await lesson(page).getByRole("button", { name: "Next lesson" }).click();
  await lesson(page).getByText("Two percentages").waitFor();
  await open();
  await (await sheetOf(page)).getByRole("button", { name: "What starts a deployment", exact: true, description: /done/ }).waitFor();
});

pageTest("a lesson that somebody wrote opens by Import, and says where it is wrong", async ({ page }) => {
  const text = await readFile(new URL("../../static/lessons/canary.json", import.meta.url), "utf8");
  const dialog = await submit(page, text.replace('"ruleSettled"', '"rulesettled"'));
  await dialog.getByRole("alert").getByText("(nearest name: ruleSettled)").waitFor();
  await dialog.getByRole("textbox", { name: "JSON" }).fill(text);
  await dialog.getByRole("button", { name: "Open" }).click();
  await lesson(page).getByText("Canary: requests are not users").waitFor();
  assert.equal(await page.locator("details[open]").filter({ hasText: "assumption" }).count(), 0, "its author has read them");
});

pageTest("the long names of stages break in a lesson's card", async ({ page }) => {
  await page.keyboard.press("Escape");
  await (await sheetOf(page)).getByRole("button", { name: "Blue/green, stage by stage", exact: true }).click();
  for (const name of ["POST_TEST_TRAFFIC_SHIFT: a hook", "PRODUCTION_TRAFFIC_SHIFT: 12 tasks"]) {
    const said = lesson(page).getByText(name);
    while ((await said.count()) === 0) await moves(page, () => button(page, "Step forward").click());
    assert.deepEqual(await wider(page), []);
  }
});

pageTest("where the course cannot be fetched the sheet says so and the rest works", async ({ page, faults }) => {
  await page.route("**/lessons/*.json", (route) => route.abort());
  await page.keyboard.press("Escape");
  const sheet = await sheetOf(page);
  await sheet.getByRole("alert").getByText("The course cannot be had just now").waitFor();
  faults.length = 0;
  await page.unroute("**/lessons/*.json");
  await sheet.getByRole("button", { name: "Cancel" }).click();
  await (await sheetOf(page)).getByRole("button", { name: "Two percentages", exact: true }).waitFor();
});
