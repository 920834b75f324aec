import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Blobs, Deposit, Reading } from "../../src/mod.ts";

/** An engine under test, and what it holds beside what was kept. */
export interface BlobsUnderTest {
  readonly blobs: Blobs;
  /** How many deposits have left something that is not kept. */
  leftovers(): Promise<number>;
}

/** The bytes of a text. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The SHA-256 of bytes in lower-case hexadecimal. */
export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Keeps bytes, in pieces of some length. */
export async function keep(blobs: Blobs, bytes: Uint8Array, piece = 65_536): Promise<string> {
  const deposit = await blobs.deposit();
  for (let at = 0; at < bytes.length; at += piece) await deposit.write(bytes.subarray(at, at + piece));
  const hash = await deposit.seal();
  await deposit.keep();
  return hash;
}

/** Everything a reading has. */
export async function readAll(reading: Reading, piece = 65_536): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < reading.size; ) {
    const part = await reading.read(at, piece);
    expect(part.length).toBeGreaterThan(0);
    expect(part.length).toBeLessThanOrEqual(piece);
    parts.push(part);
    at += part.length;
  }
  return Buffer.concat(parts);
}

async function hashes(blobs: Blobs, before = Number.POSITIVE_INFINITY): Promise<string[]> {
  const found: string[] = [];
  for await (const hash of blobs.keptBefore(before)) found.push(hash);
  return found.sort();
}

