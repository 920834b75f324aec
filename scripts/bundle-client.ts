// Bundles the client for browsers that load it as it is: one minified ES module, which knows nothing of its sources.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root: string = fileURLToPath(new URL("..", import.meta.url));

/** Where the bundle goes, in the package. */
export const bundlePath: string = "dist/client/greenroom-client.min.js";

/** The bundle's bytes, and which sources they come from. */
export async function bundleClient(): Promise<{ readonly contents: Uint8Array; readonly sources: readonly string[] }> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["src/client/mod.ts"],
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
    metafile: true,
    write: false,
  });
  const [output] = Object.values(metafile.outputs);
  const [file] = outputFiles;
  if (file === undefined || output === undefined) throw new Error("Cannot bundle the client: nothing came of it");
  return { contents: file.contents, sources: Object.keys(output.inputs) };
}
