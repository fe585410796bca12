// Never a dead page: files of every kind, windows of every size, keys in any order, every dialog from every state. After
// each the page still answers.
import assert from "node:assert/strict";
import { accessibilityFaults, pageTest } from "./harness.mjs";
import { button, choose, field, moves, scenario, strategies, time, toTheEnd, why } from "./person.mjs";

/** Whether the page still does what it is told. */
async function answers(page) {
  await time(page).press("Home");
  await moves(page, () => button(page, "Next stage").click());
}

/** Drops files of these bytes on the page, as a person would. */
const drop = (page, files) =>
  page.evaluate((files) => {
    const data = new DataTransfer();
    for (const { name, bytes, repeat } of files) {
      const content = new Uint8Array(bytes);
      data.items.add(new File(new Array(repeat ?? 1).fill(content), name));
    }
    for (const kind of ["dragover", "drop"]) {
      document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
    }
  }, files);

const text = (content) => [...new TextEncoder().encode(content)];

pageTest("files that are no recordings are refused with a reason, whatever is in them", async ({ page }) => {
  const before = await why(page).textContent();
  const dialog = page.getByRole("dialog", { name: "Import" });
  const recording = await scenario("opening");
  for (const [what, files] of [
    ["nothing", [{ name: "empty.json", bytes: [] }]],
    ["a picture", [{ name: "page.png", bytes: [0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 255, 254, 253] }]],
    ["half a character", [{ name: "cut.json", bytes: [0x7b, 0xe2, 0x82] }]],
    ["UTF-16", [{ name: "wide.json", bytes: [0xff, 0xfe, 0x7b, 0, 0x7d, 0] }]],
    ["far more than is ever read", [{ name: "huge.json", bytes: text(" ".repeat(1e6)), repeat: 30 }]],
    ["half a recording", [{ name: "half.json", bytes: text(recording.slice(0, 3000)) }]],
    ["numbers beyond all bounds", [{ name: "big.json", bytes: text('{"cutover":1,"seed":1e999,"services":[{"service":{"serviceName":"x","desiredCount":1e30}}]}') }]],
    ["names of the language", [{ name: "proto.json", bytes: text('{"__proto__":{"cutover":1},"constructor":[]}') }]],
  ]) {
    await drop(page, files);
    await dialog.getByRole("alert").getByRole("listitem").first().waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    assert.equal(await why(page).textContent(), before, what);
  }
  await drop(page, []);
  await answers(page);
});

pageTest("a file dropped while a dialog is open takes its place", async ({ page }) => {
  for (const opener of ["Tables", "Update service", "Help", "Lessons", "Hook studio", "Share", "Export", "Embed", "Compare"]) {
    await button(page, opener).click();
    await page.getByRole("dialog", { name: opener }).waitFor();
    await drop(page, [{ name: "broken.json", bytes: text("{") }]);
    await page.getByRole("dialog", { name: "Import" }).getByRole("alert").waitFor();
    assert.ok(await page.getByRole("dialog", { name: opener }).isHidden(), opener);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Import" }).waitFor({ state: "hidden" });
  }
  await answers(page);
});

pageTest("a byte order mark before a recording is no fault", async ({ page }) => {
  await drop(page, [{ name: "marked.json", bytes: [0xef, 0xbb, 0xbf, ...text(await scenario("linear-success"))] }]);
  await page.getByRole("radio", { name: "Linear", checked: true }).waitFor();
});

pageTest("a window of any size shows the page, and gives it back", async ({ page }) => {
  for (const [width, height] of [[200, 200], [1, 1], [320, 256], [4000, 300], [300, 3000], [1440, 900]]) {
    await page.setViewportSize({ width, height });
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    await time(page).press("End");
    await time(page).press("Home");
  }
  await answers(page);
});

pageTest("keys in any order leave the page well", async ({ page }) => {
  const keys = ["Space", "k", "ArrowRight", "Shift+ArrowRight", "ArrowLeft", "1", "2", "3", "4", "f", "s", "?", "Escape", "Control+z", "Control+y", "PageDown", "PageUp", "Home", "End", "b", "Enter", "Tab", "Backspace", "F2"];
  let dice = 7;
  for (let presses = 0; presses < 300; presses += 1) {
    dice = (dice * 1103515245 + 12345) % 2147483648;
    await page.keyboard.press(keys[(dice >> 8) % keys.length]);
  }
  for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press("Escape");
  await answers(page);
});

pageTest("single keys can be switched off, and stay off", async ({ page }) => {
  await button(page, "Help").click();
  const help = page.getByRole("dialog", { name: "Help" });
  await help.getByRole("checkbox", { name: "Single letters" }).uncheck();
  await button(help, "Close").click();
  const canary = page.getByRole("radio", { name: "Canary", checked: true });
  await page.keyboard.press("1");
  await page.keyboard.press("?");
  await moves(page, () => page.keyboard.press("Shift+ArrowRight"));
  await canary.waitFor();
  assert.ok(await help.isHidden());
  await page.reload();
  await canary.waitFor();
  await page.keyboard.press("1");
  await moves(page, () => page.keyboard.press("Shift+ArrowRight"));
  await canary.waitFor();
});

