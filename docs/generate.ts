/**
 * Writes the generated parts of README.md and docs/: the limits, the settings of the command, and the examples, which are
 * files that tests run. A part stands between `<!-- generated: NAME -->` and `<!-- end -->`.
 *
 *     npx node docs/generate.ts
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { settings } from "../src/runtime/config.ts";
import { limitTables } from "./limits.ts";

const root: string = fileURLToPath(new URL("..", import.meta.url));

/** Every page with words for people who use this, by its path in the repository. */
export const pages: readonly string[] = [
  "README.md",
  ...readdirSync(`${root}docs`)
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
  ...readdirSync(`${root}docs/deploy`)
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/deploy/${name}`),
  ...readdirSync(`${root}docs/decisions`).map((name) => `docs/decisions/${name}`),
];

/** The text of a file of the repository. */
export function read(path: string): string {
  return readFileSync(root + path, "utf8");
}

const part = /(<!-- generated: (.+?) -->\n)[^]*?(<!-- end -->)/g;

/** A page with its generated parts as they are to be. */
export function generated(page: string): string {
  return page.replace(part, (_, begin: string, name: string, end: string) => `${begin}\n${textOf(name)}\n\n${end}`);
}

function textOf(name: string): string {
  if (name === "limits") return limitTables();
  if (name === "settings") return settingsTable();
  return ["```ts", exampleText(name), "```"].join("\n");
}

function settingsTable(): string {
  const rows = Object.values(settings).map(({ flag, variable, meaning, takes, default: fallback }) => {
    return `| \`${flag}\` | \`${variable}\` | ${meaning} | ${takes} | \`${fallback === "" ? "none" : fallback}\` |`;
  });
  return ["| flag | variable | meaning | takes | default |", "| --- | --- | --- | --- | --- |", ...rows].join("\n");
}

/** An example as a user of the package would write it: by the names of its entries. */
function exampleText(path: string): string {
  const entries = JSON.parse(read("deno.json")).exports as Readonly<Record<string, string>>;
  let text = read(path).trimEnd();
  for (const [entry, source] of Object.entries(entries)) {
    text = text.replaceAll(`"../../${source.slice(2)}"`, `"greenroom${entry.slice(1)}"`);
  }
  return text;
}

if (import.meta.main) for (const page of pages) writeFileSync(root + page, generated(read(page)));
