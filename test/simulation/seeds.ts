/**
 * Seeds that find what was wrong once: without its correction, each of these fails. They are run first, for ever. Should
 * the simulation itself change, so does what a seed is: `node test/simulation/mutations/command.ts` says which find them then.
 */
export const seeds: readonly (readonly [seed: number, found: string])[] = [
  [1, "what a room had in hand when it failed was never answered"],
  [6, "a room that was left was watched no more, though it had not answered"],
  [8, "a log that threw ended the journal, and its node could never publish again"],
  [16, "a cursor went live before its room's next life had read the log, and skipped what was there"],
  [30, "who asked for members between two announcements saw someone for ever who had come and gone"],
  [44, "a room failed over a leaving or its own end, and forgot it"],
  [83, "who came between two announcements was not told of those who came just after"],
  [136, "a page of history that a failed room had asked for was never answered, and its budget never given back"],
  [334, "a room ended as idle while an answer was under way"],
  [351, "two answers to one question, the older one last: members were told reset for the epoch they were in"],
  [3921, "history of a log that had gone back was shown as redacted where the former epoch had redactions"],
];
