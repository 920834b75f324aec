import type { Draft, Entry, Outcome } from "../../actors/room/mod.ts";
import type { DurableImage } from "./durable-image.ts";
import type { Ledger } from "./ledger.ts";

/** So many of a room's last keys are tried again. */
const TRIED_KEYS = 3;

/**
 * Holds what was found on a disk against what had been committed: under an epoch that goes on, each entry stands where it
 * stood, keys are still known, and leases that have passed on are still refused.
 */
export function auditRecovery(ledger: Ledger, image: DurableImage): undefined {
  for (const room of new Set([...ledger.rooms, ...image.rooms])) {
    const epoch = image.epochOf(room);
    const found = image.all(room);
    for (const entry of found) auditEntry(ledger, entry, { room, epoch });
    const head = ledger.head(room, epoch);
    if (found.length < head) {
      ledger.fail("lost", "disk", `${room} ${epoch}: ${head} entries were committed, and ${found.length} are there`);
    }
    auditFences(ledger, image, { room, epoch });
    auditKeys(ledger, image, room);
  }
}

interface Where {
  readonly room: string;
  readonly epoch: string;
}

function auditEntry(ledger: Ledger, entry: Entry, { room, epoch }: Where): undefined {
  const known = ledger.at(room, epoch, entry.seq);
  // It had reached the disk, and nobody had been told.
  if (known === undefined) return ledger.committed(room, epoch, entry) as undefined;
  const same = known.content === entry.content || ledger.sanctions.redacted(room, epoch, entry.seq);
  if (same && known.sender.id === entry.sender.id && known.at === entry.at) return;
  ledger.fail("disagreement", "disk", `${room} ${epoch}/${entry.seq} is ${entry.content}, and was ${known.content}`);
}

function auditFences(ledger: Ledger, image: DurableImage, { room, epoch }: Where): undefined {
  const token = ledger.hostedToken(room, epoch);
  if (token === 0) return;
  const fence = { host: "ticker", token: token - 1 };
  const outcome = tried(image, {
    room,
    sender: { id: "", name: "" },
    content: "late",
    data: undefined,
    key: undefined,
    at: 0,
    fence,
  });
  if (outcome?.type === "refused") return;
  ledger.fail(
    "host",
    "disk",
    `${room}: lease ${token - 1} may write behind lease ${token}, as the restart has forgotten it`,
  );
}

function auditKeys(ledger: Ledger, image: DurableImage, room: string): undefined {
  const keyed = image.kept(room).filter(({ key }) => key !== undefined);
  for (const { seq: _, redacted: __, redacts: ___, ...said } of keyed.slice(-TRIED_KEYS)) {
    if (tried(image, { ...said, room, fence: undefined })?.type === "duplicate") continue;
    ledger.fail("duplicated", "disk", `${room}: ${said.key} may be said again, as the restart has forgotten it`);
  }
}

/** What would become of a draft that must not be done. */
function tried(image: DurableImage, draft: Draft): Outcome | undefined {
  let outcome: Outcome | undefined;
  image.log.append([draft], ([only]) => {
    outcome = only;
  });
  return outcome;
}
