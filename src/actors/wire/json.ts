import { leadsPair } from "./utf8.ts";

/** Any value that JSON can say (RFC 8259). */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** How large a JSON value may be: bytes of its shortest form in UTF-8, and levels of arrays and objects in each other. */
export interface JsonBounds {
  readonly maxBytes: number;
  readonly maxLevels: number;
}

/**
 * Whether a value is JSON within the bounds. It walks without recursion and gives up at the first excess, so neither
 * depth nor a cycle can exhaust the stack. A number that JSON cannot say (`1e999` is read as `Infinity`) does not fit.
 */
export function fitsJson(value: unknown, bounds: JsonBounds): value is Json {
  return walk(value, bounds, scalarBytes);
}

/** Whether what `JSON.parse` made takes at most `maxBytes` bytes again, however deep; past a double's range, as `null`. */
export function fitsBytes(value: unknown, maxBytes: number): boolean {
  return walk(value, { maxBytes, maxLevels: Number.POSITIVE_INFINITY }, parsedBytes);
}

function walk(value: unknown, { maxBytes, maxLevels }: JsonBounds, bytesOf: (scalar: unknown) => number): boolean {
  let left = maxBytes;
  let below: unknown[] = [];
  spend(value);
  for (let level = 1; below.length > 0 && left >= 0; level++) {
    if (level > maxLevels) return false;
    const containers = below;
    below = [];
    for (const container of containers) {
      open(container);
      if (left < 0) return false;
    }
  }
  return left >= 0;

  function open(container: unknown): undefined {
    if (Array.isArray(container)) {
      left -= 1 + Math.max(1, container.length);
      for (let index = 0; index < container.length && left >= 0; index++) spend(container[index]);
      return;
    }
    if (!isPlain(container)) {
      left = Number.NEGATIVE_INFINITY;
      return;
    }
    const keys = Object.keys(container);
    left -= 1 + Math.max(1, keys.length);
    for (let index = 0; index < keys.length && left >= 0; index++) {
      const key = keys[index] ?? "";
      left -= quotedBytes(key) + 1;
      spend(container[key]);
    }
  }

  function spend(member: unknown): undefined {
    if (typeof member === "object" && member !== null) below.push(member);
    else left -= bytesOf(member);
  }
}

function scalarBytes(value: unknown): number {
  if (typeof value === "string") return quotedBytes(value);
  if (typeof value === "number") return Number.isFinite(value) ? String(value).length : Number.POSITIVE_INFINITY;
  if (value === null || value === true) return 4;
  return value === false ? 5 : Number.POSITIVE_INFINITY;
}

function parsedBytes(value: unknown): number {
  return scalarBytes(typeof value === "number" && !Number.isFinite(value) ? null : value);
}

/** What `JSON.stringify` makes of a string, in bytes: lone surrogates are escaped (ECMA-262, QuoteJSONString). */
function quotedBytes(text: string): number {
  let bytes = 2;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 0x22 || unit === 0x5c) bytes += 2;
    else if (unit < 0x20) bytes += unit >= 0x08 && unit <= 0x0d && unit !== 0x0b ? 2 : 6;
    else if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if ((unit & 0xf800) !== 0xd800) bytes += 3;
    else if (leadsPair(text, index)) {
      bytes += 4;
      index += 1;
    } else bytes += 6;
  }
  return bytes;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
