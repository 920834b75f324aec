import { type Client, connect } from "./client.ts";

/** How long what does not wait for the disk took, each in ms, and what the acks took that do. */
export interface Spans {
  readonly pings: readonly number[];
  readonly pages: readonly number[];
  readonly joins: readonly number[];
  readonly acks: readonly number[];
}

const ROOM = "slow";

/**
 * Has one publish without end, on a server whose commits take long, while others ping it, turn pages of its history, and
 * join: until so many messages were acknowledged.
 */
export async function throughSlowCommits(port: number, commits: number): Promise<Spans> {
  const url = `ws://127.0.0.1:${port}/ws`;
  const spans = { pings: [] as number[], pages: [] as number[], joins: [] as number[], acks: [] as number[] };
  let over = false;

  async function again(into: number[], client: Client, once: (client: Client) => Promise<unknown>): Promise<void> {
    while (!over) {
      const fromMs = performance.now();
      await once(client);
      into.push(performance.now() - fromMs);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  const [publisher, pinger, reader, joiner] = await Promise.all([
    connect(url),
    connect(url),
    connect(url),
    connect(url),
  ]);
  for (const client of [publisher, reader]) await client.request({ type: "join", room: ROOM }, "joined");
  // The first of them is the history that is read.
  await Promise.all(
    Array.from({ length: 60 }, (_, at) => publisher.request({ type: "message", room: ROOM, content: `${at}` }, "ack")),
  );
  const publishing = (async () => {
    for (let said = 0; said < commits; said += 1) {
      const fromMs = performance.now();
      await publisher.request({ type: "message", room: ROOM, content: "slow" }, "ack");
      spans.acks.push(performance.now() - fromMs);
    }
    over = true;
  })();
  let rooms = 0;
  await Promise.all([
    publishing,
    again(spans.pings, pinger, (client) => client.request({ type: "ping" }, "pong")),
    again(spans.pages, reader, (client) =>
      client.request({ type: "history", room: ROOM, before: 2 + (spans.pages.length % 50), limit: 50 }, "history"),
    ),
    again(spans.joins, joiner, async (client) => {
      const room = `fresh_${(rooms += 1)}`;
      await client.request({ type: "join", room }, "joined");
      await client.request({ type: "leave", room }, "left");
    }),
  ]);
  await Promise.all([publisher, pinger, reader, joiner].map((client) => client.close()));
  return spans;
}

/** What a share of them stays below. */
export function share(spans: readonly number[], of: number): number {
  return [...spans].sort((one, other) => one - other)[Math.floor(spans.length * of)] ?? 0;
}
