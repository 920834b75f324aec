import type { Behavior, Context, Handle } from "../../kernel/mod.ts";
import type { Records } from "../records.ts";
import type { Reading } from "./register.ts";
import { REVOCATIONS, type Revocations } from "./revocations.ts";

/** What the warden takes. */
export type WardenMessage =
  /** Something has changed, or it is time to look whether something has. */
  | { readonly type: "look" }
  /** Someone must know what holds now; `reply` says whether it could be read. */
  | { readonly type: "refresh"; readonly reply: (current: boolean) => undefined }
  | { readonly type: "read"; readonly look: number; readonly askedAt: number; readonly reading: Reading }
  | { readonly type: "notRead"; readonly look: number };

/** Someone is not let in any more: by user, or by a single token. */
export interface Revoke {
  readonly type: "revoke";
  readonly user?: string;
  readonly token?: string;
}

/** What a warden is made of. */
export interface WardenOptions {
  readonly records: Records;
  readonly revocations: Revocations;
  /** Has the connections closed that are concerned. */
  readonly revoke: (message: Revoke) => undefined;
  /** Whether other nodes share the records. */
  readonly shared: boolean;
}

/** How often records that others share are asked, and how soon those that did not answer. */
const LOOK_MS = 1_000;
/** An answer that takes longer counts as none. */
const PATIENCE_MS = 5_000;

/**
 * Keeps what this node knows of revocations as new as it can, and has the connections closed that they concern. On a node
 * among several it asks once a second, so that one that is cut off finds out.
 */
export function warden({ records, revocations, revoke, shared }: WardenOptions): Behavior<WardenMessage> {
  return function warden(context: Context<WardenMessage>): Handle<WardenMessage> {
    let reading = false;
    let looks = 0;
    /** Those who asked while an answer was under way that may be older than their question. */
    let next: ((current: boolean) => undefined)[] = [];
    let present: ((current: boolean) => undefined)[] = [];
    let again = false;
    const watch = records.watch(REVOCATIONS, (change) => {
      if (revocations.isConcern(change)) context.self.tell({ type: "look" });
    });
    context.onStop(function letGo(): undefined {
      watch.close();
      for (const reply of [...present, ...next]) reply(false);
    });

    function look(): undefined {
      if (reading) {
        again = true;
        return;
      }
      reading = true;
      present = next;
      next = [];
      looks += 1;
      const look = looks;
      const askedAt = context.now();
      context.pipe(
        revocations.read(),
        (found) => ({ type: "read", look, askedAt, reading: found }),
        () => ({ type: "notRead", look }),
      );
      context.after("patience", PATIENCE_MS, { type: "notRead", look });
    }

    function take({ askedAt, reading: found, look }: Extract<WardenMessage, { readonly type: "read" }>): undefined {
      const names = revocations.take(found, { askedAt, now: context.now(), date: context.date() });
      for (const name of names) showOut(name);
      if (look === looks) settle(true);
    }

    function showOut(name: string): undefined {
      const at = name.indexOf(" ");
      const [kind, id] = [name.slice(0, at), name.slice(at + 1)];
      const now = context.now();
      if (kind === "user" && revocations.user(id, now) !== undefined) revoke({ type: "revoke", user: id });
      if (kind === "token" && revocations.token(id, now) !== undefined) revoke({ type: "revoke", token: id });
    }

    function settle(current: boolean): undefined {
      if (!reading) return;
      reading = false;
      context.cancel("patience");
      for (const reply of present) reply(current);
      present = [];
      if (again || next.length > 0) {
        again = false;
        return look();
      }
      if (shared || !current) context.after("look", LOOK_MS, { type: "look" });
    }

    look();

    return function handle(message: WardenMessage): undefined {
      switch (message.type) {
        case "look":
          return look();
        case "refresh":
          next.push(message.reply);
          return reading ? undefined : look();
        case "read":
          return take(message);
        case "notRead":
          return message.look === looks ? settle(false) : undefined;
        default:
          message satisfies never;
      }
    };
  };
}
