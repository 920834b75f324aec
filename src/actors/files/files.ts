import type { Clock } from "../kernel/mod.ts";
import type { Records, RoomLog } from "../room/mod.ts";
import type { Limits } from "../wire/mod.ts";
import type { Blobs, Deposit, Reading } from "./blobs.ts";
import { Catalogue } from "./catalogue.ts";
import type { File } from "./file.ts";
import { type Brought, Incoming } from "./incoming.ts";
import { Locks } from "./locks.ts";
import type { Naming } from "./naming.ts";
import { chargeOf, Quota } from "./quota.ts";
import { type Refusal, refused } from "./refusal.ts";
import { Slots } from "./slots.ts";

/** What files are kept by. */
export interface FilesOptions {
  readonly blobs: Blobs;
  readonly records: Records;
  readonly log: RoomLog;
  readonly limits: Limits;
  readonly clock: Clock;
  /** Makes an id that nobody can guess: it is all that is needed to fetch a file. */
  readonly newId: () => string;
  /** Hears of what the store could not do. */
  readonly onFailure?: (error: unknown) => void;
}

/** A file that is there, with its bytes. */
export interface Opened {
  readonly file: File;
  readonly reading: Reading;
}

/** So long a file may be without a message that names it, in ms: meanwhile the message may be under way. */
const GRACE_MS = 600_000;

/**
 * The files of all rooms. A file comes before the message that names it, and goes when no message does any more; between
 * the two, and after a crash, the sweep tells what belongs to nothing.
 */
export class Files {
  readonly #options: FilesOptions;
  readonly #catalogue: Catalogue;
  readonly #quota: Quota;
  readonly #slots: Slots;
  readonly #locks = new Locks();
  /** Files whose message may be under way, and since when, on the clock that never jumps. */
  readonly #inHand = new Map<string, { readonly room: string; readonly since: number }>();
  readonly #coming = new Set<Incoming>();
  readonly #underWay = new Set<Promise<unknown>>();
  #closed = false;

  constructor(options: FilesOptions) {
    const { records, limits } = options;
    this.#options = options;
    this.#catalogue = new Catalogue(records);
    const { roomFileBytes: roomBytes, totalFileBytes: totalBytes } = limits;
    this.#quota = new Quota(records, { roomBytes, totalBytes });
    const { uploads: all, uploadsPerUser: perUser, uploadsPerAddress: perAddress } = limits;
    this.#slots = new Slots({ all, perUser, perAddress });
  }

