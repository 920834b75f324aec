/** What a row without its text holds on the disk, its places in the indexes included, in bytes. */
const ROW_BYTES = 120;

/** About what an entry holds on the disk in bytes, by the length of its body. */
export function weightOf(length: number): number {
  return length + ROW_BYTES;
}