pageTest("an intervention that is no JSON is told beside its text, and the recording stays", async ({ page }) => {
  const list = page.getByRole("region", { name: "Interventions" });
  await list.getByText("1 intervention").click();
  await list.getByText("Change it").click();
  await list.getByRole("textbox", { name: "Intervention" }).fill("{");
  await button(list, "Apply").click();
  await list.getByRole("alert").getByText("This is no JSON").waitFor();
  await list.getByRole("textbox", { name: "Intervention" }).fill("{}");
  await list.getByRole("alert").waitFor({ state: "detached" });
  await answers(page);
});

/** Each by the name of the button that opens it, which is its own. */
const dialogs = ["Help", "Lessons", "Compare", "Import", "Export", "Share", "Embed", "Hook studio", "Update service", "Tables"];

const focused = (page) => page.evaluate(() => document.activeElement.textContent);

pageTest("every dialog opens by keyboard, keeps the focus inside, and gives it back at Esc", async ({ page }) => {
  for (const name of dialogs) {
    const opener = button(page, name);
    const before = await opener.textContent();
    await opener.press("Enter");
    const dialog = page.getByRole("dialog", { name });
    await dialog.waitFor();
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press("Tab");
      const astray = await page.evaluate(() => !document.activeElement.closest("dialog[open]") && document.activeElement !== document.body);
      assert.equal(astray, false, `${name}: Tab leads out of it`);
    }
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    assert.equal(await focused(page), before, name);
  }
});

pageTest("every dialog opens from every strategy, while it plays and at the end, and Esc closes it", async ({ page }) => {
  for (const strategy of strategies) {
    await page.getByRole("radio", { name: strategy }).check();
    for (const name of dialogs) {
      for (const at of ["Home", "End"]) {
        await time(page).press(at);
        if (at === "Home") await button(page, "Play").click();
        await button(page, name).click();
        const dialog = page.getByRole("dialog", { name });
        await dialog.waitFor();
        await page.keyboard.press("Escape");
        await dialog.waitFor({ state: "hidden" });
        if (await button(page, "Pause").isVisible()) await button(page, "Pause").click();
      }
    }
  }
  await answers(page);
});

for (const [scheme, context, theme] of [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["a projector", {}, "Projector"],
  ["forced colours", { forcedColors: "active" }],
  ["forced colours, dark", { forcedColors: "active", colorScheme: "dark" }],
]) {
  pageTest(`axe finds nothing in any dialog, presenting or on paper, in ${scheme}`, { context }, async ({ page }) => {
    if (theme) await page.getByRole("combobox", { name: "Theme" }).selectOption(theme);
    await moves(page, () => button(page, "Next stage").click());
    assert.deepEqual(await accessibilityFaults(page), [], "the page");
    for (const name of dialogs) {
      await button(page, name).click();
      const dialog = page.getByRole("dialog", { name });
      await dialog.waitFor();
      if (name === "Update service") await field(dialog, "strategy").selectOption("BLUE_GREEN");
      assert.deepEqual(await accessibilityFaults(page), [], name);
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
    }
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    await page.locator(".storyboard").waitFor({ state: "attached" });
    await page.emulateMedia({ media: "print" });
    assert.deepEqual(await accessibilityFaults(page, { only: ["color-contrast", "list", "definition-list", "heading-order"] }), [], "on paper");
    await page.emulateMedia({ media: "screen" });
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    await button(page, "Present").click();
    const bar = page.getByRole("group", { name: "Presenting" });
    for (const idea of ["Stage", "Timeline", "Scoreboard"]) {
      await bar.getByRole("button", { name: idea }).click();
      assert.deepEqual(await accessibilityFaults(page), [], idea);
    }
  });
}

for (const width of [1100, 1440]) {
  pageTest(`the header holds the longest status and what was before, at ${width} pixels`, { at: "?scenario=approval", context: { viewport: { width, height: 900 } } }, async ({ page }) => {
    await toTheEnd(page);
    const release = page.getByRole("banner").getByText("ui · 41 → 42", { exact: true });
    const isWhole = () => release.evaluate((it) => it.scrollWidth <= it.clientWidth);
    assert.ok(await isWhole(), "beside the recording's name");
    await choose(page, "Canary");
    await button(page, "Dismiss").first().waitFor();
    assert.ok(await isWhole(), "beside what was before");
    const [told, status] = await Promise.all([release, page.getByRole("status", { name: "Deployment status" })].map((it) => it.boundingBox()));
    assert.ok(told.x + told.width <= status.x, "neither lies over the other");
    const theme = await page.getByRole("combobox", { name: "Theme" }).boundingBox();
    assert.ok(theme.x + theme.width <= width, "the last control is in the window");
  });
}
