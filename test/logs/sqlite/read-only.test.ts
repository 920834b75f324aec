import { execFileSync, spawnSync } from "node:child_process";
import process from "node:process";
import { afterEach, describe, expect, it, type TestContext } from "vitest";
import { type Started, start } from "../../package/started.ts";
import { PlainClient } from "../../routes/serving.ts";
import { temporaryFolder } from "./opened.ts";

const server = [process.execPath, ...("Deno" in globalThis ? ["run", "-A", "--no-lock"] : []), "src/main.ts"];
const clients: PlainClient[] = [];
const servers: Started[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  for (const { child, exited } of servers.splice(0)) {
    child.kill("SIGKILL");
    await exited;
  }
});

/** Starts the server in `$0`, through a shell that prepares the ground, in a mount namespace where `before` makes one. */
function startIn(folder: string, prepare: string, before: readonly string[] = []): Started {
  const [command = "", ...args] = [...before, "sh", "-c", `${prepare} && exec "$@"`, folder, ...server];
  const env = { GREENROOM_DATA: `${folder}/disk/data`, GREENROOM_LOG: "sqlite", GREENROOM_RATE_LIMITS: "off" };
  const started = start(command, args, { env: { ...env, GREENROOM_FILES: "on" } });
  servers.push(started);
  return started;
}

/** Someone in the lobby of a server, once it listens. */
async function visitor({ says }: Started): Promise<{ readonly client: PlainClient; readonly url: string }> {
  const [url = ""] = await says(/http:\S+/);
  const client = new PlainClient(`${url.replace("http", "ws")}/ws/lobby?name=ada`);
  clients.push(client);
  return { client, url };
}

const publish = (content: string): object => ({ type: "message", room: "lobby", content });

/** Publishes are not taken, and nobody is told anything else; all that only reads goes on. */
async function expectReadingOnly(
  started: Started,
  { client, url }: Awaited<ReturnType<typeof visitor>>,
): Promise<void> {
  for (let at = 0; at < 4; at += 1) {
    expect(await client.ask(publish("lost"))).toMatchObject({ type: "error", code: "unavailable" });
  }
  expect(await client.ask({ type: "history", room: "lobby", before: 3 })).toMatchObject({
    messages: [{ content: "message 1" }, { content: "message 2" }],
  });
  expect(await client.ask({ type: "ping" })).toMatchObject({ type: "pong" });
  const newcomer = await visitor(started);
  expect(await newcomer.client.next("joined")).toMatchObject({ seq: 300 });
  const file = await fetch(`${url}/api/rooms/lobby/files?name=ada&filename=a.txt`, { method: "POST", body: "text" });
  expect(file.status).toBe(503);
  expect(started.said().stderr).toContain("nothing can be written: ");
  expect(started.said().stderr).not.toContain("has died");
}

/** More than a room keeps in memory of its own, so that the first come from the disk. */
async function fill(client: PlainClient): Promise<void> {
  await client.next("joined");
  for (let at = 1; at < 300; at += 1) client.say(publish(`message ${at}`));
  expect(await client.ask(publish("message 300"))).toMatchObject({ type: "ack", seq: 300 });
}

describe("a server whose disk takes no more writes", () => {
  it("answers publishes with unavailable and goes on reading, and writes again by itself once it can", async () => {
    const started = startIn(temporaryFolder(), "trap '' XFSZ && mkdir \"$0/disk\"");
    const ada = await visitor(started);
    await fill(ada.client);
    const bound = (bytes: string): unknown =>
      execFileSync("prlimit", ["--pid", `${started.child.pid}`, `--fsize=${bytes}:`]);
    bound("0");
    await expectReadingOnly(started, ada);
    bound("unlimited");
    await expect
      .poll(() => ada.client.ask(publish("again")), { timeout: 60_000, interval: 100 })
      .toMatchObject({ type: "ack" });
    expect(started.said().stderr).toContain("it can be written again");
  }, 120_000);
});

/** A mount namespace of one's own. */
const own = ["unshare", "--mount"] as const;

/** Why something cannot be mounted here; `undefined` where it can. */
function refusal(mount: string): string | undefined {
  const [command, ...args] = [...own, "sh", "-c", mount, temporaryFolder()] as const;
  const { status, stderr } = spawnSync(command, args, { encoding: "utf8" });
  return status === 0 ? undefined : stderr;
}

/** Says so, and has the run count it, where a test has seen nothing. */
function notSeen({ task }: TestContext, why: string): void {
  const exception = `Cannot show this here, which takes root, mounts and a loop device: ${why}`;
  console.warn(exception);
  Object.assign(task.meta, { exception });
}

describe("a server whose file system turns read-only, as the kernel has it where a disk fails", () => {
  const made = 'truncate -s 64M "$0/image" && mkfs.ext4 -q "$0/image"';
  const mounted = 'mkdir -p "$0/disk" && mount -o loop,errors=remount-ro "$0/image" "$0/disk"';

  it("answers publishes with unavailable and goes on reading; where it is mounted anew, nothing is missing", async (context) => {
    const refused = refusal(`${made} && ${mounted}`);
    if (refused !== undefined) return notSeen(context, refused);
    const folder = temporaryFolder();
    execFileSync("sh", ["-c", made, folder]);
    const started = startIn(folder, mounted, own);
    const ada = await visitor(started);
    await fill(ada.client);
    // With files open to be written it cannot be asked for; this has the kernel do what it does by itself after an error.
    const flip = ["mount", "-o", "remount,abort", `${folder}/disk`];
    execFileSync("nsenter", ["--mount", "--target", `${started.child.pid}`, ...flip]);
    await expectReadingOnly(started, ada);
    process.kill(started.child.pid as number, "SIGTERM"); // by the child's own kill(), Deno has it die of that
    expect(await started.exited).toBe(0);

    const next = startIn(folder, mounted, own);
    const bob = await visitor(next);
    expect(await bob.client.next("joined")).toMatchObject({ seq: 300 });
    expect(await bob.client.ask(publish("again"))).toMatchObject({ type: "ack", seq: 301 });
    expect(next.said().stderr).not.toContain("new epochs");
  }, 120_000);
});

describe("a server on a read-only folder", () => {
  it("does not start, and says so in one line that names GREENROOM_DATA", async (context) => {
    const isRoot = process.getuid?.() === 0;
    const mounted = 'mount -t tmpfs none "$0"';
    const refused = isRoot ? refusal(mounted) : undefined;
    if (refused !== undefined) return notSeen(context, refused);
    const readOnly = isRoot
      ? `${mounted} && mkdir -p "$0/disk/data" && mount -o remount,ro "$0"`
      : 'mkdir -p "$0/disk/data" && chmod 500 "$0/disk/data"';
    const folder = temporaryFolder();
    const { exited, said } = startIn(folder, readOnly, isRoot ? own : []);
    expect(await exited).toBe(2);
    expect(said().stderr.trim()).toBe(`greenroom: Cannot use GREENROOM_DATA ${folder}/disk/data: it cannot be written`);
  }, 60_000);
});
