/**
 * How soon a revocation, a kick and a mute hold while a room is busy: members in one room, and messages a second into it.
 *
 *     node bench/revocation.ts [--members 1000] [--rate 1000] [--rounds 50]
 *
 * For each round one member is revoked by HTTP; measured are the answer, the last frame that the member was sent, and its
 * close, from when the request was sent. Then the same for kicks by command.
 */
import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { WebSocket } from "ws";

const { values } = parseArgs({
  options: { members: { type: "string" }, rate: { type: "string" }, rounds: { type: "string" } },
});
const [members, rate, rounds] = [
  Number(values.members ?? 1_000),
  Number(values.rate ?? 1_000),
  Number(values.rounds ?? 50),
];
const ADMIN = "an-admin-token-for-this-measurement-only";
const ROOM = "arena";
const PUBLISHERS = 20;
const TICK_MS = 20;
const SETTLE_MS = 3_000;
const PAUSE_MS = 100;

/** One member, and when it was sent something last. */
class Member {
  readonly socket: WebSocket;
  readonly joined: Promise<void>;
  readonly closed: Promise<number>;
  lastAt = 0;
  frames = 0;
  kickedAt = 0;

  constructor(url: string) {
    this.socket = new WebSocket(url, ["greenroom.v1.batch"], { perMessageDeflate: false });
    this.closed = new Promise((resolve) => void this.socket.on("close", (code) => resolve(code)));
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

const { child, port } = await start();
try {
  const base = `127.0.0.1:${port}`;
  const all: Member[] = [];
  for (let at = 0; at < members; at += 50) {
    const some = Array.from({ length: Math.min(50, members - at) }, (_, by) => {
      return new Member(`ws://${base}/ws/${ROOM}?name=user_${at + by}`);
    });
    await Promise.all(some.map(({ joined }) => joined));
    all.push(...some);
  }
  const sent = publish(all.slice(0, PUBLISHERS));
  await wait(SETTLE_MS);
  const revoked = await measure(all.splice(PUBLISHERS, rounds), async (member, at) => {
    await post(base, "/api/revocations", { user: `guest:user_${PUBLISHERS + at}` });
    const answeredAt = performance.now();
    const code = await member.closed;
    if (code !== 4403) throw new Error(`Cannot count this: the member was closed with ${code}`);
    return { answeredAt, endedAt: performance.now() };
  });
  const kicked = await measure(all.slice(PUBLISHERS, PUBLISHERS + rounds), async (member, at) => {
    await post(base, `/api/rooms/${ROOM}/kick`, { user: `guest:user_${PUBLISHERS + rounds + at}` });
    const answeredAt = performance.now();
    while (member.kickedAt === 0) await wait(1);
    return { answeredAt, endedAt: member.kickedAt };
  });
  const seconds = (performance.now() - sent.beganAt) / 1_000;
  const frames = all.reduce((sum, member) => sum + member.frames, 0);
  sent.stop();
  console.log(
    `${members} members, ${Math.round(sent.count() / seconds)} messages/s, ${Math.round(frames / seconds)} frames/s read`,
  );
  console.log("| ms | p50 | p99 | most |\n| --- | --- | --- | --- |");
  for (const [what, times] of [
    ["revocation", revoked],
    ["kick", kicked],
  ] as const) {
    row(`${what}: answered`, times.answered);
    row(`${what}: last frame`, times.last);
    row(`${what}: ${what === "kick" ? "kicked" : "closed"}`, times.ended);
  }
} finally {
  child.kill("SIGKILL");
}
process.exit(0);

/** Does something to one member after the other, and takes its times. */
async function measure(
  subjects: readonly Member[],
  act: (member: Member, at: number) => Promise<{ readonly answeredAt: number; readonly endedAt: number }>,
): Promise<Times> {
  const times: Times = { answered: [], last: [], ended: [] };
  for (const [at, member] of subjects.entries()) {
    const beganAt = performance.now();
    const { answeredAt, endedAt } = await act(member, at);
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

async function post(base: string, path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${ADMIN}`, "content-type": "application/json", connection: "close" };
  const response = await fetch(`http://${base}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`Cannot go on: ${path} was answered ${response.status}`);
}

function row(what: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0).toFixed(1);
  console.log(`| ${what} | ${at(0.5)} | ${at(0.99)} | ${at(1)} |`);
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function start(): Promise<{ child: ChildProcess; port: number }> {
  const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
  const env = {
    ...process.env,
    PORT: "0",
    GREENROOM_LOG: "memory",
    GREENROOM_RATE_LIMITS: "off",
    GREENROOM_ADMIN_TOKEN: ADMIN,
  };
  const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "pipe", "ignore"] });
  const port = await new Promise<number>((resolve, reject) => {
    child.on("exit", (code) => reject(new Error(`Cannot start: the server exited with ${code}`)));
    child.stdout?.on("data", (said: Buffer) => {
      const address = /:(\d+)\s*$/.exec(String(said).trim());
      if (address !== null) resolve(Number(address[1]));
    });
  });
  return { child, port };
}
