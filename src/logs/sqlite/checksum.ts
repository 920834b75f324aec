import { crc32 } from "node:zlib";

/**
 * The checksum of a row: over what it says and where it stands, so that a row that has got to another place is found out
 * as well as one in which a bit has flipped.
 */
export function checksum(text: string, ...place: readonly number[]): number {
  let sum = 0;
  for (const number of place) sum = Math.imul(sum ^ (number >>> 0) ^ Math.trunc(number / 4_294_967_296), 0x9e3779b1);
  return crc32(text, sum >>> 0);
}
