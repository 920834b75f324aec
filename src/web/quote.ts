import type { Json } from "../client/mod.ts";

/** What a share costs now, by how many per cent that differs from its first price, and what it cost before. */
export interface Quote {
  readonly symbol: string;
  readonly price: number;
  readonly change: number;
  readonly prices: readonly number[];
}

/** More prices than this are not drawn. */
const DRAWN = 600;
/** A longer name is none of a share. */
const LONGEST_SYMBOL = 12;

/** A value of a room's state as a quote, where it is one. */
export function quoteOf(symbol: string, value: Json): Quote | undefined {
  if (symbol.length > LONGEST_SYMBOL || typeof value !== "object" || value === null || Array.isArray(value)) return;
  const { price, change, history } = value as Readonly<Record<string, Json>>;
  if (!isNumber(price) || !isNumber(change) || !Array.isArray(history)) return undefined;
  const prices = history.filter(isNumber).slice(-DRAWN);
  return { symbol, price, change, prices: prices.length > 0 ? prices : [price] };
}

function isNumber(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
