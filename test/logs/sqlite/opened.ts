import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, vi } from "vitest";
import { openStore, type Store, type StoreEvent, type StoreOptions } from "../../../src/logs/sqlite/store.ts";
import { VirtualClock } from "../../../src/testing/mod.ts";
import { boundless } from "./boundless.ts";

/** A store under test, and what its operator has heard. */
export interface Opened extends Store {
  readonly folder: string;
  readonly clock: VirtualClock;
  readonly heard: StoreEvent[];
}

// Each store is two threads and a few flushes of the disk, which a busy machine takes its time for.
vi.setConfig({ testTimeout: 60_000 });

const folders: string[] = [];
const open = new Set<Store>();

afterEach(async () => {
  await Promise.all([...open].map((store) => store.close()));
  open.clear();
});
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that goes with the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-sqlite-"));
  folders.push(folder);
  return folder;
}

/** Opens a store, in a folder of its own where none is named; it is closed after the test at the latest. */
export async function opened(options: Partial<StoreOptions> = {}): Promise<Opened> {
  const { folder = temporaryFolder(), limits = boundless, durability = "process" } = options;
  const clock = new VirtualClock();
  const heard: StoreEvent[] = [];
  const observe = (event: StoreEvent): void => void heard.push(event);
  const store = await openStore({ clock, observe, reserveBytes: 65_536, ...options, folder, limits, durability });
  open.add(store);
  return { ...store, folder, clock, heard };
}
