// What holds at every moment of every test. `keepPromises` runs in the page: it looks after each
// change of the document, and what is broken becomes a console error, which fails the test.
const statuses = [
  "PENDING",
  "IN_PROGRESS",
  "STOP_REQUESTED",
  "STOPPED",
  "SUCCESSFUL",
  "ROLLBACK_REQUESTED",
  "ROLLBACK_IN_PROGRESS",
  "ROLLBACK_SUCCESSFUL",
  "ROLLBACK_FAILED",
];
const stages = [
  "RECONCILE_SERVICE",
  "PRE_SCALE_UP",
  "SCALE_UP",
  "POST_SCALE_UP",
  "TEST_TRAFFIC_SHIFT",
  "POST_TEST_TRAFFIC_SHIFT",
  "PRE_PRODUCTION_TRAFFIC_SHIFT",
  "PRODUCTION_TRAFFIC_SHIFT",
  "POST_PRODUCTION_TRAFFIC_SHIFT",
  "BAKE_TIME",
  "CLEAN_UP",
];

function keepPromises([statuses, named]) {
  const broken = new Set();
  const promise = (kept, what) => {
    if (kept || broken.has(what)) return;
    broken.add(what);
    console.error(`Broken promise: ${what}`);
  };
  const look = () => {
    const status = document.querySelector('[aria-label="Deployment status"]');
    if (!status) return;
    const word = status.textContent;
    promise(word === "" || statuses.includes(word), `the status is "${word}", no word of the API`);
    const list = document.querySelector('[aria-label="Lifecycle stages"]');
    const present = list.querySelectorAll("[aria-current=step]").length;
    const wanted = word === "" ? 0 : 1;
    promise(present === wanted, `${present} stages are present while the status is "${word}"`);
    for (const item of list.children) {
      const text = item.textContent;
      promise(named.some((name) => text.includes(name)), `the stage "${text}" lacks its API name`);
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
}

/** Watches every page of a browser context. */
export const keepPromisesIn = (context) =>
  context.addInitScript(keepPromises, [statuses, [...stages, ...statuses, "our name: ECS publishes no stage here"]]);
