import type { Change, Changed, Found, Read, Write, Written } from "./exchange.ts";
import type { Thread } from "./thread.ts";

/** The two threads of a store, and what is known of it here. */
export interface Threads {
  readonly writer: Thread<Write, Written>;
  readonly reader: Thread<Read, Found>;
  /** What every room's epoch begins with. */
  readonly era: string;
  /** Hears whether what was asked of the writer last could be done, and where not, why. */
  readonly did: (trouble: string | undefined) => void;
}

/** Asks the writer for one change; rejects where it was not done, or nobody can tell. */
export async function written<T extends Changed["type"]>(
  { writer, did }: Threads,
  request: Change,
  ...types: readonly T[]
): Promise<Extract<Changed, { readonly type: T }>> {
  const answer = await new Promise<Written | undefined>((resolve) => {
    if (!writer.ask(request, resolve)) resolve(undefined);
  });
  if (answer === undefined) throw new Error("Cannot write: the store's thread has ended");
  if (!("type" in answer)) throw new Error("Cannot take what became of drafts for an answer");
  if (answer.type === "failed") {
    did(answer.message);
    throw new Error(`Cannot write: ${answer.message}`);
  }
  return expected(answer, types);
}

/** Asks the reader for one thing; rejects where it could not be read. */
export async function found<T extends Found["type"]>(
  { reader }: Threads,
  request: Read,
  ...types: readonly T[]
): Promise<Extract<Found, { readonly type: T }>> {
  const answer = await new Promise<Found | undefined>((resolve) => {
    if (!reader.ask(request, resolve)) resolve(undefined);
  });
  if (answer === undefined) throw new Error("Cannot read: the store's thread has ended");
  if (answer.type === "failed") throw new Error(`Cannot read: ${answer.message}`);
  return expected(answer, types);
}

function expected<E>(answer: { readonly type: string }, types: readonly string[]): E {
  if (!types.includes(answer.type)) throw new Error(`Cannot take ${answer.type} for an answer`);
  return answer as E;
}
