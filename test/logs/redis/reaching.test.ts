import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tried } from "../../../src/logs/redis/rights.ts";
import { appended, contents, draft } from "../drafts.ts";
import { attachment, redaction } from "../room-log-changes.contract.ts";
import { boundless, type Opened, onRedis, settled } from "./opened.ts";
import { type SecuredRedis, startSecured } from "./secured.ts";

const { server, opened } = onRedis();
const page = readFileSync(new URL("../../../docs/redis.md", import.meta.url), "utf8");

/** Does all that a node does, and waits for what it does by itself. */
async function everything([here, there]: readonly [Opened, Opened]): Promise<void> {
  const at = Date.now();
  const said: string[] = [];
  there.log.tail("a", (_, entries) => said.push(...entries.map(({ content }) => content)));
  const ended = new Promise<void>((resolve) => {
    there.records.watch("short", ({ stored }) => void (stored === undefined && resolve()));
  });
  await here.records.put("short", 1, { ttlMs: 50 });
  await here.records.add("count", 1);
  await here.records.put("k", 1);
  await here.records.delete("k");
  expect(await here.records.get("count")).toMatchObject({ value: 1 });
  expect((await here.records.list("", { limit: 10 })).records.length).toBeGreaterThan(0);
  await here.log.raise("a", 1);
  await here.log.raise(undefined, 1);
  const drafts = [
    draft("a", "1", { at, key: "k", attachment: attachment("f") }),
    draft("a", "2", { at }),
    redaction("a", 2),
  ];
  for (const one of drafts) expect(await appended(here.log, { ...one, at })).toMatchObject([{ type: "appended" }]);
  expect(await appended(here.log, draft("a", "1", { at, key: "k" }))).toMatchObject([{ type: "duplicate" }]);
  await appended(here.log, draft("b", "fenced", { at, fence: { host: "h", token: 1 } }));
  expect(await here.log.attached(["f"])).toEqual(new Set(["f"]));
  for (let count = 0; count < 4; count += 1) await appended(here.log, draft("a", `${count}`, { at }));
  expect((await here.log.head("a")).oldest).toBeGreaterThan(1);
  await settled([here, there]);
  await expect.poll(() => said.length, { timeout: 30_000 }).toBeGreaterThan(0);
  await ended;
  await here.bus.close();
  await here.records.close();
}

