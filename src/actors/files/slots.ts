/** How many of a thing may go on at once: of all users together, and of each. */
export class Slots {
  readonly #all: number;
  readonly #perUser: number;
  readonly #taken = new Map<string, number>();
  #count = 0;

  constructor({ all, perUser }: { readonly all: number; readonly perUser: number }) {
    this.#all = all;
    this.#perUser = perUser;
  }

  /** Takes one for a user; `false`: there is none. */
  take(user: string): boolean {
    const taken = this.#taken.get(user) ?? 0;
    if (this.#count >= this.#all || taken >= this.#perUser) return false;
    this.#count += 1;
    this.#taken.set(user, taken + 1);
    return true;
  }

  leave(user: string): undefined {
    const left = (this.#taken.get(user) ?? 0) - 1;
    this.#count -= 1;
    if (left > 0) this.#taken.set(user, left);
    else this.#taken.delete(user);
  }
}
