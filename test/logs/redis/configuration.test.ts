import { describe, expect, it } from "vitest";
import { appended, draft } from "../drafts.ts";
import { onRedis } from "./opened.ts";

const { server, opened } = onRedis();

async function set(name: string, value: string): Promise<void> {
  await server().say("CONFIG", "SET", name, value);
}

describe("what an ack on Redis is worth", () => {
  it.each([
    ["no", "everysec", "memory", "an ack lasts as long as Redis runs"],
    ["yes", "everysec", "process", "may be lost in a power cut"],
    ["yes", "no", "process", "may be lost in a power cut"],
    ["yes", "always", "power", "survives a power cut"],
  ])("is said by its settings: appendonly %s, appendfsync %s", async (appends, fsync, durability, said) => {
    await set("appendonly", appends);
    await set("appendfsync", fsync);
    const { configuration, heard } = await opened();
    expect(configuration.durability).toBe(durability);
    expect(configuration.summary).toContain(said);
    expect(heard).toEqual([{ type: "configured", configuration }]);
    await set("appendonly", "no");
  });

  it("is said on one line, with the version, and with whether it evicts and how much it holds", async () => {
    const first = (await opened()).configuration.summary;
    expect(first).toMatch(/^(Redis|Valkey) \d+\.\d+\.\d+, .*; it evicts nothing, and has no maxmemory$/);
    await set("maxmemory", "256mb");
    expect((await opened()).configuration.summary).toMatch(/; it evicts nothing, and has a maxmemory of 256 MiB$/);
    await set("maxmemory", "0");
  });

  it("counts for less where this user may not see the settings", async () => {
    await set("appendonly", "yes");
    await set("appendfsync", "always");
    await server().say("ACL", "SETUSER", "guest", "on", ">pass", "~*", "&*", "+@all", "-config");
    const { configuration } = await opened({ url: server().url.replace("//", "//guest:pass@") });
    expect(configuration.durability).toBe("process");
    await set("appendonly", "no");
  });
});

describe("a Redis that cannot be used", () => {
  it("is one that may let go of messages", async () => {
    await set("maxmemory-policy", "allkeys-lru");
    await expect(opened()).rejects.toThrow("maxmemory-policy allkeys-lru");
    await set("maxmemory-policy", "noeviction");
  });

  it("is one that is a replica, or becomes one, until it is one no more", async () => {
    const { log, heard } = await opened();
    await appended(log, draft("a", "1"));
    const { epoch } = await log.head("a");
    await server().say("REPLICAOF", "127.0.0.1", "1");
    await expect(opened()).rejects.toThrow("it is a replica");
    expect(await appended(log, draft("a", "2"))).toEqual([{ type: "refused", reason: "unavailable" }]);
    await expect
      .poll(() => heard.at(-1), { timeout: 30_000 })
      .toEqual({ type: "unavailable", reason: "it has become a replica" });
    await server().say("REPLICAOF", "NO", "ONE");
    await expect.poll(() => heard.at(-1)?.type, { timeout: 30_000 }).toBe("available");
    expect(await appended(log, draft("a", "2"))).toMatchObject([{ epoch, entry: { seq: 2 } }]);
  });

  it("is one that lets this user hear nothing", async () => {
    await server().say("ACL", "SETUSER", "deaf", "on", ">pass", "~*", "resetchannels", "+@all");
    await expect(opened({ url: server().url.replace("//", "//deaf:pass@") })).rejects.toThrow(
      "its user may not do PUBLISH",
    );
  });

  it("is one that is not there, or that does not know the user; no password is repeated", async () => {
    await expect(opened({ url: "redis://127.0.0.1:1" })).rejects.toThrow(/^Cannot use Redis: .*ECONNREFUSED/i);
    const failed = await opened({ url: server().url.replace("//", "//ada:secret@") }).catch(String);
    expect(failed).toContain("WRONGPASS");
    expect(failed).not.toContain("secret");
  });
});
