/** A seed of its own for each part of a run, so that one part can be done again alone (MurmurHash3's finaliser). */
export function seedOf(seed: number, ...parts: readonly number[]): number {
  return parts.reduce(mix, seed | 0);
}

function mix(seed: number, part: number): number {
  let bits = Math.imul(seed ^ Math.imul(part + 1, 0x9e3779b1), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
