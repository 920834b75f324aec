/**
 * Measures what becomes of the cost as things grow: members, rooms, joins, idle connections, what they hold in memory, and a
 * crowd that comes back. Prints Markdown; bench/README.md says what it means.
 *
 *     node bench/growing.ts [NAME …] [--subjects node,bun,deno-node,deno-native] [--runs 1] [--part 1] [--root FOLDER] [--out FILE]
 *
 * Names are `members`, `rooms`, `joins`, `idle`, `heap` and `storm`; all of them, when left out. `--part 0.1` is a tenth of
 * each, for a short look.
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { installRuntimes } from "../test/matrix/install.ts";
import type { Growth } from "./growth/growth.ts";
import { heap } from "./growth/heap.ts";
import { idle } from "./growth/idle.ts";
import { joins } from "./growth/joins.ts";
import { members } from "./growth/members.ts";
import { rooms } from "./growth/rooms.ts";
import { storm } from "./growth/storm.ts";
import { subjects } from "./subjects.ts";
import { versions } from "./versions.ts";

const all: Readonly<Record<string, Growth>> = { members, rooms, joins, idle, heap, storm };

const { values, positionals } = parseArgs({
  options: {
    subjects: { type: "string", default: "node,bun,deno-node,deno-native" },
    runs: { type: "string", default: "1" },
    part: { type: "string", default: "1" },
    root: { type: "string", default: fileURLToPath(new URL("..", import.meta.url)) },
    out: { type: "string" },
  },
  allowPositionals: true,
});
const chosen = positionals.length === 0 ? Object.keys(all) : positionals;
const names = values.subjects.split(",");
const unknown = [
  ...chosen.filter((name) => !Object.hasOwn(all, name)),
  ...names.filter((name) => !Object.hasOwn(subjects, name)),
];
if (unknown.length > 0) {
  console.error(
    `Cannot measure ${unknown.join(", ")}: there are ${[...Object.keys(all), ...Object.keys(subjects)].join(", ")}`,
  );
  process.exit(2);
}
installRuntimes();
const parts = [
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${versions()}.`,
];
console.log(`${parts[0]}\n`);
for (const name of chosen) {
  const growth = all[name] as Growth;
  const text = await growth({ names, runs: Number(values.runs), root: values.root, part: Number(values.part) });
  console.log(text);
  parts.push(text);
}
if (values.out !== undefined) writeFileSync(values.out, parts.join("\n\n"));
process.exit();
