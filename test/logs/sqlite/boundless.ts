/** Limits that are none: drafts of tests are said in 1970. */
export const boundless = {
  roomEntries: 1_000_000,
  roomMs: Number.POSITIVE_INFINITY,
  roomBytes: 1024 ** 3,
  totalBytes: 1024 ** 3,
};
