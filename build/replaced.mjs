/**
 * A text with each of these replaced, all of which must be there: what other tools write is changed by its looks, so that
 * a new version of them may stop the build, but never spoil it.
 */
export function replaced(text, pairs) {
  return pairs.reduce((text, [from, to]) => {
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`${from} is not where it was expected`);
    return changed;
  }, text);
}
