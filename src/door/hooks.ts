import type { Clock } from "../actors/kernel/mod.ts";
import type { Grant, User } from "../actors/wire/mod.ts";
import type { GrantTable } from "./grants.ts";

/** Who an app says a request comes from. */
export interface Who {
  /** 1 to 128 printable characters without spaces; not beginning with `guest:` or `host:`. */
  readonly id: string;
  /** 1 to 64 UTF-16 units without control characters; the id, when left out or anything else. */
  readonly name?: string;
  /** What the user may do, by room; what every user may, when left out. */
  readonly rooms?: GrantTable;
  /** When the connection is to end, in ms since 1970; never, when left out. */
  readonly endsAt?: number;
  /** A name for the session, to revoke it by. */
  readonly token?: string;
}

/** An app's own way to tell who a request comes from; `undefined` leaves that to the other credentials. */
export type Authenticate = (request: Request) => Who | undefined | Promise<Who | undefined>;

/** An app's own say on what a user may do in a room; `undefined` leaves that to the token and the settings. */
export type Authorize = (user: User, room: string, action: Grant) => boolean | undefined | Promise<boolean | undefined>;

/** What came of asking: an answer, or none, since whoever was asked has failed or took too long. */
export type Heard<T> = { readonly ok: true; readonly answer: T } | { readonly ok: false };

/** How an app is asked. */
export interface Hearing {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Told why there was no answer. */
  readonly failed: (error: unknown) => void;
}

/** Asks an app; never rejects, and never takes longer than `timeoutMs`. */
export function hear<T>(ask: () => T | Promise<T>, { clock, timeoutMs, failed }: Hearing): Promise<Heard<T>> {
  return new Promise((resolve) => {
    let open = true;
    const takeBack = clock.alarm(clock.now() + timeoutMs, () => fail(new Error(`no answer within ${timeoutMs} ms`)));
    function settle(heard: Heard<T>): void {
      open = false;
      takeBack();
      resolve(heard);
    }
    function fail(error: unknown): void {
      if (!open) return;
      settle({ ok: false });
      failed(error);
    }
    // Within a promise, so that one that throws at once fails like one that rejects.
    Promise.resolve()
      .then(ask)
      .then(
        (answer) => settle({ ok: true, answer }),
        (error: unknown) => fail(error),
      );
  });
}
