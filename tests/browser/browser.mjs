// The browser and how a page in it is watched; shared by the tests and by pictures.mjs.
import { chromium } from "playwright-core";
import { findChromium } from "./chromium.mjs";

const flags = [
  // Chromium's sandbox does not start for root, which is what a container's user often is.
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
];

/** Starts the browser; whoever calls this closes it. */
export function launch() {
  return chromium.launch({ executablePath: findChromium(), args: flags });
}

/** Waits until the page itself stands where the skeleton stood. */
export async function mounted(page) {
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await page.locator("[aria-busy=true].skeleton").waitFor({ state: "detached" });
}

/** Collects everything about a page that no test should have to look for. */
export function watch(page, origin) {
  const faults = [];
  page.on("console", (message) => {
    if (message.type() !== "error") return;
    const { url, lineNumber } = message.location();
    faults.push(`console error: ${message.text()} (${url}:${lineNumber})`);
  });
  page.on("pageerror", (error) => faults.push(`uncaught: ${error.stack ?? error}`));
  page.on("crash", () => faults.push("the page crashed"));
  page.on("response", (response) => {
    if (response.status() >= 400) faults.push(`${response.status()} for ${response.url()}`);
  });
  page.on("request", (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol.startsWith("http") && asked !== origin) faults.push(`asks another host: ${request.url()}`);
  });
  return faults;
}
