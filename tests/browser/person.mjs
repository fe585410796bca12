// What a person does with the page and reads on it, by the names that are the page's contract.
//
// The page draws a moment after it was asked. So whoever reads waits for what is to be read, or
// reads after something that is drawn together with it has changed; nobody sleeps.
import { readFile } from "node:fs/promises";

export const strategies = ["Rolling", "Blue/green", "Canary", "Linear"];

export const button = (page, name) => page.getByRole("button", { name, exact: true });
export const field = (page, name) => page.getByLabel(name, { exact: true });
export const status = (page) => page.getByRole("status", { name: "Deployment status" });
export const why = (page) => page.getByRole("region", { name: "Why" });
export const log = (page) => page.getByRole("log", { name: "Events" });
export const time = (page) => page.getByRole("slider", { name: "Time" });
export const stages = (page) => page.getByRole("list", { name: "Lifecycle stages" });
export const present = (page) => stages(page).locator("[aria-current=step]");

/** A recording that comes with the page, or a file beside the tests. */
export const scenario = (name) => readFile(new URL(`../../static/scenarios/${name}.json`, import.meta.url), "utf8");
export const data = (name) => readFile(new URL(`../data/${name}.json`, import.meta.url), "utf8");

/** Waits until what is found says a text, or something that a pattern matches. */
export const says = (found, text) => found.filter({ hasText: text }).first().waitFor({ state: "attached" });

/** Waits until a control is disabled. */
export const isDisabled = (page, name) => button(page, name).and(page.locator(":disabled")).waitFor();

/** Waits until a field holds a value. */
export async function holds(found, value) {
  const input = await found.elementHandle();
  await found.page().waitForFunction(([it, wanted]) => it.value === wanted, [input, value]);
}

/** Does something that moves the playhead, and waits until the page shows where it went. */
export async function moves(page, act) {
  const before = await time(page).getAttribute("aria-valuenow");
  await act();
  await time(page).and(page.locator(`:not([aria-valuenow="${before}"])`)).waitFor();
}

/** Chooses a strategy, and waits until the page shows it. */
export async function choose(page, strategy) {
  await page.getByRole("radio", { name: strategy }).check();
  const parameters = page.getByRole("complementary", { name: "Parameters" });
  await parameters.getByRole("heading", { name: strategy }).waitFor();
}

/** Whether the present stage's text matches. */
export const inStage = async (page, pattern) => pattern.test((await present(page).allTextContents()).join());

/** Presses Next stage until `there()` is true, or until it is disabled. */
export async function nextStageUntil(page, there) {
  for (let presses = 0; presses < 60; presses += 1) {
    if (await there()) return;
    if (await button(page, "Next stage").isDisabled()) return;
    await moves(page, () => button(page, "Next stage").click());
  }
}

/** Presses Next stage until it is disabled: where the deployment has ended, or nothing more happens. */
export const toTheEnd = (page) => nextStageUntil(page, () => false);

/** Submits a text to the Import dialog, which stays open where the text is refused. */
export async function submit(page, text) {
  await button(page, "Import").click();
  const dialog = page.getByRole("dialog", { name: "Import" });
  await dialog.getByRole("textbox", { name: "JSON" }).fill(text);
  await dialog.getByRole("button", { name: "Open" }).click();
  return dialog;
}

/** Imports a text that is usable. */
export async function open(page, text) {
  const dialog = await submit(page, text);
  await dialog.waitFor({ state: "hidden" });
}
