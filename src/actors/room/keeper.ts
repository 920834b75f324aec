import {
  type ActorRef,
  type Behavior,
  type Context,
  type Handle,
  type MailboxPolicy,
  restartOnFailure,
} from "../kernel/mod.ts";
import type { Host, HostMessage } from "./host.ts";
import { roomOf } from "./host-room.ts";
import type { RoomMessage } from "./message.ts";
import type { PutOutcome, Records } from "./records.ts";
import type { RoomScope } from "./scope.ts";

/** What a host's keeper takes: what it passes on to its host, and its own. */
export type KeeperMessage =
  | HostMessage
  | { readonly type: "contend" }
  | { readonly type: "answered"; readonly askedAt: number; readonly outcome: PutOutcome }
  | { readonly type: "notAnswered" }
  | { readonly type: "expired" }
  | { readonly type: "hostEnded" };

/** What a keeper is made of. */
export interface KeeperOptions {
  readonly host: Host;
  readonly records: Records;
  readonly node: string;
  readonly scope: RoomScope;
  readonly self: ActorRef<RoomMessage>;
}

/** A lease lasts this long, is renewed this often, and its holder stops this long before it would end. */
const LEASE = { ttlMs: 8_000, renewMs: 2_000, marginMs: 1_000 };

/** A host that cannot keep up with its room misses entries, oldest first; it can read them from the log. */
const hostMailbox: MailboxPolicy<HostMessage> = {
  classes: { appended: { limit: 10_000, overflow: "drop-oldest" } },
  classOf: ({ type }) => (type === "appended" ? "appended" : "control"),
};

/**
 * Contends for the lease of a host, and runs the host while it holds it. The version under which the lease was won is its
 * fencing token: it grows from holder to holder, and the log refuses older ones (M. Kleppmann, "How to do distributed
 * locking", 2016).
 */
export function keeper({ host, records, node, scope, self }: KeeperOptions): Behavior<KeeperMessage> {
  const key = `lease ${scope.name} ${host.name}`;
  return function keeper(context: Context<KeeperMessage>): Handle<KeeperMessage> {
    let version = 0;
    let asking: Promise<PutOutcome> | undefined;
    let running: ActorRef<HostMessage> | undefined;

    function contend(): undefined {
      const askedAt = context.now();
      asking = records.put(key, node, { expected: version, ttlMs: LEASE.ttlMs });
      context.pipe(
        asking,
        (outcome) => ({ type: "answered", askedAt, outcome }),
        () => ({ type: "notAnswered" }),
      );
      context.after("contend", LEASE.renewMs, { type: "contend" });
    }

    function answered(askedAt: number, outcome: PutOutcome): undefined {
      if (outcome.type === "conflict") return lose();
      const won = version === 0;
      version = outcome.version;
      // Counted from the question: by the answer, part of the lease is over.
      context.after("expired", askedAt + LEASE.ttlMs - LEASE.marginMs - context.now(), { type: "expired" });
      if (won) start(outcome.version);
    }

    function start(token: number): undefined {
      const behavior = host.behavior(roomOf({ scope, self, fence: { host: host.name, token } }));
      running = context.spawn(behavior, { name: `at ${token}`, mailbox: hostMailbox, supervision: restartOnFailure() });
      context.watch(running, () => ({ type: "hostEnded" }));
    }

    /** The lease is another's, or might be by now. */
    function lose(): undefined {
      version = 0;
      context.cancel("expired");
      if (running === undefined) return;
      context.unwatch(running);
      context.stopChild(running);
      running = undefined;
    }

    /** Gives the lease up, under the version that the last asking has brought or will bring. */
    async function giveBack(): Promise<void> {
      const outcome = await asking?.catch(() => undefined);
      const held = outcome?.type === "done" ? outcome.version : version;
      if (held > 0) await records.delete(key, { expected: held });
    }

    context.onStop(function letGo(): undefined {
      // Where this fails, the lease runs out by itself.
      giveBack().catch(() => undefined);
    });
    contend();

    return function handle(message: KeeperMessage): undefined {
      switch (message.type) {
        case "contend":
          return contend();
        case "answered":
          return answered(message.askedAt, message.outcome);
        case "expired":
        case "hostEnded": // it has failed too often: another node may have better luck
          return lose();
        case "notAnswered":
          return;
        default:
          running?.tell(message);
      }
    };
  };
}
