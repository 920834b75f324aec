import { frame, goodHeaders, handshake, openRaw, type RawSocket } from "../contract/raw.ts";
import type { Server } from "../contract/server.ts";
import { floodApart } from "./flood-thread.ts";

/** A storm over a server, which lasts until it has done its number. */
export interface Storm {
  readonly name: string;
  /** How much of it there is in full. */
  readonly full: number;
  /** Whether the server holds its clients to their rates, as it does unless it is told not to; else all of it is done. */
  readonly limited?: boolean;
  /** Whether whoever brings it takes a core of the machine. */
  readonly busy?: boolean;
  run(server: Pick<Server, "port">, count: number): Promise<void>;
}

const AT_ONCE = 100;

/** Addresses of this machine: one alone has 28,000 ports, and a connection that has ended keeps its own for a while. */
function addressOf(at: number): string {
  return `127.0.${1 + (at % 200)}.1`;
}

/** Does something so many times, up to a hundred at a time, and no faster than so many a second. */
async function many(count: number, perSecond: number, run: (at: number) => Promise<void>): Promise<void> {
  const beganMs = performance.now();
  let next = 0;
  async function work(): Promise<void> {
    for (let at = next++; at < count; at = next++) {
      const earlyMs = beganMs + (at / perSecond) * 1_000 - performance.now();
      if (earlyMs > 0) await pause(earlyMs);
      await run(at);
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, work));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const PING = '{"type":"ping"}';
const MESSAGE = '{"type":"message","content":"flood"}';
/** Where a flood comes from that must not use up what others behind its address may do. */
const ELSEWHERE = "127.0.9.1";

function inMs(seconds: number): { readonly ms: number } {
  return { ms: seconds * 1_000 };
}

const faults = ["Sec-WebSocket-Key", "Upgrade", "Sec-WebSocket-Version", "Connection"] as const;

/** The storms that other clients must hardly notice. */
export const storms: readonly Storm[] = [
  {
    name: "half handshakes that never end",
    full: 500,
    async run({ port }, count) {
      const raws: RawSocket[] = [];
      await many(count, Number.POSITIVE_INFINITY, async (at) => {
        const raw = await openRaw(port, addressOf(at));
        raws.push(raw);
        raw.write(handshake().slice(0, 60 + (at % 60)));
      });
      // A byte a second keeps each of them alive, where nothing bounds the whole.
      for (let second = 0; second < 5; second += 1) {
        await pause(1_000);
        for (const raw of raws) raw.write("x");
      }
      for (const raw of raws) raw.reset();
    },
  },
  {
    name: "bad handshakes",
    full: 100_000,
    async run({ port }, count) {
      await many(count, 2_500, async (at) => {
        const raw = await openRaw(port, addressOf(at));
        raw.write(handshake("/ws", goodHeaders(faults[at % faults.length] as string)));
        await raw.answer();
        raw.reset();
      });
    },
  },
  {
    name: "resets in every phase",
    full: 10_000,
    async run({ port }, count) {
      const text = handshake("/ws/storm?name=gone");
      await many(count, 500, async (at) => {
        const raw = await openRaw(port, addressOf(at));
        const phase = at % 4;
        raw.write(phase === 0 ? text.slice(0, at % text.length) : text);
        if (phase > 1) await raw.answer();
        if (phase === 3) raw.write(frame('{"type":"message","content":"gone"}'));
        raw.reset();
      });
    },
  },
  {
    name: "connections that come and go",
    full: 10_000,
    async run({ port }, count) {
      await many(count, 500, async (at) => {
        const raw = await openRaw(port, addressOf(at));
        await raw.upgrade(`/ws/storm-${at % 50}?name=passing`);
        raw.write(frame('{"type":"ping","id":"hello"}'));
        await raw.frame();
        raw.reset();
      });
    },
  },
  {
    name: "a flood of commands from one client",
    full: 500_000,
    run: ({ port }, count) => floodApart({ port, path: "/ws/flood", commands: [PING] }, { count }),
    busy: true,
  },
  {
    name: "a flood of messages from one client",
    full: 200_000,
    run: ({ port }, count) => floodApart({ port, path: "/ws/flood", commands: [MESSAGE] }, { count }),
    busy: true,
  },
  {
    name: "joins and leaves",
    full: 100_000,
    run({ port }, count) {
      const commands = Array.from({ length: 50 }, (_, at) => [
        `{"type":"join","room":"storm-${at}"}`,
        `{"type":"leave","room":"storm-${at}"}`,
      ]);
      return floodApart({ port, path: "/ws?name=restless", commands: commands.flat() }, { count });
    },
    busy: true,
  },
  {
    name: "seconds of commands past the rates",
    full: 12,
    run: ({ port }, count) => floodApart({ port, path: "/ws/flood", from: ELSEWHERE, commands: [PING] }, inMs(count)),
    limited: true,
    busy: true,
  },
  {
    name: "seconds of messages past the rates",
    full: 12,
    run: ({ port }, count) =>
      floodApart({ port, path: "/ws/flood", from: ELSEWHERE, commands: [MESSAGE] }, inMs(count)),
    limited: true,
    busy: true,
  },
];
