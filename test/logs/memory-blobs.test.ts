import { describe, expect, it } from "vitest";
import { MemoryBlobs } from "../../src/mod.ts";
import { bytesOf, describeBlobs, hashOf, keep } from "./blobs.contract.ts";

describeBlobs("MemoryBlobs", () => {
  const blobs = new MemoryBlobs();
  return {
    blobs,
    async leftovers(): Promise<number> {
      let kept = 0;
      for await (const hash of blobs.keptBefore(Number.POSITIVE_INFINITY)) {
        kept += (await blobs.open(hash))?.size ?? 0;
      }
      return blobs.bytes - kept;
    },
  };
});

describe("MemoryBlobs", () => {
  it("takes no more than it may hold, what is on its way included, and again once there is room", async () => {
    const blobs = new MemoryBlobs({ totalBytes: 10 });
    const first = await blobs.deposit();
    await first.write(bytesOf("123456"));
    const second = await blobs.deposit();
    await expect(second.write(bytesOf("12345"))).rejects.toThrow("full");
    await second.discard();
    await first.discard();
    await keep(blobs, bytesOf("1234567890"));
    await blobs.delete(hashOf(bytesOf("1234567890")));
    await keep(blobs, bytesOf("abcdefghij"));
    expect(blobs.bytes).toBe(10);
  });
});
