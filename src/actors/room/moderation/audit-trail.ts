import type { Json } from "../../wire/mod.ts";
import type { Records } from "../records.ts";

/** By which way somebody did something. */
export type Path = "command" | "api";

/** Something that somebody did to somebody; `at` in ms since 1970. */
export interface Deed {
  readonly at: number;
  readonly by: string;
  readonly path: Path;
  readonly action: string;
  readonly room?: string;
  readonly user?: string;
  readonly token?: string;
  /** The place of a message that was redacted. */
  readonly seq?: number;
  readonly until?: number;
  readonly slow?: number;
  readonly readOnly?: boolean;
  readonly reason?: string;
}

/** Deeds, the newest first, and where to go on. */
export interface DeedsPage {
  readonly deeds: readonly Deed[];
  readonly next: string | undefined;
}

const COUNT = "deeds";
const PREFIX = "deed ";
/** Counts down, so that the newest come first. */
const LAST = 999_999_999_999;

/** Who did what to whom, when and why: kept in `Records`, the newest so many. */
export class AuditTrail {
  readonly #records: Records;
  readonly #kept: number;

  constructor(records: Records, { kept = 10_000 }: { readonly kept?: number } = {}) {
    this.#records = records;
    this.#kept = kept;
  }

  async add(deed: Deed): Promise<void> {
    const count = await this.#records.add(COUNT, 1);
    await this.#records.put(keyOf(count), deed as unknown as Json);
    if (count > this.#kept) await this.#records.delete(keyOf(count - this.#kept));
  }

  /** Up to `limit` deeds behind a place. */
  async page({ limit, after }: { readonly limit: number; readonly after?: string }): Promise<DeedsPage> {
    const from = after === undefined ? {} : { after: PREFIX + after };
    const { records, next } = await this.#records.list(PREFIX, { limit, ...from });
    return { deeds: records.map(({ value }) => value as unknown as Deed), next: next?.slice(PREFIX.length) };
  }
}

function keyOf(count: number): string {
  return PREFIX + String(LAST - count).padStart(12, "0");
}