describe("the user of a Redis", () => {
  /** The commands that docs/redis.md gives it. */
  const line = /^ACL SETUSER (greenroom .*)$/m.exec(page)?.[1] ?? "";
  const words = line.split(" ");

  async function nodesOf(rules: readonly string[]): Promise<readonly [Opened, Opened]> {
    await server().say("ACL", "DELUSER", "greenroom");
    await server().say("ACL", "SETUSER", ...rules);
    await server().say("ACL", "LOG", "RESET");
    const url = server().url.replace("//", "//greenroom:secret@");
    const options = { url, prefix: "greenroom:", limits: { ...boundless, roomEntries: 5 } };
    return [await opened(options), await opened(options)];
  }

  it("needs no more than docs/redis.md gives it: nothing is refused", async () => {
    expect(words).toEqual(expect.arrayContaining([">secret", "-@all", "+evalsha"]));
    await everything(await nodesOf(words));
    expect(await server().say("ACL", "LOG")).toEqual([]);
  });

  it("is given nothing that scripts don't use", () => {
    const folder = new URL("../../../src/logs/redis/", import.meta.url);
    const scripts = ["script.ts", "room-scripts.ts", "record-scripts.ts"].map((name) =>
      readFileSync(new URL(name, folder), "utf8"),
    );
    const used = [...scripts.join("").matchAll(/redis\.call\('([A-Z]+)'/g)].map(
      ([, name]) => `+${name?.toLowerCase()}`,
    );
    // And what nodes send themselves; `select` for a database other than 0, `cluster|slots` for a Cluster.
    const sent = [
      "info",
      "config|get",
      "script|load",
      "evalsha",
      "eval",
      "subscribe",
      "unsubscribe",
      "select",
      "cluster|slots",
    ];
    const given = words.filter((word) => word.startsWith("+"));
    expect(given.toSorted()).toEqual([...new Set([...used, ...sent.map((name) => `+${name}`)])].toSorted());
  });

  it.each(["info", "script|load", "evalsha", "subscribe"])("cannot do without %s: nothing is opened", async (name) => {
    const trying = nodesOf(words.filter((word) => word !== `+${name}`));
    await expect(trying).rejects.toThrow(/^Cannot use Redis: .*NOPERM/);
  });

  it("cannot do without what scripts use: nothing is opened, and one line says what is missing", async () => {
    const folder = new URL("../../../src/logs/redis/", import.meta.url);
    const scripts = ["script.ts", "room-scripts.ts", "record-scripts.ts"].map((name) =>
      readFileSync(new URL(name, folder), "utf8"),
    );
    const used = new Set([...scripts.join("").matchAll(/redis\.call\('([A-Z]+)'/g)].map(([, name]) => name as string));
    expect(tried.toSorted()).toEqual([...used].toSorted());
    for (const name of used) {
      const trying = nodesOf(words.filter((word) => word !== `+${name.toLowerCase()}`));
      await expect(trying).rejects.toThrow(`Cannot use Redis: its user may not do ${name}`);
    }
    await expect(nodesOf(words.map((word) => (word === "&greenroom:*" ? "&greenroom:bus:*" : word)))).rejects.toThrow(
      "PUBLISH",
    );
  });

  it("may have any password, escaped as URLs have it; a wrong one is not repeated", async () => {
    const password = "p@ss:w/ö %rd#?&";
    await server().say("ACL", "SETUSER", "ada@home", "on", `>${password}`, "~*", "&*", "+@all");
    const as = (secret: string): string =>
      server().url.replace("//", `//${encodeURIComponent("ada@home")}:${encodeURIComponent(secret)}@`);
    const { log } = await opened({ url: as(password) });
    expect(await appended(log, draft("a", "1"))).toMatchObject([{ type: "appended" }]);
    const failure = await opened({ url: as(`${password}canary`) }).catch(String);
    expect(failure).toContain("WRONGPASS");
    expect(failure).not.toContain("canary");
  });
});

describe("a database of a Redis", () => {
  it("shares nothing with another one, though both have the same names", async () => {
    const prefix = "shared:";
    const nodes = await Promise.all(["", "/0", "/3", "/3"].map((path) => opened({ prefix, url: server().url + path })));
    const [zero, alsoZero, three, alsoThree] = nodes as [Opened, Opened, Opened, Opened];
    const heard = new Map<Opened, unknown[]>(nodes.map((node) => [node, []]));
    for (const node of nodes) {
      const note = (what: unknown): void => void heard.get(node)?.push(what);
      node.bus.subscribe("t", (message) => note(message));
      node.records.watch("k", ({ stored }) => note(stored?.value));
      node.log.tail("a", (_, entries) => note(entries.map(({ content }) => content)));
    }
    for (const pair of [[zero, alsoZero] as const, [three, alsoThree] as const]) await settled(pair);
    zero.bus.publish("t", "zero's");
    await zero.records.put("k", "zero's");
    await appended(zero.log, draft("a", "zero's"));
    await settled([zero, alsoZero]);
    await expect.poll(() => heard.get(alsoZero), { timeout: 30_000 }).toHaveLength(3);
    three.bus.publish("t", "three's");
    await settled([three, alsoThree]);
    await expect.poll(() => heard.get(alsoThree), { timeout: 30_000 }).toEqual(["three's"]);
    expect(await contents(three.log, "a")).toEqual([]);
    expect(await three.records.get("k")).toBeUndefined();
  });

  it("that is none ends the start", async () => {
    await expect(opened({ url: `${server().url}/99` })).rejects.toThrow(/^Cannot use Redis: .*DB index/);
  });
});

describe("a Redis with TLS", () => {
  let secured: SecuredRedis | undefined;
  beforeAll(async () => {
    secured = await startSecured();
  });
  afterAll(() => secured?.remove());

  it("is one whose certificate goes back to the CA that is named", async () => {
    const { log } = await opened({ url: secured?.urlAt("localhost") ?? "", ca: secured?.ca });
    expect(await appended(log, draft("a", "1"))).toMatchObject([{ type: "appended" }]);
    expect(await contents(log, "a")).toEqual(["1"]);
  });

  it.each([
    ["goes back to another CA", "localhost", "otherCa"],
    ["goes back to none that the system trusts", "localhost", undefined],
    ["is for another host", "127.0.0.1", "ca"],
  ] as const)("is none whose certificate %s", async (_, host, name) => {
    const trying = opened({ url: secured?.urlAt(host) ?? "", ca: name && secured?.[name] });
    await expect(trying).rejects.toThrow(
      /^Cannot use Redis: .*(certificate|altname|UnknownIssuer|NotValidForName|self.signed)/i,
    );
  });
});
