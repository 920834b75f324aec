/** Who takes a slot. */
export interface Holder {
  readonly user: string;
  /** Where it comes from, where that counts: a guest may call itself anything. */
  readonly address?: string | undefined;
}

/** How many of a thing may go on at once: of all together, of each user, and of all guests behind each address. */
export class Slots {
  readonly #all: number;
  readonly #perUser: number;
  readonly #perAddress: number;
  readonly #users = new Map<string, number>();
  readonly #addresses = new Map<string, number>();
  #count = 0;

  constructor({ all, perUser, perAddress }: Readonly<Record<"all" | "perUser" | "perAddress", number>>) {
    this.#all = all;
    this.#perUser = perUser;
    this.#perAddress = perAddress;
  }

  /** Takes one; `false`: there is none. */
  take({ user, address }: Holder): boolean {
    if (this.#count >= this.#all || (this.#users.get(user) ?? 0) >= this.#perUser) return false;
    if (address !== undefined && (this.#addresses.get(address) ?? 0) >= this.#perAddress) return false;
    this.#count += 1;
    count(this.#users, user, 1);
    if (address !== undefined) count(this.#addresses, address, 1);
    return true;
  }

  leave({ user, address }: Holder): undefined {
    this.#count -= 1;
    count(this.#users, user, -1);
    if (address !== undefined) count(this.#addresses, address, -1);
  }
}

/** Counts one more or less of a name; one of which there is none is forgotten. */
function count(taken: Map<string, number>, name: string, more: 1 | -1): undefined {
  const left = (taken.get(name) ?? 0) + more;
  if (left > 0) taken.set(name, left);
  else taken.delete(name);
}