  /** Begins to take a file in. */
  receive(brought: Brought): Incoming {
    const { limits, newId } = this.#options;
    const { room, size } = brought;
    const id = newId();
    let claimed = 0;
    let slot = false;

    const begin = async (): Promise<Deposit | Refusal> => {
      if (this.#closed) return ending();
      if (size !== undefined && size > limits.fileBytes) {
        return refused("too_large", `Cannot take this file: ${limits.fileBytes} bytes are the most`);
      }
      slot = this.#slots.take(brought);
      if (!slot) return refused("overloaded", "Cannot take this file: too many are coming in");
      const wanted = chargeOf(size ?? limits.fileBytes);
      this.#inHand.set(id, { room, since: this.#options.clock.now() });
      const made = await this.#quota.claim(room, wanted);
      if (made === "all") return refused("unavailable", "Cannot take this file: all files are too much already");
      if (made === "room") {
        return refused("too_large", `Cannot take this file: the files of ${room} are too much already`);
      }
      claimed = wanted;
      return await this.#options.blobs.deposit();
    };
    const enter = async (deposit: Deposit, file: Omit<File, "at">): Promise<void> => {
      await this.#enter(id, deposit, { ...file, at: this.#options.clock.date() });
      const over = claimed - chargeOf(file.size);
      claimed = 0;
      await this.#quota.giveBack(room, over);
    };
    const end = (kept: boolean): undefined => {
      this.#coming.delete(incoming);
      if (slot) this.#slots.leave(brought);
      slot = false;
      if (kept) return;
      this.#inHand.delete(id);
      const back = claimed;
      claimed = 0;
      this.#follow(this.#quota.giveBack(room, back));
    };
    const settle = (naming: Naming): undefined => {
      if (naming === "unknown") return; // the sweep will tell
      this.#inHand.delete(id);
      // What is left over after the end, the sweep finds at the next beginning.
      if (naming === "unnamed" && !this.#closed) this.#follow(this.release([id]));
    };
    const failed = (error: unknown): undefined => {
      this.#options.onFailure?.(error);
    };
    const follow = (work: Promise<unknown>): undefined => this.#follow(work);
    const intake = { id, maxBytes: limits.fileBytes, begin, enter, end, settle, failed, follow };
    const incoming = new Incoming(brought, intake);
    this.#coming.add(incoming);
    return incoming;
  }

  /** A file by its id, while some message names it or may do so soon. */
  async open(id: string): Promise<Opened | undefined> {
    const file = await this.#catalogue.find(id);
    const reading = file === undefined ? undefined : await this.#options.blobs.open(file.sha256);
    return file === undefined || reading === undefined ? undefined : { file, reading };
  }

  /** Lets go of those of these files that no message names, and answers which. */
  async release(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const loose = ids.filter((id) => !this.#inHand.has(id));
    const named = loose.length === 0 ? new Set() : await this.#options.log.attached(loose);
    const gone = new Set(loose.filter((id) => !named.has(id)));
    for (const id of gone) await this.#remove(id);
    return gone;
  }

  /** Looks through everything that is kept, and lets go of what nothing names. */
  async sweep(): Promise<void> {
    const { clock, blobs, log } = this.#options;
    const before = clock.date() - GRACE_MS;
    for (const [id, { since }] of this.#inHand) if (since < clock.now() - GRACE_MS) this.#inHand.delete(id);
    // Other nodes' uploads claim too, and this one cannot know of them.
    const busy = new Set(Array.from(this.#inHand.values(), ({ room }) => room));
    if (log.shared) await this.#releaseOld(before);
    else await this.#quota.recount(() => this.#releaseOld(before), busy);
    for await (const hash of blobs.keptBefore(before)) await this.#locks.hold(hash, () => this.#drop(hash));
    await blobs.tidy(before);
  }

  /** Calls off what is still coming in, and resolves once nothing is under way any more. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const incoming of this.#coming) incoming.discard(ending());
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    await this.#options.blobs.close();
  }

  /** Lets go of old files that no message names; answers what the others come to, by room. */
  async #releaseOld(before: number): Promise<ReadonlyMap<string, number>> {
    const sums = new Map<string, number>();
    for await (const page of this.#catalogue.pages()) {
      const gone = await this.release(page.flatMap(([id, { at }]) => (at < before ? [id] : [])));
      for (const [id, { room, size }] of page) {
        if (!gone.has(id)) sums.set(room, (sums.get(room) ?? 0) + chargeOf(size));
      }
    }
    return sums;
  }

  #enter(id: string, deposit: Deposit, file: File): Promise<void> {
    return this.#locks.hold(file.sha256, async () => {
      // Claimed first: whichever node lets go of the same bytes at this moment finds out that they are used.
      await this.#catalogue.claim(id, file.sha256);
      try {
        await deposit.keep();
        await this.#catalogue.enter(id, file);
      } catch (error) {
        await this.#catalogue.withdraw(id, file.sha256);
        await this.#drop(file.sha256);
        throw error;
      }
    });
  }

  async #remove(id: string): Promise<void> {
    const file = await this.#catalogue.remove(id);
    if (file === undefined) return;
    await this.#quota.giveBack(file.room, chargeOf(file.size));
    await this.#locks.hold(file.sha256, () => this.#drop(file.sha256));
  }

  async #drop(sha256: string): Promise<void> {
    const isUsed = (): Promise<boolean> => this.#catalogue.uses(sha256);
    if (!(await isUsed())) await this.#options.blobs.delete(sha256, isUsed);
  }

  /** Sees a thing through that nobody waits for. */
  #follow(work: Promise<unknown>): undefined {
    const followed = work
      .catch((error: unknown) => this.#options.onFailure?.(error))
      .finally(() => this.#underWay.delete(followed));
    this.#underWay.add(followed);
  }
}

function ending(): Refusal {
  return refused("unavailable", "Cannot take this file: the server is about to end");
}
