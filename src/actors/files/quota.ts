import type { Records, Stored } from "../room/mod.ts";
import { allOf } from "./all-of.ts";

/** The least that a file counts for: it takes a block of the disk and some records, however few its bytes are. */
const LEAST_BYTES = 4_096;

const PREFIX = "room files ";
/** What the files of all rooms come to. */
const ALL = "all files";

/** What a file of so many bytes counts for. */
export function chargeOf(bytes: number): number {
  return Math.max(LEAST_BYTES, bytes);
}

/** How many bytes the files of each room may come to, and all together. */
export class Quota {
  readonly #records: Records;
  readonly #roomBytes: number;
  readonly #totalBytes: number;
  /** Rooms whose sum has been moving since their files were last counted. */
  #moving = new Set<string>();

  constructor(records: Records, { roomBytes, totalBytes }: Readonly<Record<"roomBytes" | "totalBytes", number>>) {
    this.#records = records;
    this.#roomBytes = roomBytes;
    this.#totalBytes = totalBytes;
  }

  /** Sets bytes of a room aside, or says what has not so many left: the room, or all. */
  async claim(room: string, bytes: number): Promise<"done" | "room" | "all"> {
    this.#moving.add(room);
    if ((await this.#records.add(PREFIX + room, bytes)) > this.#roomBytes) {
      await this.#records.add(PREFIX + room, -bytes);
      return "room";
    }
    if ((await this.#records.add(ALL, bytes)) <= this.#totalBytes) return "done";
    await this.giveBack(room, bytes);
    return "all";
  }

  async giveBack(room: string, bytes: number): Promise<void> {
    this.#moving.add(room);
    if (bytes === 0) return;
    await this.#records.add(PREFIX + room, -bytes);
    await this.#records.add(ALL, -bytes);
  }

  /**
   * Puts the rooms' sums right after a crash: `count` counts the files there are, and rooms where something has moved
   * meanwhile, or that are `busy`, are left for the next time. So is the sum of all, where anything has.
   */
  async recount(count: () => Promise<ReadonlyMap<string, number>>, busy: ReadonlySet<string>): Promise<void> {
    this.#moving = new Set(busy);
    const sums: Stored[] = [];
    for await (const sum of allOf(this.#records, PREFIX)) sums.push(sum);
    const all = await this.#records.get(ALL);
    const counted = await count();
    for (const { key, value, version } of sums) {
      const room = key.slice(PREFIX.length);
      const bytes = counted.get(room) ?? 0;
      if (value === bytes || this.#moving.has(room)) continue;
      if (bytes === 0) await this.#records.delete(key, { expected: version });
      else await this.#records.put(key, bytes, { expected: version });
    }
    let total = 0;
    for (const bytes of counted.values()) total += bytes;
    if (this.#moving.size > 0 || (all?.value ?? 0) === total) return;
    await this.#records.put(ALL, total, { expected: all?.version ?? 0 });
  }
}
