import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Mutation } from "./mutation.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** A copy of the sources with a fault in it. */
export interface Mutant {
  /** Its server. */
  readonly entry: string;
  /** Removes the copy. */
  remove(): void;
}

/**
 * Makes a mutant, in a temporary folder: the sources themselves are never touched.
 *
 * @throws {Error} where a patch does not fit any more.
 */
export function mutantOf({ name, patches }: Mutation): Mutant {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-mutant-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    cpSync(join(root, "src"), join(folder, "src"), { recursive: true });
    cpSync(join(root, "package.json"), join(folder, "package.json"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    for (const { file, from, to } of patches) {
      const path = join(folder, "src", file);
      const parts = readFileSync(path, "utf8").split(from);
      if (parts.length !== 2) throw new Error(`Cannot make "${name}": ${file} has its text ${parts.length - 1} times`);
      writeFileSync(path, parts.join(to));
    }
    return { entry: join(folder, "src/greenroom.ts"), remove };
  } catch (error) {
    remove();
    throw error;
  }
}
