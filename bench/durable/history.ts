import { mkdtempSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { sqliteLog } from "../../src/runtime/sqlite.ts";
import { percentiles } from "../statistics.ts";
import { drafting } from "./draft.ts";

const draft = drafting(700);

/** How long a page takes out of a room of so many entries, and a start with them. */
export async function history(entries: number, data: string): Promise<void> {
  const folder = mkdtempSync(join(data, "greenroom-bench-"));
  const first = await sqliteLog({ folder, durability: "process", roomEntries: 2 * entries, roomBytes: 1e12 });
  for (let at = 0; at < entries; at += 2_000) {
    const drafts = Array.from({ length: 2_000 }, draft);
    await new Promise((resolve) => first.log.append(drafts, resolve));
  }
  const spans: number[] = [];
  for (let at = 0; at < 1_000; at += 1) {
    const before = 201 + Math.floor(Math.random() * (entries - 200));
    const fromMs = performance.now();
    await first.log.read("room", { before }, { count: 50, bytes: 262_144 });
    spans.push(performance.now() - fromMs);
  }
  const { p50, p99 } = percentiles(spans);
  console.log(`history of ${entries} entries, pages of 50: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`);
  await first.close();
  const gigabytes = statSync(`${folder}/greenroom.sqlite`).size / 1024 ** 3;
  const fromMs = performance.now();
  const again = await sqliteLog({ folder, roomEntries: 2 * entries, roomBytes: 1e12 });
  await again.log.read("room", { before: Number.MAX_SAFE_INTEGER }, { count: 50, bytes: 262_144 });
  console.log(`start with a log of ${gigabytes.toFixed(2)} GB: ${Math.round(performance.now() - fromMs)} ms`);
  await again.close();
  rmSync(folder, { recursive: true });
}
