/**
 * Simulates a mutant seed by seed until a promise is broken, and prints which, as JSON. A process of its own, since a
 * mutant may never come back.
 */
import process from "node:process";
import { pathToFileURL } from "node:url";
import type { greenroom } from "../../../src/greenroom.ts";
import { simulate } from "../../../src/testing/mod.ts";

const [entry = "", first = "1", last = "0"] = process.argv.slice(2);
const mutant = (await import(pathToFileURL(entry).href)) as { readonly greenroom: typeof greenroom };

for (let seed = Number(first); seed <= Number(last); seed += 1) {
  const { violations } = await simulate({ seed, server: mutant.greenroom });
  const [first] = violations;
  if (first === undefined) continue;
  const [said] = first.text.split("\n");
  console.log(JSON.stringify({ seed, kind: first.kind, said: `${first.who} ${said}` }));
  break;
}
