/**
 * Simulates a mutant seed by seed until a promise is broken, and prints which, as JSON: its server, with `sdk` its clients,
 * with `files` its keeping of files, or with `engine` what the simulation itself keeps entries in. A process of its own,
 * since a mutant may never come back.
 */
import process from "node:process";
import { pathToFileURL } from "node:url";
import type { filing } from "../../../src/actors/files/mod.ts";
import type { connect } from "../../../src/client/mod.ts";
import type { greenroom } from "../../../src/greenroom.ts";
import * as observer from "../../../src/testing/mod.ts";
import { simulateFiles } from "../files/simulate-files.ts";

const { simulateClients } = observer;

const [entry = "", first = "1", last = "0", part] = process.argv.slice(2);
const mutant = (await import(pathToFileURL(entry).href)) as { readonly greenroom: typeof greenroom };

const sdk = (await import(new URL("client/mod.ts", pathToFileURL(entry)).href)) as { readonly connect: typeof connect };

const filed = (await import(new URL("actors/files/mod.ts", pathToFileURL(entry)).href)) as {
  readonly filing: typeof filing;
};

const copy = (await import(new URL("testing/mod.ts", pathToFileURL(entry)).href)) as typeof observer;
const { simulate } = part === "engine" ? copy : observer;

function run(seed: number): ReturnType<typeof simulate> {
  const options = { seed, server: mutant.greenroom };
  return part === "sdk" ? simulateClients({ ...options, connect: sdk.connect }) : simulate(options);
}

for (let seed = Number(first); seed <= Number(last); seed += 1) {
  // Only these have a disk.
  if (part === "engine" && seed % 10 !== 5) continue;
  if (part === "files") {
    const [said] = await simulateFiles({ seed, keep: filed.filing });
    if (said === undefined) continue;
    console.log(JSON.stringify({ seed, kind: "files", said }));
    break;
  }
  const { violations } = await run(seed);
  const [first] = violations;
  if (first === undefined) continue;
  const [said] = first.text.split("\n");
  console.log(JSON.stringify({ seed, kind: first.kind, said: `${first.who} ${said}` }));
  break;
}
