// What every browser test stands on. One Chromium and one server for each test file; a fresh
// page, without storage or history, for each test.
//
//     import assert from "node:assert/strict";
//     import { pageTest } from "./harness.mjs";
//
//     pageTest("plays", async ({ page }) => {
//       await page.getByRole("button", { name: "Play" }).click();
//       await page.getByRole("button", { name: "Pause" }).waitFor();
//     });
//
// Tests name what they touch by role and accessible name, as a person would, so that a test
// which passes also says that the page can be operated without seeing it.
//
// A test fails by itself when the page logs an error, throws, panics, asks for a file that is
// not there, or asks anything of another host: the page works offline and sends nothing away.
// It fails, too, when at any moment something is untrue that must always be true: promises.mjs.
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch, mounted, watch } from "./browser.mjs";
import { keepPromisesIn } from "./promises.mjs";
import { builtPage, serve } from "./server.mjs";

const pictures = fileURLToPath(new URL("pictures/", import.meta.url));
const testLimit = 60_000;
const locatorLimit = 10_000;

// Both start with the first test that needs them and end with the file.
let browser;
const servers = new Map();

async function serverFor(folder, base, headers) {
  const key = JSON.stringify([folder, base, headers]);
  if (!servers.has(key)) servers.set(key, serve(folder, { base, headers }));
  return servers.get(key);
}

after(async () => {
  await (await browser)?.close();
  for (const server of servers.values()) await (await server).close();
});

/**
 * Declares a test of the page. The body gets
 *   page      the page, mounted, at `address + at`
 *   context   its browser context, for a second page or for permissions
 *   address   where the page is served
 *   open(at)  loads the page anew with another query or hash
 *   faults    what went wrong so far; a test that provokes a fault removes it from this list
 *
 * Options:
 *   at         a query or hash to open, such as "#s=1.…" or "?embed=1"
 *   folder     what is served; the built page by default
 *   base       the path under which the page is served; "/" by default
 *   headers    what the server says with every answer, such as a content security policy
 *   opens      false leaves the opening to the test
 *   context    options for the browser context: viewport, colorScheme, reducedMotion,
 *              forcedColors, javaScriptEnabled, hasTouch, …
 *   timeout    milliseconds for the whole test
 *   skip, todo, only   as in node:test
 */
export function pageTest(name, options, body) {
  if (typeof options === "function") return pageTest(name, {}, options);
  const { at = "", folder = builtPage, base = "/", headers = {}, opens = true, context: contextOptions, timeout = testLimit, ...rest } = options;
  return test(name, { timeout, ...rest }, async () => {
    const { address } = await serverFor(folder, base, headers);
    browser ??= launch();
    const context = await (await browser).newContext({
      viewport: { width: 1440, height: 900 },
      locale: "en-GB",
      timezoneId: "UTC",
      // What a test sees is what the server sends, unless it asks for the worker that keeps the page.
      serviceWorkers: "block",
      ...contextOptions,
    });
    context.setDefaultTimeout(locatorLimit);
    await keepPromisesIn(context);
    try {
      const page = await context.newPage();
      const faults = watch(page, new URL(address).origin);
      const open = async (where = "") => {
        // A change of the hash alone would not load the page again.
        await page.goto("about:blank");
        await page.goto(address + where);
        if (contextOptions?.javaScriptEnabled !== false) await mounted(page);
      };
      try {
        if (opens) await open(at);
        await body({ page, context, address, open, faults });
      } catch (error) {
        await keepPicture(page, name);
        if (faults.length > 0) error.message += `\nThe page also reported:\n${faults.join("\n")}`;
        throw error;
      }
      if (faults.length > 0) throw new Error(`The page reported:\n${faults.join("\n")}`);
    } finally {
      await context.close();
    }
  });
}

async function keepPicture(page, name) {
  const path = `${pictures}failed-${name.replace(/[^\w]+/g, "-")}.png`;
  try {
    await mkdir(pictures, { recursive: true });
    await page.screenshot({ path, timeout: 5_000 });
    console.error(`A picture of the failure is in ${path}`);
  } catch {
    // A page that has crashed has no picture; the test's own failure matters more.
  }
}

/**
 * Judges the page, or the part that `within` selects, by axe-core, and returns what it finds as
 * one line each; a test asserts that the list is empty. `only` names the rules to judge by.
 */
export async function accessibilityFaults(page, { within, only } = {}) {
  const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  // Evaluated rather than added as a script, so that a content security policy does not mind.
  await page.evaluate(source);
  const violations = await page.evaluate(
    async ([root, rules]) => {
      const all = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
      const result = await globalThis.axe.run(root ?? document, { runOnly: rules ?? all });
      return result.violations;
    },
    [within, only],
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(" ")}: ${failureSummary}`),
  );
}
