/** Has what is done under one name done one after the other. */
export class Locks {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `work` once everything before it under that name has ended. */
  async hold(name: string, work: () => Promise<void>): Promise<void> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#last.set(name, mine);
    try {
      await mine;
    } finally {
      if (this.#last.get(name) === mine) this.#last.delete(name);
    }
  }
}
