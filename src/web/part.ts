/**
 * A part of the page that its markup has, by its id.
 *
 * @throws {Error} where the markup has it not.
 */
export function part<Kind extends Element>(id: string, kind: abstract new () => Kind): Kind {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`Cannot find #${id}: the markup is another one`);
}
