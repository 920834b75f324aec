import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { generated, pages, read } from "../../docs/generate.ts";
import { sectionsOf } from "./markdown.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(page: string): readonly string[] {
  return [1, 2, 3].flatMap((level) =>
    sectionsOf(page, level).map(({ title }) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

function linksOf(path: string): readonly string[] {
  const links = [...read(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link as string);
  return links.filter((link) => !/^[a-z]+:/.test(link));
}

function isBroken(path: string, link: string): boolean {
  const [file = "", anchor] = link.split("#");
  const target = file === "" ? path : join(dirname(path), file);
  if (!existsSync(join(root, target))) return true;
  return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
}

describe.each(pages)("%s", (path) => {
  it("has its generated parts as their sources have them: else run `npx node docs/generate.ts`", () => {
    expect(read(path)).toBe(generated(read(path)));
  });

  it("has no link within the repository that leads nowhere", () => {
    expect(linksOf(path).filter((link) => isBroken(path, link))).toEqual([]);
  });
});

describe("docs/decisions/README.md", () => {
  it("lists every decision", () => {
    const decisions = pages.filter((path) => /^docs\/decisions\/\d/.test(path)).map((path) => path.slice(15));
    expect(decisions.filter((name) => !read("docs/decisions/README.md").includes(`](${name})`))).toEqual([]);
  });
});
