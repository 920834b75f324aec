import type { PublishMessage } from "../wire/mod.ts";

/** How many keys a connection remembers. */
const KEYS = 256;

/** The keys under which a connection has published last: what repeats one of them is no new message. */
export class RecentKeys {
  readonly #keys = new Set<string>();

  has(publish: PublishMessage): boolean {
    return publish.key !== undefined && this.#keys.has(nameOf(publish));
  }

  add(publish: PublishMessage): undefined {
    if (publish.key === undefined) return;
    const [oldest] = this.#keys;
    if (this.#keys.size >= KEYS && oldest !== undefined) this.#keys.delete(oldest);
    this.#keys.add(nameOf(publish));
  }
}

function nameOf({ room = "", key = "" }: PublishMessage): string {
  return `${room}\0${key}`;
}
