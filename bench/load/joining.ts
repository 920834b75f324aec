import { type Client, frame } from "./client.ts";
import { Crowd, pathOf } from "./crowd.ts";
import { cpuSeconds } from "./server-cost.ts";
import { wait } from "./wait.ts";

/** Visitors who join a room and leave it, over and over, while others stay in it. */
export interface JoiningJob {
  readonly type: "joining";
  /** So many stay. */
  readonly members: number;
  readonly visitors: number;
  /** Whether they are users of their own, whose coming and going all are told; else second connections of those who stay. */
  readonly strangers: boolean;
  readonly warmMs: number;
  readonly ms: number;
}

const ROOM = "crowd";
const QUIET_MS = 1_000;

/** Has visitors come and go, and takes the figures of the server `pid` meanwhile. */
export async function joining(job: JoiningJob, { port, pid }: { readonly port: number; readonly pid: number }) {
  const { members, visitors, strangers, warmMs, ms } = job;
  const size = members + visitors;
  const join = frame(`{"type":"join","room":"${ROOM}","history":0}`);
  const leave = frame(`{"type":"leave","room":"${ROOM}"}`);
  let [pairs, heardByMembers, going] = [0, 0, false];
  const crowd = await Crowd.gather({
    port,
    size,
    path: (index) => {
      if (index < members) return pathOf(ROOM, index);
      return pathOf(`lobby-${index}`, strangers ? index : (index - members) % members);
    },
    text(client: Client, bytes, from, to) {
      if (client.index < members) {
        heardByMembers += 1;
        return;
      }
      if (!going) return;
      const head = bytes.toString("latin1", from, Math.min(to, from + 24));
      if (head.includes('"joined"')) client.send(leave);
      else if (head.includes('"left"')) {
        pairs += 1;
        client.send(join);
      }
    },
  });
  await wait(QUIET_MS);
  going = true;
  for (const client of crowd.clients.slice(members)) client.send(join);
  await wait(warmMs);
  const before = { cpu: cpuSeconds(pid), pairs, heardByMembers };
  await wait(ms);
  const after = { cpu: cpuSeconds(pid), pairs, heardByMembers };
  going = false;
  crowd.leave();
  return {
    pairs: after.pairs - before.pairs,
    cpuSeconds: after.cpu - before.cpu,
    microsecondsEach: (1_000_000 * (after.cpu - before.cpu)) / (after.pairs - before.pairs),
    /** What members were told meanwhile: presence, at most four times a second. */
    toldEachSecond: (1_000 * (after.heardByMembers - before.heardByMembers)) / ms / members,
  };
}
