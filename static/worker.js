// A hand of the page: loads the page's own module, compiled already, which finds itself in a worker and waits for work.
onmessage = async ({ data: { address, module } }) => {
  onmessage = null;
  const page = await import(address);
  await page.default({ module_or_path: module });
};
