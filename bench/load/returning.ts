import { Client, frame } from "./client.ts";
import { addressOf, Crowd, pathOf } from "./crowd.ts";
import { cpuSeconds } from "./server-cost.ts";
import { wait } from "./wait.ts";

/** Members who all lose their connection at once, and come back for what they have missed. */
export interface ReturningJob {
  readonly type: "returning";
  readonly members: number;
  readonly rooms: number;
  /** So many messages were said in each room meanwhile. */
  readonly missed: number;
  /** So many are let connect at once: a kernel keeps no more of them waiting for a server. */
  readonly atOnce: number;
  /** Over this time they begin to come, as `draining` and a client's own jitter have it; at once, when 0. */
  readonly spreadMs: number;
  /** Waited for before they are cut, so that somebody else can take the figures of a quiet server. */
  readonly quietMs: number;
}

const SETTLE_MS = 1_500;
const HEAD = /"room":"([^"]+)","epoch":"([^"]+)","seq":(\d+)/;

/** Has everybody cut and come back; says `quiet`, `cut` and `back` on stderr as it comes to that. */
export async function returning(job: ReturningJob, { port, pid }: { readonly port: number; readonly pid: number }) {
  const { members, rooms, missed, atOnce, spreadMs, quietMs } = job;
  const heads: { room: string; epoch: string; seq: number }[] = [];
  const crowd = await Crowd.gather({
    port,
    size: members,
    path: (index) => pathOf(`r${index % rooms}`, index),
    joined(client, message) {
      const [, room = "", epoch = "", seq = "0"] = HEAD.exec(message) ?? [];
      heads[client.index] = { room, epoch, seq: Number(seq) };
    },
  });
  const speakers = await Crowd.gather({ port, size: rooms, path: (index) => pathOf(`r${index}`, members + index) });
  await wait(SETTLE_MS);
  console.error("quiet");
  await wait(quietMs);
  crowd.leave();
  const words = frame(`{"type":"message","content":"${"x".repeat(64)}"}`);
  for (let nth = 0; nth < missed; nth += 1) for (const speaker of speakers.clients) speaker.send(words);
  await wait(SETTLE_MS);
  console.error("cut");
  const began = { ms: performance.now(), cpu: cpuSeconds(pid) };
  const { recovered, whole } = await allBack(heads, { port, atOnce, spreadMs, missed });
  const seconds = (performance.now() - began.ms) / 1_000;
  console.error("back");
  const used = cpuSeconds(pid) - began.cpu;
  speakers.leave();
  return { seconds, cpuSeconds: used, recovered, whole, lost: members - whole };
}

interface Back {
  readonly port: number;
  readonly atOnce: number;
  readonly spreadMs: number;
  readonly missed: number;
}

/** Resolves once everybody was told what was missed, with how many were told that it was all. */
function allBack(
  heads: readonly { readonly room: string; readonly epoch: string; readonly seq: number }[],
  { port, atOnce, spreadMs, missed }: Back,
): Promise<{ readonly recovered: number; readonly whole: number }> {
  const beganMs = performance.now();
  return new Promise((resolve, reject) => {
    let [begun, done, recovered, whole] = [0, 0, 0, 0];
    function come(): void {
      const index = begun;
      if (index === heads.length) return;
      begun += 1;
      const earlyMs = beganMs + (index / heads.length) * spreadMs - performance.now();
      if (earlyMs > 1) setTimeout(() => dial(index), earlyMs);
      else dial(index);
    }
    function dial(index: number): void {
      const { room, epoch, seq } = heads[index] as (typeof heads)[number];
      const command = JSON.stringify({ type: "join", room, since: { epoch, seq } });
      const client: Client = new Client(
        index,
        { port, path: `/ws?name=user_${String(index).padStart(6, "0")}`, from: addressOf(index) },
        {
          text(_, bytes, from, to) {
            const message = bytes.toString("utf8", from, to);
            if (message.includes('"type":"welcome"')) return client.send(frame(command));
            if (!message.includes('"type":"joined"')) return;
            done += 1;
            if (message.includes('"recovered":true')) recovered += 1;
            if (message.split('"type":"message"').length - 1 === missed) whole += 1;
            come();
            if (done === heads.length) resolve({ recovered, whole });
          },
          ended: () => reject(new Error(`Cannot go on: a connection ended, with ${done} of ${heads.length} back`)),
        },
      );
    }
    for (let at = 0; at < atOnce; at += 1) come();
  });
}
