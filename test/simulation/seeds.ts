/** Seeds that once failed, and what each has found. They are run first, for ever. */
export const seeds: readonly (readonly [seed: number, found: string])[] = [
  [8, "a publish over which a room's layer failed was never answered"],
  [14, "a connection was lost while its room failed over its leaving, and stayed a member for ever"],
  [24, "a room failed while it was asked to end, and nobody came in any more"],
  [25, "a room failed over someone who was entering, who was never told"],
  [29, "a log that threw ended the journal, and its node could never publish again"],
  [30, "a client that pipelined history behind a join cost many times its budget"],
  [36, "a cursor went live before its room's next life had read the log, and skipped what was there"],
  [41, "who asked for members between two announcements saw someone for ever who had come and gone"],
  [73, "a reader whose budget was smaller than a stretch of entries was never caught up, and the server span"],
  [97, "a page of history that a failed room had asked for was never answered, and its budget never given back"],
  [137, "what was said before leaving a room that then failed for good was never answered"],
  [142, "two answers to one question, the older one last: members were told reset for the epoch they were in"],
  [180, "someone who joined while there were only counts took the first names for all names"],
  [893, "a member who was behind was shown a count that nobody corrected"],
  [1410, "a room ended as idle while an answer was under way"],
];