/** What every engine of `Blobs` has to show. */
export function describeBlobs(name: string, open: () => BlobsUnderTest | Promise<BlobsUnderTest>): void {
  describe(`${name} as Blobs`, () => {
    let blobs: Blobs;
    let leftovers: BlobsUnderTest["leftovers"];

    beforeEach(async () => {
      ({ blobs, leftovers } = await open());
    });
    afterEach(() => blobs.close());

    async function opened(hash: string): Promise<Reading> {
      const reading = await blobs.open(hash);
      if (reading === undefined) throw new Error("Cannot go on: nothing is kept there");
      return reading;
    }

    it("keeps bytes under their hash, however they came and however they are read", async () => {
      const bytes = Uint8Array.from({ length: 300_001 }, (_, at) => (at * 7) % 256);
      expect(await keep(blobs, bytes, 70_000)).toBe(hashOf(bytes));
      for (const piece of [1_000, 65_536, 1_000_000]) {
        const reading = await opened(hashOf(bytes));
        expect(reading.size).toBe(bytes.length);
        expect(Buffer.compare(await readAll(reading, piece), bytes)).toBe(0);
        await reading.close();
      }
    });

    it("reads any stretch, in any order", async () => {
      const hash = await keep(blobs, bytesOf("abcdefghij"));
      const reading = await opened(hash);
      const text = async (at: number, length: number): Promise<string> =>
        new TextDecoder().decode(await reading.read(at, length));
      expect(await text(7, 100)).toBe("hij");
      expect(await text(0, 2)).toBe("ab");
      expect(await text(3, 1)).toBe("d");
      expect(await text(10, 1)).toBe("");
      await reading.close();
    });

    it("keeps nothing at all as well", async () => {
      const hash = await keep(blobs, new Uint8Array(0));
      const reading = await opened(hash);
      expect(reading.size).toBe(0);
      await reading.close();
    });

    it("takes a copy of what it is given", async () => {
      const deposit = await blobs.deposit();
      const bytes = bytesOf("abc");
      await deposit.write(bytes);
      bytes.fill(0);
      const hash = await deposit.seal();
      await deposit.keep();
      expect(hash).toBe(hashOf(bytesOf("abc")));
      const reading = await opened(hash);
      expect(Buffer.from(await readAll(reading)).toString()).toBe("abc");
      await reading.close();
    });

    it("shows nothing of what is not kept yet", async () => {
      const deposit = await blobs.deposit();
      await deposit.write(bytesOf("abc"));
      const hash = await deposit.seal();
      expect(await blobs.open(hash)).toBeUndefined();
      expect(await hashes(blobs)).toEqual([]);
      await deposit.discard();
    });

    it("answers nothing for a hash of nothing, and for what is none", async () => {
      expect(await blobs.open("0".repeat(64))).toBeUndefined();
      for (const bad of ["", "../../etc/passwd", "0".repeat(63), "A".repeat(64)]) {
        expect(await blobs.open(bad)).toBeUndefined();
      }
    });

    it("keeps the same bytes once", async () => {
      const [first, second] = [await keep(blobs, bytesOf("abc")), await keep(blobs, bytesOf("abc"))];
      expect(second).toBe(first);
      expect(await hashes(blobs)).toEqual([first]);
      await blobs.delete(first);
      expect(await blobs.open(first)).toBeUndefined();
    });

    it("keeps the same bytes once where they come at the same time", async () => {
      const kept = await Promise.all(Array.from({ length: 8 }, () => keep(blobs, bytesOf("abc"))));
      expect(new Set(kept).size).toBe(1);
      expect(await hashes(blobs)).toEqual([hashOf(bytesOf("abc"))]);
      expect(await leftovers()).toBe(0);
    });

    it.each([
      ["begun", async () => undefined],
      ["written to", (deposit: Deposit) => deposit.write(bytesOf("abc"))],
      [
        "sealed",
        async (deposit: Deposit) => {
          await deposit.write(bytesOf("abc"));
          await deposit.seal();
        },
      ],
    ])("leaves nothing of a deposit that is discarded once %s, and minds no second time", async (_, until) => {
      const deposit = await blobs.deposit();
      await until(deposit);
      await deposit.discard();
      await deposit.discard();
      expect(await leftovers()).toBe(0);
      expect(await hashes(blobs)).toEqual([]);
    });

    it("does not take back what is kept where its deposit is discarded afterwards", async () => {
      const deposit = await blobs.deposit();
      await deposit.write(bytesOf("abc"));
      const hash = await deposit.seal();
      await deposit.keep();
      await deposit.discard();
      expect(await hashes(blobs)).toEqual([hash]);
    });

    it("refuses to keep what is not sealed", async () => {
      const deposit = await blobs.deposit();
      await deposit.write(bytesOf("abc"));
      await expect(deposit.keep()).rejects.toThrow("Cannot keep");
      await deposit.discard();
    });

    it("deletes what is not there without a word", async () => {
      await blobs.delete("0".repeat(64));
      expect(await hashes(blobs)).toEqual([]);
    });

    it("puts back what turns out to be used once it was out of the way", async () => {
      const hash = await keep(blobs, bytesOf("abc"));
      await blobs.delete(hash, async () => true);
      expect(Buffer.compare(await readAll(await opened(hash)), bytesOf("abc"))).toBe(0);
      await blobs.delete(hash, async () => false);
      expect(await hashes(blobs)).toEqual([]);
      expect(await leftovers()).toBe(0);
    });

    it("leaves what is kept anew while it deletes the same bytes", async () => {
      const hash = await keep(blobs, bytesOf("abc"));
      for (const used of [false, true]) {
        await blobs.delete(hash, async () => {
          await keep(blobs, bytesOf("abc"));
          return used;
        });
        expect(Buffer.compare(await readAll(await opened(hash)), bytesOf("abc"))).toBe(0);
        expect(await leftovers()).toBe(0);
      }
    });

    it("goes on with a reading of what is deleted meanwhile", async () => {
      const bytes = new Uint8Array(200_000).fill(9);
      const hash = await keep(blobs, bytes);
      const reading = await opened(hash);
      await reading.read(0, 1_000);
      await blobs.delete(hash);
      expect(Buffer.compare(await readAll(reading), bytes)).toBe(0);
      await reading.close();
      expect(await blobs.open(hash)).toBeUndefined();
    });

    it("keeps again what was deleted", async () => {
      const hash = await keep(blobs, bytesOf("abc"));
      await blobs.delete(hash);
      expect(await keep(blobs, bytesOf("abc"))).toBe(hash);
      expect(await hashes(blobs)).toEqual([hash]);
    });

    it("lists what has been kept since before a time", async () => {
      const begun = Date.now() - 60_000;
      const kept = [await keep(blobs, bytesOf("a")), await keep(blobs, bytesOf("b"))];
      expect(await hashes(blobs, begun)).toEqual([]);
      expect(await hashes(blobs, Date.now() + 60_000)).toEqual(kept.toSorted());
    });
  });
}
