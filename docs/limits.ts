import { amounts } from "../src/actors/wire/limits/amounts.ts";
import type { Limit } from "../src/actors/wire/limits/limit.ts";
import { rates } from "../src/actors/wire/limits/rates.ts";
import { sizes } from "../src/actors/wire/limits/sizes.ts";
import { times } from "../src/actors/wire/limits/times.ts";
import type { LimitName } from "../src/actors/wire/mod.ts";

/** What some limits still wait for, and the command that comes with it, where there is one. */
export interface Awaited {
  readonly what: string;
  readonly command?: "auth" | "set" | "upload";
  readonly limits: readonly LimitName[];
}

/** The limits that are named, and not in force yet. This is the only place that says so. */
export const notInForceYet: readonly Awaited[] = [
  {
    what: "past 64 commands behind a join nothing more is read; 512 are the most",
    limits: ["stashCommands", "stashBytes"],
  },
  {
    what: "each kind of mailbox has bounds of its own",
    limits: ["mailboxMessages", "mailboxBytes"],
  },
];

/**
 * Limits that are in force as constants: `limits` of `greenroom()` does not change them. Each with the file that holds it
 * and the words it is held by, so that a test can look.
 */
export const constants: Readonly<Partial<Record<LimitName, readonly [file: string, words: string]>>> = {
  roomUnits: ["src/actors/wire/names.ts", "[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$"],
  guestNameUnits: ["src/actors/wire/names.ts", "[a-zA-Z0-9_]{3,20}$"],
};

const groups: readonly (readonly [title: string, limits: Readonly<Record<string, Limit>>])[] = [
  ["Sizes of frames and fields", sizes],
  ["Amounts", amounts],
  ["Rates", rates],
  ["Times", times],
];

/** Every limit as Markdown: one table for each group. */
export function limitTables(): string {
  const awaited = new Map(notInForceYet.flatMap(({ what, limits }) => limits.map((name) => [name as string, what])));
  return groups
    .map(([title, limits]) => {
      const rows = Object.entries(limits).map(([name, { value, unit, meaning, past }]) => {
        const what = awaited.get(name);
        return `| \`${name}\` | ${amountOf(value, unit)} | ${meaning} | ${past} | ${what === undefined ? "yes" : `**not in force yet**: ${what}`} |`;
      });
      const head = "| limit | default | what it bounds | past it | in force |\n| --- | --- | --- | --- | --- |";
      return [`### ${title}`, "", head, ...rows].join("\n");
    })
    .join("\n\n");
}

const KIB = 1_024;

/** A value with its unit, in the largest one that leaves a whole number. */
function amountOf(value: number, unit: string): string {
  if (unit === "bytes") {
    const [size, name] = largest(value, [
      [KIB ** 3, "GiB"],
      [KIB ** 2, "MiB"],
      [KIB, "KiB"],
    ]) ?? [1, "bytes"];
    return `${grouped(value / size)} ${name}`;
  }
  if (unit === "ms") {
    const [size, name] = largest(value, [
      [86_400_000, "days"],
      [60_000, "min"],
      [1_000, "s"],
    ]) ?? [1, "ms"];
    return `${grouped(value / size)} ${name}`;
  }
  return `${grouped(value)} ${unit}`;
}

function largest(value: number, units: readonly (readonly [number, string])[]): readonly [number, string] | undefined {
  return units.find(([size]) => value >= size && value % size === 0);
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
