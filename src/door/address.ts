/** The bytes of an IP address: 4 of IPv4, 16 of IPv6. */
export type Address = readonly number[];

/** Four decimals without leading zeros: `010.0.0.1` is one address to some, and another to others. */
const FOUR = /^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/;
const LONGEST = 64;
/** How a whole IPv4 address begins in IPv6 (RFC 4291 §2.5.5.2). */
const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/**
 * Reads an IP address as sockets and proxies write it: IPv4, or IPv6 with or without brackets and zone, either with a
 * port behind it. An IPv4 address in an IPv6 one (`::ffff:192.0.2.1`) is that IPv4 address.
 */
export function parseAddress(text: string): Address | undefined {
  if (text.length > LONGEST) return undefined;
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text) ?? [];
  const [, plain] = /^([\d.]+)(?::\d{1,5})?$/.exec(text) ?? [];
  if (plain !== undefined) return parseFour(plain);
  const six = parseSix((bracketed ?? text).replace(/%[\w.-]+$/, ""));
  return six !== undefined && MAPPED.every((byte, at) => six[at] === byte) ? six.slice(12) : six;
}

function parseFour(text: string): Address | undefined {
  if (!FOUR.test(text)) return undefined;
  const bytes = text.split(".").map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

/** RFC 4291 §2.2: eight groups, one run of zeros left out, the last two perhaps as an IPv4 address. */
function parseSix(text: string): Address | undefined {
  const dotted = /^(.*:)(\d[\d.]*\.[\d.]*)$/.exec(text);
  const four = dotted === null ? undefined : parseFour(dotted[2] as string);
  if (dotted !== null && four === undefined) return undefined;
  const hex = four === undefined ? text : `${dotted?.[1]}${groupOf(four, 0)}:${groupOf(four, 2)}`;
  const parts = hex.split("::");
  const [before, after] = parts.map(groupsOf);
  if (parts.length > 2 || before === undefined) return undefined;
  if (parts.length === 1) return before.length === 8 ? bytesOf(before) : undefined;
  if (after === undefined || before.length + after.length > 7) return undefined;
  const left = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return bytesOf([...before, ...left, ...after]);
}

function groupOf(four: Address, at: number): string {
  return (((four[at] as number) << 8) | (four[at + 1] as number)).toString(16);
}

/** Groups of up to four hexadecimal digits; `undefined` where one is none. */
function groupsOf(text: string): number[] | undefined {
  const groups = text === "" ? [] : text.split(":");
  return groups.every((group) => /^[\da-f]{1,4}$/i.test(group))
    ? groups.map((group) => Number.parseInt(group, 16))
    : undefined;
}

function bytesOf(groups: readonly number[]): Address {
  return groups.flatMap((group) => [group >> 8, group & 0xff]);
}

/**
 * What an address counts as: an IPv4 address by itself, and all of a /64 of IPv6 as one, since that is what one customer
 * is given (RFC 6177 §2).
 */
export function keyOf(address: Address): string {
  if (address.length === 4) return address.join(".");
  return `${address
    .slice(0, 8)
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("")}/64`;
}

/** Whether an address is the machine's own (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
export function isLoopback(address: Address): boolean {
  return address.length === 4 ? address[0] === 127 : address.every((byte, at) => byte === (at === 15 ? 1 : 0));
}
