/** Redis has not done what it was asked for, and will not. */
export class NotDone extends Error {}

/** Redis was asked, and gave no answer: it may have done it or not. */
export class Unanswered extends Error {}

/** How Redis begins to say that it has not even begun (https://redis.io/docs/latest/develop/reference/protocol-spec/). */
const refusals =
  /^(?:OOM|MISCONF|READONLY|LOADING|MASTERDOWN|NOREPLICAS|BUSY|NOPERM|NOAUTH|NOSCRIPT|CLUSTERDOWN|MOVED|ASK|TRYAGAIN|ERR max)/;

/** Whether an error says that nothing was done. */
export function refuses(error: unknown): boolean {
  return refusals.test(wordsOf(error));
}

/** An error's words, on one line and without credentials. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Where several addresses were tried, a runtime may say nothing but a code.
  const { message, code = error.name } = error as Error & { readonly code?: string };
  const words = message === "" ? code : message;
  return words.replaceAll(/\/\/[^\s/@]*@/g, "//…@").replaceAll(/\s+/g, " ");
}
