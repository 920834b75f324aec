/**
 * Bundles the chat page of `src/web` into `src/routes/page-assets.ts`, so that it is served from sources, from `dist` and
 * from JSR alike, unbuilt.
 *
 *     npm run page
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root: string = fileURLToPath(new URL("..", import.meta.url));

/** Where the bundled page is kept. */
export const pageAssetsPath: string = `${root}src/routes/page-assets.ts`;

/** The text of the module that holds the page, as the sources are now. */
export async function pageAssetsText(): Promise<string> {
  const [script, style] = await Promise.all([bundle("main.ts"), bundle("page.css")]);
  const icon = read("icon.svg").trim();
  const document = read("index.html").replaceAll(/\n+</g, "\n<");
  return `/**
 * The chat page, bundled from \`src/web\`: not to be edited, but made anew by \`npm run page\`.
 *
 * @module
 */

/** A file of the page: its name changes with its text. */
export interface PageAsset {
  readonly name: string;
  readonly media: string;
  readonly text: string;
}

/** The page itself, in which \`{{…}}\` stands for what depends on where it is served. */
export const pageDocument: { readonly hash: string; readonly text: string } = ${literal({ hash: hashOf(document + icon + script + style), text: document })};

/** The files that the page is made of besides. */
export const pageAssets: { readonly [name in "script" | "style" | "icon"]: PageAsset } = {
  script: ${literal(asset("js", "text/javascript; charset=utf-8", script))},
  style: ${literal(asset("css", "text/css; charset=utf-8", style))},
  icon: ${literal(asset("svg", "image/svg+xml", icon))},
};
`;
}

function read(name: string): string {
  return readFileSync(`${root}src/web/${name}`, "utf8");
}

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${root}src/web/${entry}`],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2024",
    charset: "utf8",
    legalComments: "none",
    tsconfigRaw: "{}",
  });
  return (outputFiles[0]?.text ?? "").trim();
}

function asset(extension: string, media: string, text: string): object {
  return { name: `page.${hashOf(text)}.${extension}`, media, text };
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** An object as an expression; `</` and line ends that JavaScript once knew are escaped. */
function literal(value: object): string {
  return JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

if (import.meta.main) writeFileSync(pageAssetsPath, await pageAssetsText());
