import { parseArgs } from "node:util";
import { type GrantTable, mint } from "../door/mod.ts";
import { type Environment, readConfig } from "./config.ts";

/** What `greenroom token --help` prints. */
export const tokenHelp: string = `Usage: GREENROOM_JWT_SECRET=… greenroom token --sub ID [flags]

Prints a token for development, signed with GREENROOM_JWT_SECRET as the server would check it.

  --sub ID          whom it is for: 1 to 128 printable characters without spaces
  --name NAME       the name that others see; the id when left out
  --rooms JSON      what it grants, such as {"lobby":["read","write"],"team-*":["read"]}
  --seconds N       how long it counts; 3600 when left out
`;

const LONGEST_S = 31_536_000;

/**
 * Makes the token that a command line asks for.
 *
 * @throws {Error} with one line that names what is wrong with it.
 */
export async function tokenFor(args: readonly string[], env: Environment, date: number): Promise<string> {
  const asked = readConfig([], env);
  if (asked.type !== "run" || asked.config.jwtSecret === undefined) {
    throw new Error("Cannot make a token without GREENROOM_JWT_SECRET");
  }
  const { jwtSecret: secret, jwtAlgorithm: algorithm, jwtIssuer: issuer, jwtAudience: audience } = asked.config;
  const { sub, name, rooms, seconds } = read(args);
  if (sub === undefined) throw new Error("Cannot make a token without --sub");
  if (!/^\d{1,8}$/.test(seconds) || Number(seconds) < 1 || Number(seconds) > LONGEST_S) {
    throw new Error("Cannot read --seconds: it is not a whole number of seconds, up to a year");
  }
  const minting = { sub, name, rooms: tableOf(rooms), seconds: Number(seconds), issuer, audience, date };
  return await mint(minting, { secret, algorithm });
}

function read(
  args: readonly string[],
): Readonly<Record<"sub" | "name" | "rooms", string | undefined>> & { readonly seconds: string } {
  const string = { type: "string" } as const;
  try {
    const options = { sub: string, name: string, rooms: string, seconds: { ...string, default: "3600" } };
    const { sub, name, rooms, seconds } = parseArgs({ args: [...args], options }).values;
    return { sub, name, rooms, seconds };
  } catch (error) {
    throw new Error(`Cannot read this: ${(error as Error).message.split(". ")[0]}`);
  }
}

function tableOf(rooms: string | undefined): GrantTable | undefined {
  if (rooms === undefined) return undefined;
  try {
    return JSON.parse(rooms) as GrantTable;
  } catch {
    throw new Error("Cannot read --rooms: it is not JSON");
  }
}
