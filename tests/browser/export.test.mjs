// The Export dialog: every form, looked at, copied and kept.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { accessibilityFaults, pageTest } from "./harness.mjs";
import { button, field, says } from "./person.mjs";

const dialog = (page) => page.getByRole("dialog", { name: "Export" });
const preview = (page) => dialog(page).getByRole("textbox", { name: "Preview" });
const choose = (page, name) => field(dialog(page), "Form").selectOption(name);
const downloaded = async (page) => {
  const [download] = await Promise.all([page.waitForEvent("download"), button(dialog(page), "Download").click()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
};

pageTest("every text is kept as it is previewed", async ({ page }) => {
  await button(page, "Export").click();
  for (const [form, name, begins] of [
    ["Recording (JSON)", "ui.recording.json", '{\n  "cutover": 1,'],
    ["ECS JSON", "ui.ecs.json", '{\n  "serviceName": "ui",'],
    ["AWS CLI call", "ui.cli.sh", "aws ecs create-service --region eu-central-1 --cli-input-json '{"],
    ["CloudFormation", "ui.cloudformation.json", '{\n  "AWSTemplateFormatVersion": "2010-09-09",'],
    ["Events (CSV)", "ui.events.csv", "seconds,service,event,why,source,ourReading\n0.0,ui,"],
    ["Events (JSON)", "ui.events.json", '[\n  {\n    "seconds": 0.0,'],
    ["Metrics (CSV)", "ui.metrics.csv", "seconds,service,sent,answered,failed,"],
    ["Metrics (JSON)", "ui.metrics.json", '[\n  {\n    "seconds": '],
  ]) {
    await choose(page, form);
    await page.waitForFunction(
      (begins) => document.querySelector("dialog[open] textarea")?.value.startsWith(begins),
      begins,
    );
    const file = await downloaded(page);
    assert.equal(file.name, name);
    const text = file.bytes.toString("utf8");
    assert.ok(text.startsWith(await preview(page).inputValue()), form);
    if (name.endsWith(".json")) JSON.parse(text);
    await says(dialog(page).getByRole("status"), "Downloaded.");
  }
  assert.deepEqual(await accessibilityFaults(page, { within: "dialog[open]" }), []);
});

pageTest("Copy takes all of it, although the preview only begins", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await button(page, "Export").click();
  await choose(page, "Metrics (CSV)");
  await says(dialog(page), "This is how it begins");
  await button(dialog(page), "Copy").click();
  await says(dialog(page).getByRole("status"), "Copied.");
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied.replaceAll("\r\n", "\n"), (await downloaded(page)).bytes.toString("utf8"));
});

pageTest("the difference is what was edited since it was opened", async ({ page }) => {
  await button(page, "Export").click();
  await choose(page, "Difference against what was opened");
  await says(dialog(page), "Nothing was changed since it was opened.");
  assert.ok(await button(dialog(page), "Download").isDisabled());
  await button(dialog(page), "Close").click();
  await field(page, "desiredCount").fill("7");
  await page.getByText("desiredCount is 7.").waitFor();
  await button(page, "Export").click();
  await choose(page, "Difference against what was opened");
  await preview(page).waitFor();
  assert.equal(await preview(page).inputValue(), "  ui\n- desiredCount: 6\n+ desiredCount: 7\n");
});

pageTest("pictures and filmstrips are kept as SVG and as pixels", async ({ page }) => {
  await button(page, "Next stage").click();
  await button(page, "Export").click();
  const looked = dialog(page).getByRole("img");
  for (const [form, name, width] of [
    ["Picture (SVG)", "ui.picture.svg", 800],
    ["Filmstrip (SVG)", "ui.filmstrip.svg", 1600],
    ["Picture (PNG)", "ui.picture.png", 1600],
    ["Filmstrip (PNG)", "ui.filmstrip.png", 1600],
  ]) {
    await choose(page, form);
    await dialog(page).getByRole("img", { name: form }).waitFor();
    await looked.evaluate((image) => image.decode());
    assert.equal(await looked.evaluate((image) => image.naturalWidth), width, form);
    const file = await downloaded(page);
    assert.equal(file.name, name);
    if (name.endsWith(".svg")) {
      assert.match(file.bytes.toString("utf8"), /^<svg [^>]*>\n<title /);
    } else {
      assert.equal(file.bytes.subarray(1, 4).toString("latin1"), "PNG");
      assert.equal(file.bytes.readUInt32BE(16), width);
      assert.ok(file.bytes.readUInt32BE(20) > 400);
    }
  }
  assert.deepEqual(await accessibilityFaults(page, { within: "dialog[open]" }), []);
});

pageTest("a filmstrip is of the instants that were chosen", async ({ page }) => {
  await button(page, "Export").click();
  await choose(page, "Filmstrip (SVG)");
  const instants = field(dialog(page), "Instants");
  await instants.fill("30, 143");
  await instants.blur();
  await page.waitForFunction(() => {
    const source = document.querySelector("dialog[open] .preview img")?.src ?? "";
    return decodeURIComponent(source).split("<svg").length === 4;
  });
  const text = (await downloaded(page)).bytes.toString("utf8");
  assert.match(text, />0:30</);
  assert.match(text, />2:23</);
  await instants.fill("soon");
  await instants.blur();
  await says(dialog(page), '"soon" is no time in seconds and no lifecycle stage');
  await instants.fill("0:30, TEST_TRAFFIC_SHIFT, end");
  await instants.blur();
  await page.waitForFunction(() => decodeURIComponent(document.querySelector("dialog[open] .preview img").src).split("<svg").length === 5);
  await instants.fill(Array.from({ length: 13 }, (_, second) => second).join());
  await instants.blur();
  await says(dialog(page), "a filmstrip has at most 12 pictures; these are 13");
});

pageTest("a dark page makes dark pictures", { context: { colorScheme: "dark" } }, async ({ page }) => {
  await button(page, "Export").click();
  await choose(page, "Picture (SVG)");
  await dialog(page).getByRole("img").waitFor();
  assert.match((await downloaded(page)).bytes.toString("utf8"), /fill="#0e1116"/);
});

pageTest("an export tells what it lacks", async ({ page }) => {
  await button(page, "Import").click();
  const sheet = page.getByRole("dialog", { name: "Import" });
  const service = { serviceName: "web", deploymentConfiguration: { strategy: "CANARY" } };
  await field(sheet, "JSON").fill(JSON.stringify(service));
  await button(sheet, "Open").click();
  await sheet.waitFor({ state: "hidden" });
  await button(page, "Export").click();
  await choose(page, "CloudFormation");
  await says(dialog(page).getByRole("list", { name: "What it lacks" }), "the template asks for it");
});
