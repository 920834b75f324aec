import type { Records, Stored } from "../room/mod.ts";

const PAGE = 200;

/** Every record whose key begins with a prefix, a page at a time. */
export async function* allOf(records: Records, prefix: string): AsyncIterable<Stored> {
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = await records.list(prefix, { limit: PAGE, ...(after !== undefined && { after }) });
    yield* page.records;
    after = page.next;
  }
}
