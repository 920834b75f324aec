import { type Environment, readConfig } from "./config.ts";

/** What `greenroom backup --help` prints. */
export const backupHelp: string = `Usage: greenroom backup FILE [--data FOLDER]

Writes a consistent copy of the messages and records on the disk into FILE, which must not be there yet. The server may
be running meanwhile. To go back to it: end the server, put FILE in the place of greenroom.sqlite in the data folder, take
away greenroom.sqlite-wal and greenroom.sqlite-shm, and start the server. Uploaded files are not in it.
`;

/**
 * Makes a backup, and answers what to say.
 *
 * @throws {Error} with one line, where it cannot be made.
 */
export async function backupTo(args: readonly string[], env: Environment): Promise<string> {
  const [path, ...rest] = args;
  const asked = readConfig(rest, env);
  if (path === undefined || path.startsWith("-") || asked.type !== "run") return backupHelp;
  const { backup } = await import("../logs/sqlite/backup.ts");
  try {
    backup(asked.config.data, path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(why.replace("the folder", "GREENROOM_DATA"), { cause: error });
  }
  return `Wrote ${path}\n`;
}
