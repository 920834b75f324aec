/**
 * How long messages take while files come and go on the same connections: one uploads 10 MiB after 10 MiB, another downloads
 * them, a third does neither, and all three hear what is said; beside the same without files.
 *
 *     node bench/transfers.ts [--seconds 8] [--target node24,bun,deno-node,deno-native]
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { type Client, connect } from "../test/contract/client.ts";
import { parcel, uploadFile } from "../test/contract/parcel.ts";
import { startServer } from "../test/contract/server.ts";
import { installRuntimes } from "../test/matrix/install.ts";
import { type TargetName, targets } from "../test/matrix/targets.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "8" },
    target: { type: "string", default: "node24,bun,deno-node,deno-native" },
  },
});
const bytes = parcel(10 * 1024 ** 2);
/** A room may hold 1 GiB of files, so uploads go to each of these in turn. */
const SHELVES = Array.from({ length: 20 }, (_, index) => `files-${index}`);
const HEARERS = ["uploads", "downloads", "neither"] as const;
type Spans = Record<(typeof HEARERS)[number], number[]>;

installRuntimes();
for (const name of values.target.split(",")) await look(name as TargetName);
process.exit();

async function look(name: TargetName): Promise<void> {
  const server = await startServer({ target: targets[name], env: { GREENROOM_LOG: "sqlite" } });
  const members = await Promise.all(
    [...HEARERS, "talker"].map(async (user) => {
      const client = await connect(`ws://127.0.0.1:${server.port}/ws?name=${user}`, { onBinary: () => undefined });
      for (const room of user === "uploads" ? ["talk", ...SHELVES] : ["talk"]) {
        await client.request({ type: "join", room }, "joined");
      }
      return client;
    }),
  );
  const [uploader, downloader, , talker] = members as [Client, Client, Client, Client];
  await uploadFile(uploader, bytes, { room: "files-0" });
  const { attachment } = await uploader.next("message", undefined, 60_000);
  const quiet = await talked(talker, members, Number(values.seconds) / 4);
  let over = false;
  let [up, down] = [0, 0];
  const transfers = [
    (async () => {
      for (; !over; up += 1) await uploadFile(uploader, bytes, { room: `files-${up % SHELVES.length}` });
    })(),
    (async () => {
      for (; !over; down += 1) await downloader.request({ type: "download", file: attachment?.file }, "ack", 60_000);
    })(),
  ];
  const busy = await talked(talker, members, Number(values.seconds));
  over = true;
  await Promise.all(transfers);
  console.log(`${name}: ${up} uploads and ${down} downloads of 10 MiB in ${values.seconds} s`);
  for (const hearer of HEARERS)
    console.log(`  who ${hearer}: ${told(busy[hearer])}; without files ${told(quiet[hearer])}`);
  await server.stop();
}

/** Has something said every few ms, and notes how long it takes to each who hears it. */
async function talked(talker: Client, members: readonly Client[], seconds: number): Promise<Spans> {
  const spans: Spans = { uploads: [], downloads: [], neither: [] };
  const endMs = performance.now() + seconds * 1_000;
  for (let said = 0; performance.now() < endMs; said += 1) {
    const content = `${endMs} ${said}`;
    const fromMs = performance.now();
    talker.send({ type: "message", room: "talk", content });
    await Promise.all(
      HEARERS.map(async (hearer, at) => {
        await members[at]?.next("message", (message) => message.content === content, 60_000);
        spans[hearer].push(performance.now() - fromMs);
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return spans;
}

function told(spans: readonly number[]): string {
  const sorted = spans.toSorted((one, other) => one - other);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, at most ${at(1)} ms of ${spans.length}`;
}
