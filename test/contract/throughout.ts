import type { Stage } from "./stage.ts";

/** How long to leave the server alone between two newcomers, in ms. */
const BREATH_MS = 50;

/** Has newcomers come while something is done to the server, one after the other: each must be answered within 2 s. */
export async function throughout<T>(stage: Pick<Stage, "stillServes">, doing: () => Promise<T>): Promise<T> {
  let over = false;
  const done = doing().finally(() => {
    over = true;
  });
  // What fails meanwhile is said when it is waited for.
  done.catch(() => undefined);
  // A busy machine may hold anybody up once; whom the server starves, it starves again.
  const serves = (): Promise<void> => stage.stillServes().catch(() => stage.stillServes());
  do {
    await serves();
    if (!over) await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
  } while (!over);
  const result = await done;
  await serves();
  return result;
}
