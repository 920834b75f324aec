/**
 * Measures the kernel beside other actor libraries, and rooms on each transport beside the same sockets without us; prints
 * Markdown. What is measured and how, and what to mind: bench/README.md.
 *
 *     npm run bench [-- NAME …] [--runs 3] [--subjects node,ws-node,…] [--root FOLDER] [--out FILE]
 *
 * Names are `kernel`, `fan-out`, `single`, `rooms`, `churn`, `idle` and `history`; all of them, when left out. `--root` takes
 * the server from another checkout, for a before and after.
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import { installRuntimes } from "../test/matrix/install.ts";
import { kernelsTable } from "./kernels.ts";
import { isClean, socketsTable } from "./sockets.ts";
import { subjects } from "./subjects.ts";
import { suites } from "./suites.ts";
import { versions } from "./versions.ts";

const { values, positionals } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    subjects: { type: "string", default: Object.keys(subjects).join(",") },
    root: { type: "string" },
    out: { type: "string" },
  },
  allowPositionals: true,
});
const all = ["kernel", ...Object.keys(suites)];
const chosen = positionals.length === 0 ? all : positionals;
const names = values.subjects.split(",");
const unknown = [
  ...chosen.filter((name) => !all.includes(name)),
  ...names.filter((name) => !Object.hasOwn(subjects, name)),
];
if (unknown.length > 0) {
  console.error(`Cannot measure ${unknown.join(", ")}: there are ${[...all, ...Object.keys(subjects)].join(", ")}`);
  process.exit(2);
}
installRuntimes();
const runs = Number(values.runs);
const parts = [
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${versions()}; medians of ${runs}.`,
];
console.log(`${parts[0]}\n`);
for (const name of chosen) {
  const root = values.root === undefined ? {} : { root: values.root };
  const text = name === "kernel" ? await kernelsTable(runs) : await socketsTable(name, { runs, names, ...root });
  console.log(text);
  parts.push(text);
  if (!isClean(text)) process.exitCode = 1;
}
if (values.out !== undefined) writeFileSync(values.out, `${parts.join("\n\n")}`);
process.exit();
