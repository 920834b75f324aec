/** Looks are so far apart, in ms, where there is time for ten of them. */
const LOOK_MS = 250;

/**
 * Calls `run` once so much time has gone by in which this process could do something: where it stood still for seconds, as
 * on a machine with much else to do, what it waits for may lie unread in its sockets, and is read first.
 *
 * @returns how to call it off.
 */
export function outOfPatience(withinMs: number, run: () => void): () => void {
  const lookMs = Math.min(LOOK_MS, withinMs / 10);
  let looks = Math.ceil(withinMs / lookMs);
  let timer = setTimeout(look, lookMs);
  let last: NodeJS.Immediate | undefined;

  function look(): void {
    looks -= 1;
    if (looks > 0) timer = setTimeout(look, lookMs);
    // Behind what can be read now.
    else last = setImmediate(run);
  }

  return () => {
    clearTimeout(timer);
    clearImmediate(last);
  };
}
