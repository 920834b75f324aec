/**
 * How soon a revocation, a kick and a ban hold while a room is busy: members in one room, and messages a second into it.
 *
 *     node bench/revocation.ts [--target node24,deno-native,…] [--members 1000] [--rate 1000] [--rounds 50]
 *
 * For each round one member is revoked, kicked or banned by HTTP; measured are the answer, the last frame that the member
 * was sent, and its close or its `kicked`, from when the request was sent. All but the members that this is done to, and
 * those that speak, are in a process of their own, so that what is measured is not how fast this one reads.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { WebSocket } from "ws";
import { startServer } from "../test/contract/server.ts";
import { installRuntimes } from "../test/matrix/install.ts";
import { type TargetName, targets } from "../test/matrix/targets.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    target: { type: "string", default: "node24" },
    members: { type: "string", default: "1000" },
    rate: { type: "string", default: "1000" },
    rounds: { type: "string", default: "50" },
  },
});
const [members, rate, rounds] = [Number(values.members), Number(values.rate), Number(values.rounds)];
const ADMIN = "an-admin-token-for-this-measurement-only";
const ROOM = "arena";
const PUBLISHERS = 20;
const TICK_MS = 20;
const SETTLE_MS = 3_000;
const PAUSE_MS = 100;
const ACTS: readonly Act[] = [
  { name: "revocation", end: "closed", on: revoke },
  { name: "kick", end: "kicked", on: takeOut("kick") },
  { name: "ban", end: "kicked", on: takeOut("ban") },
];

/** One member, and when it was sent something last. */
class Member {
  readonly user: string;
  readonly socket: WebSocket;
  readonly joined: Promise<void>;
  readonly closed: Promise<number>;
  lastAt = 0;
  frames = 0;
  kickedAt = 0;
  closedAt = 0;

  constructor(base: string, name: string) {
    this.user = `guest:${name}`;
    const url = `ws://${base}/ws/${ROOM}?name=${name}`;
    this.socket = new WebSocket(url, ["greenroom.v1.batch"], { perMessageDeflate: false });
    this.closed = new Promise((resolve) => {
      this.socket.on("close", (code) => {
        this.closedAt = performance.now();
        resolve(code);
      });
    });
    this.joined = new Promise((resolve, reject) => {
      this.socket.on("error", reject);
      this.socket.on("message", (data: Buffer) => {
        this.lastAt = performance.now();
        this.frames += 1;
        if (this.frames < 5 && data.includes('"type":"joined"')) resolve();
        if (data.includes('"type":"kicked"')) this.kickedAt = this.lastAt;
      });
    });
  }
}

interface Times {
  readonly answered: number[];
  readonly last: number[];
  readonly ended: number[];
}

if (positionals[0] !== undefined) await beCrowd(positionals[0]);
installRuntimes();
for (const name of values.target.split(",")) await measureOn(name as TargetName);
process.exit(0);

async function measureOn(name: TargetName): Promise<void> {
  const server = await startServer({ target: targets[name], env: { GREENROOM_ADMIN_TOKEN: ADMIN } });
  const base = `127.0.0.1:${server.port}`;
  const subjects = rounds * ACTS.length;
  const crowd = fork(fileURLToPath(import.meta.url), [`${base}`, "--members", `${members - subjects - PUBLISHERS}`]);
  try {
    await once(crowd, "message");
    const all = await enter(base, subjects + PUBLISHERS);
    const sent = publish(all.slice(0, PUBLISHERS));
    await wait(SETTLE_MS);
    const lines: string[] = [];
    for (const [at, act] of ACTS.entries()) {
      const from = PUBLISHERS + at * rounds;
      const times = await measure(all.slice(from, from + rounds), (member) => act.on(base, member));
      lines.push(row(`${act.name}: answered`, times.answered), row(`${act.name}: last frame`, times.last));
      lines.push(row(`${act.name}: ${act.end}`, times.ended));
    }
    const seconds = (performance.now() - sent.beganAt) / 1_000;
    sent.stop();
    crowd.send("count");
    const [frames] = (await once(crowd, "message")) as [number];
    const load = (loadavg()[0] ?? 0).toFixed(1);
    const { rss, cpu } = { rss: server.residentMiB().toFixed(0), cpu: Math.round((100 * cpuOf(server)) / seconds) };
    console.log(`${name}: ${members} members, ${Math.round(sent.count() / seconds)} messages/s; the crowd read`);
    console.log(
      `${Math.round(frames / seconds)} frames/s; the server took ${cpu} % of a core and ${rss} MiB; load ${load}`,
    );
    console.log(`| ms | p50 | p99 | most |\n| --- | --- | --- | --- |\n${lines.join("\n")}\n`);
  } catch (error) {
    throw new Error(`Cannot measure this on ${name}: ${server.output().slice(-1_000)}`, { cause: error });
  } finally {
    crowd.kill("SIGKILL");
    await server.stop();
  }
}

