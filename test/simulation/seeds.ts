/**
 * Seeds that find what was wrong once: without its correction, each of these fails. They are run first, for ever. Should
 * the simulation itself change, so does what a seed is: `node test/simulation/mutations/command.ts` says which find them then.
 */
export const seeds: readonly (readonly [seed: number, found: string])[] = [
  [5, "who asked for members between two announcements saw someone for ever who had come and gone"],
  [6, "what a room had in hand when it failed was never answered"],
  [8, "a log that threw ended the journal, and its node could never publish again"],
  [79, "a cursor went live before its room's next life had read the log, and skipped what was there"],
  [
    83,
    "two answers to one question, the older one last; and who came before an announcement missed who came just after",
  ],
  [84, "a room failed over a leaving or its own end, and forgot it"],
  [130, "a room ended as idle while somebody might come back to it, whom other nodes then kept for long"],
  [136, "a page of history that a failed room had asked for was never answered, and its budget never given back"],
  [158, "a room that was left was watched no more, though it had not answered"],
  [341, "a room ended as idle while an answer was under way"],
  [
    802,
    "the calm of the simulation did not reach what a slow line was sending, and old words were held against the server",
  ],
  [3921, "history of a log that had gone back was shown as redacted where the former epoch had redactions"],
  [901_225, "the simulated disk did again what had been too late for a record that has an end, as if it were not"],
];
