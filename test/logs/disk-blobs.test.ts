import { mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { DiskBlobs } from "../../src/mod.ts";
import { bytesOf, describeBlobs, hashOf, keep, readAll } from "./blobs.contract.ts";

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "greenroom-blobs-"));
  folders.push(folder);
  return folder;
}

async function incoming(folder: string): Promise<readonly string[]> {
  return await readdir(join(folder, "incoming")).catch(() => []);
}

function pathOf(folder: string, hash: string): string {
  return join(folder, hash.slice(0, 2), hash.slice(2, 4), hash);
}

describeBlobs("DiskBlobs", async () => {
  const folder = await freshFolder();
  return { blobs: new DiskBlobs(folder), leftovers: async () => (await incoming(folder)).length };
});

describe("DiskBlobs", () => {
  it("finds what was kept before, in two folders by its hash", async () => {
    const folder = await freshFolder();
    const hash = await keep(new DiskBlobs(folder), bytesOf("abc"));
    expect((await readFile(pathOf(folder, hash))).toString()).toBe("abc");
    const reading = await new DiskBlobs(folder).open(hash);
    expect(reading?.size).toBe(3);
    await reading?.close();
  });

  it("tidies up what a crash has left, and nothing that is still being written", async () => {
    const folder = await freshFolder();
    const crashed = await new DiskBlobs(folder).deposit();
    await crashed.write(bytesOf("half of it"));
    const [left = ""] = await incoming(folder);
    const longAgo = new Date(Date.now() - 3_600_000);
    await utimes(join(folder, "incoming", left), longAgo, longAgo);
    const blobs = new DiskBlobs(folder);
    const present = await blobs.deposit();
    await present.write(bytesOf("more to come"));
    await blobs.tidy(Date.now() - 600_000);
    expect(await incoming(folder)).toHaveLength(1);
    await present.seal();
    await present.keep();
    expect(await incoming(folder)).toEqual([]);
    await crashed.discard();
  });

  it("puts back what a crash has left aside, since nobody can say any more whether it was used", async () => {
    const folder = await freshFolder();
    const hash = await keep(new DiskBlobs(folder), bytesOf("abc"));
    void new DiskBlobs(folder).delete(hash, () => new Promise(() => undefined));
    await expect.poll(() => incoming(folder), { timeout: 20_000 }).toHaveLength(1);
    const [left = ""] = await incoming(folder);
    const longAgo = new Date(Date.now() - 3_600_000);
    await utimes(join(folder, "incoming", left), longAgo, longAgo);
    const blobs = new DiskBlobs(folder);
    expect(await blobs.open(hash)).toBeUndefined();
    await blobs.tidy(Date.now() - 600_000);
    const reading = await blobs.open(hash);
    expect(reading?.size).toBe(3);
    await reading?.close();
  });

  it.each([
    ["flipped", (path: string) => writeFile(path, bytesOf("abX"))],
    ["missing", (path: string) => truncate(path, 2)],
  ])("does not hand out the last of bytes that are %s", async (_, spoil) => {
    const folder = await freshFolder();
    const blobs = new DiskBlobs(folder);
    const hash = await keep(blobs, bytesOf("abc"));
    await spoil(pathOf(folder, hash));
    const reading = await blobs.open(hash);
    if (reading === undefined) throw new Error("Cannot go on: nothing is kept there");
    await expect(readAll(reading, 2)).rejects.toThrow("not what was kept");
    await reading.close();
  });

  it("says so where its folder cannot be written to, and leaves nothing", async () => {
    const folder = await freshFolder();
    await writeFile(join(folder, "incoming"), "a file where a folder is to be");
    await expect(new DiskBlobs(folder).deposit()).rejects.toThrow();
  });

  it("passes over what is not its own", async () => {
    const folder = await freshFolder();
    const blobs = new DiskBlobs(folder);
    await keep(blobs, bytesOf("abc"));
    await writeFile(join(folder, "ab"), "no folder");
    await writeFile(join(folder, "notes.txt"), "of somebody");
    const found: string[] = [];
    for await (const hash of blobs.keptBefore(Number.POSITIVE_INFINITY)) found.push(hash);
    expect(found).toEqual([hashOf(bytesOf("abc"))]);
  });
});
