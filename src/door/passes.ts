import type { Pass } from "../actors/connection/mod.ts";
import type { Clock } from "../actors/kernel/mod.ts";
import { grants as every, type Grant, type User } from "../actors/wire/mod.ts";
import { grantsIn } from "./grants.ts";
import { type Authorize, hear } from "./hooks.ts";
import type { Identity } from "./identity.ts";

/** What passes are made with. */
export interface PassesOptions {
  readonly guestGrants: readonly Grant[];
  readonly userGrants: readonly Grant[];
  readonly authorize: Authorize | undefined;
  readonly clock: Clock;
  readonly hookMs: number;
  /** Told why an app could not be asked. */
  readonly failed: (error: unknown) => void;
}

/** Makes passes of what is known of someone. */
export class Passes {
  readonly #options: PassesOptions;
  readonly #guests: ReadonlyMap<string, readonly Grant[]>;
  readonly #users: ReadonlyMap<string, readonly Grant[]>;

  constructor(options: PassesOptions) {
    this.#options = options;
    this.#guests = new Map([["*", options.guestGrants]]);
    this.#users = new Map([["*", options.userGrants]]);
  }

  /** The pass of a user whose credentials are good. */
  of({ id, name, rooms, endsAt, issuedAt, token }: Identity): Pass {
    const user: User = { id, name, guest: false };
    const grants = this.#grants(user, rooms ?? this.#users);
    return { user, grants, deferred: this.#deferred, endsAt, issuedAt, token };
  }

  /** The pass of someone without credentials, under a name of their own choice. */
  guest(name: string): Pass {
    const user: User = { id: `guest:${name}`, name, guest: true };
    const grants = this.#grants(user, this.#guests);
    return { user, grants, deferred: this.#deferred, endsAt: undefined, issuedAt: undefined, token: undefined };
  }

  get #deferred(): boolean {
    return this.#options.authorize !== undefined;
  }

  #grants(known: User, table: ReadonlyMap<string, readonly Grant[]>): Pass["grants"] {
    const { authorize } = this.#options;
    if (authorize === undefined) return (room) => grantsIn(table, room);
    return (room, user = known) => this.#ask(authorize, { user, room, otherwise: grantsIn(table, room) });
  }

  /** Asks the app for every action at once. */
  async #ask(
    authorize: Authorize,
    { user, room, otherwise }: { readonly user: User; readonly room: string; readonly otherwise: readonly Grant[] },
  ): Promise<readonly Grant[] | undefined> {
    const { clock, hookMs: timeoutMs, failed } = this.#options;
    const heard = await Promise.all(
      every.map((action) => hear(() => authorize(user, room, action), { clock, timeoutMs, failed })),
    );
    if (heard.some(({ ok }) => !ok)) return undefined;
    return every.filter((action, at) => {
      const said = heard[at];
      return said?.ok === true && (said.answer ?? otherwise.includes(action));
    });
  }
}
