import { type AmountName, amounts } from "./limits/amounts.ts";
import type { Limit } from "./limits/limit.ts";
import { type RateName, rates } from "./limits/rates.ts";
import { type SizeName, sizes } from "./limits/sizes.ts";
import { type TimeName, times } from "./limits/times.ts";

export type { Limit } from "./limits/limit.ts";

/** The name of a limit. */
export type LimitName = SizeName | AmountName | RateName | TimeName;

/** What the limits in force are. */
export type Limits = Readonly<Record<LimitName, number>>;

/** Every limit of the server: its default, its unit, what it bounds and what happens past it. */
export const limits: Readonly<Record<LimitName, Limit>> = { ...sizes, ...amounts, ...rates, ...times };

/** The limits of a server that configures none. */
export const defaultLimits: Limits = Object.freeze(
  Object.fromEntries(Object.entries(limits).map(([name, { value }]) => [name, value])) as Record<LimitName, number>,
);