/** Some members of the room, who have joined one after the other, fifty at a time. */
async function enter(base: string, count: number, prefix = "user"): Promise<Member[]> {
  const all: Member[] = [];
  for (let at = 0; at < count; at += 50) {
    const some = Array.from({ length: Math.min(50, count - at) }, (_, by) => new Member(base, `${prefix}_${at + by}`));
    await Promise.all(some.map(({ joined }) => joined));
    all.push(...some);
  }
  return all;
}

/** Is the rest of the audience: reads, and says how many frames that were. */
async function beCrowd(base: string): Promise<never> {
  const all = await enter(base, members, "crowd");
  process.send?.("joined");
  const before = all.reduce((sum, { frames }) => sum + frames, 0);
  process.on("message", () => process.send?.(all.reduce((sum, { frames }) => sum + frames, 0) - before));
  return await new Promise<never>(() => undefined);
}

/** What is done to members, and by what they know that it was. */
interface Act {
  readonly name: string;
  readonly end: string;
  on(base: string, member: Member): Promise<{ readonly answeredAt: number; readonly endedAt: number }>;
}

async function revoke(base: string, member: Member): ReturnType<Act["on"]> {
  await post(base, "/api/revocations", { user: member.user });
  const answeredAt = performance.now();
  const code = await member.closed;
  if (code !== 4403) throw new Error(`Cannot count this: the member was closed with ${code}`);
  return { answeredAt, endedAt: member.closedAt };
}

/** Takes a member out of the room by a kick or a ban. */
function takeOut(act: "kick" | "ban"): Act["on"] {
  return async function taken(base, member) {
    await post(base, `/api/rooms/${ROOM}/${act}`, { user: member.user });
    const answeredAt = performance.now();
    while (member.kickedAt === 0) await wait(1);
    return { answeredAt, endedAt: member.kickedAt };
  };
}

/** Does something to one member after the other, and takes its times. */
async function measure(
  subjects: readonly Member[],
  act: (member: Member) => Promise<{ readonly answeredAt: number; readonly endedAt: number }>,
): Promise<Times> {
  const times: Times = { answered: [], last: [], ended: [] };
  for (const member of subjects) {
    const beganAt = performance.now();
    const { answeredAt, endedAt } = await act(member);
    await wait(PAUSE_MS);
    times.answered.push(answeredAt - beganAt);
    times.last.push(Math.max(0, member.lastAt - beganAt));
    times.ended.push(endedAt - beganAt);
  }
  return times;
}

/** Has some members say something, all of them together at the rate that was asked for. */
function publish(publishers: readonly Member[]): { readonly beganAt: number; count(): number; stop(): void } {
  const beganAt = performance.now();
  let said = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - beganAt) / 1_000) * rate;
    for (const { socket } of publishers) {
      const commands: object[] = [];
      for (; said < due && commands.length < 64; said += 1)
        commands.push({ type: "message", room: ROOM, content: `message ${said}` });
      if (commands.length > 0) socket.send(JSON.stringify(commands));
    }
  }, TICK_MS);
  return { beganAt, count: () => said, stop: () => clearInterval(timer) };
}

/** The seconds of processor time that a server has taken (Linux). */
function cpuOf({ pid }: { readonly pid: number }): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function post(base: string, path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${ADMIN}`, "content-type": "application/json", connection: "close" };
  const response = await fetch(`http://${base}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`Cannot go on: ${path} was answered ${response.status}`);
}

function row(what: string, times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0).toFixed(1);
  return `| ${what} | ${at(0.5)} | ${at(0.99)} | ${at(1)} |`;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
