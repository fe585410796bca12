// Lighthouse's judgement of the built page, and of a figure in a frame: the desktop preset, served compressed, as a web
// server would.
//
//     LIGHTHOUSE=FOLDER node benches/lighthouse.mjs      FOLDER holds its node_modules; `./dev bench lighthouse` installs it
//
// It prints the scores and what costs points, and fails where one is under the goal.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findChromium } from "../tests/browser/chromium.mjs";
import { builtPage, serve } from "../tests/browser/server.mjs";

const goal = 95;
const categories = ["performance", "accessibility", "best-practices"];
const judged = [
  ["The page", ""],
  ["A figure in a frame", "?embed=1&scenario=opening&part=why+stages+stage+timeline"],
];

const from = (path) => import(pathToFileURL(join(process.env.LIGHTHOUSE, "node_modules", path)).href);
const { default: lighthouse, desktopConfig } = await from("lighthouse/core/index.js");
const { launch } = await from("chrome-launcher/dist/index.js");

const server = await serve(builtPage, { compress: true });
const chrome = await launch({
  chromePath: findChromium(),
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  logLevel: "silent",
});
try {
  const flags = { port: chrome.port, onlyCategories: categories, logLevel: "error" };
  for (const [what, where] of judged) {
    console.log(`   ${what}`);
    const { lhr } = await lighthouse(server.address + where, flags, desktopConfig);
    for (const name of categories) {
      const { title, score, auditRefs } = lhr.categories[name];
      const points = Math.round(score * 100);
      console.log(`      ${title.padEnd(16)} ${String(points).padStart(3)}`);
      if (points < goal) process.exitCode = 1;
      for (const { id, weight } of auditRefs) {
        const audit = lhr.audits[id];
        if (weight > 0 && audit.score !== null && audit.score < 0.9) {
          console.log(`         ${audit.title}: ${audit.displayValue ?? `score ${audit.score}`}`);
          for (const { node } of audit.details?.items ?? []) if (node) console.log(`            ${node.selector}`);
        }
      }
    }
  }
} finally {
  await chrome.kill();
  await server.close();
}
