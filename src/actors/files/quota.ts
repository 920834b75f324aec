import type { Records, Stored } from "../room/mod.ts";
import { allOf } from "./all-of.ts";

/** The least that a file counts for: it takes a block of the disk and some records, however few its bytes are. */
const LEAST_BYTES = 4_096;

const PREFIX = "room files ";

/** What a file of so many bytes counts for. */
export function chargeOf(bytes: number): number {
  return Math.max(LEAST_BYTES, bytes);
}

/** How many bytes the files of each room may come to. */
export class Quota {
  readonly #records: Records;
  readonly #limitBytes: number;
  /** Rooms whose sum has been moving since their files were last counted. */
  #moving = new Set<string>();

  constructor(records: Records, limitBytes: number) {
    this.#records = records;
    this.#limitBytes = limitBytes;
  }

  /** Sets bytes of a room aside; `false`: there are not so many left. */
  async claim(room: string, bytes: number): Promise<boolean> {
    this.#moving.add(room);
    if ((await this.#records.add(PREFIX + room, bytes)) <= this.#limitBytes) return true;
    await this.giveBack(room, bytes);
    return false;
  }

  async giveBack(room: string, bytes: number): Promise<void> {
    this.#moving.add(room);
    if (bytes !== 0) await this.#records.add(PREFIX + room, -bytes);
  }

  /**
   * Puts the rooms' sums right after a crash: `count` counts the files there are, and rooms where something has moved
   * meanwhile, or that are `busy`, are left for the next time.
   */
  async recount(count: () => Promise<ReadonlyMap<string, number>>, busy: ReadonlySet<string>): Promise<void> {
    this.#moving = new Set(busy);
    const sums: Stored[] = [];
    for await (const sum of allOf(this.#records, PREFIX)) sums.push(sum);
    const counted = await count();
    for (const { key, value, version } of sums) {
      const room = key.slice(PREFIX.length);
      const bytes = counted.get(room) ?? 0;
      if (value === bytes || this.#moving.has(room)) continue;
      if (bytes === 0) await this.#records.delete(key, { expected: version });
      else await this.#records.put(key, bytes, { expected: version });
    }
  }
}
