import type { Change, Watch } from "../../actors/room/records.ts";
import type { Broker } from "./broker.ts";
import { CHANGES, changes } from "./record-scripts.ts";
import { changeOf } from "./record-text.ts";

interface Watcher {
  readonly prefix: string;
  readonly onChange: (change: Change) => void;
  /** What this node had seen when it began: what is not newer was before it. */
  since: number;
}

/** What watchers are kept with. */
export interface WatchersOptions {
  readonly keys: readonly string[];
  readonly channel: string;
}

/** Who watches what on this node: told by a channel, and of what that did not bring, by the records themselves. */
export class Watchers {
  readonly #broker: Broker;
  readonly #options: WatchersOptions;
  readonly #watchers = new Set<Watcher>();
  readonly #ends: readonly (() => void)[];
  /** The newest version that this node has seen. */
  #seen = 0;
  /** Nothing up to this version is unheard, as long as the line and the era are those of then. */
  #heard = 0;
  #current: { readonly line: number; readonly era: string | undefined };
  /** What is heard while what was missed is asked for. */
  #meanwhile: Set<number> | undefined;

  constructor(broker: Broker, options: WatchersOptions) {
    this.#broker = broker;
    this.#options = options;
    this.#current = { line: broker.line, era: undefined };
    this.#ends = [broker.subscribe(options.channel, (text) => this.#hear(text)), broker.returned(() => this.catchUp())];
  }

  watch(prefix: string, onChange: (change: Change) => void): Watch {
    const watcher = { prefix, onChange, since: this.#seen };
    this.#watchers.add(watcher);
    return { close: () => void this.#watchers.delete(watcher) };
  }

  /** This node has seen a version in an answer. */
  sees(version: number): void {
    this.#seen = Math.max(this.#seen, version);
  }

  /** An answer has named the newest version: since answers and channels come in one order, all up to it was heard. */
  answered(version: number, line: number): void {
    this.#current = { line: this.#current.line, era: this.#current.era ?? this.#broker.era };
    if (line !== this.#broker.line || this.#behind()) return this.catchUp();
    this.#heard = Math.max(this.#heard, version);
  }

  /** Asks for what may not have been heard. */
  catchUp(): void {
    if (this.#meanwhile !== undefined || !this.#behind()) return;
    this.#meanwhile = new Set();
    this.#ask()
      // It is asked for again soon.
      .catch(() => undefined)
      .finally(() => {
        this.#meanwhile = undefined;
      });
  }

  close(): void {
    for (const end of this.#ends) end();
    this.#watchers.clear();
  }

  #behind(): boolean {
    const { line, era } = this.#current;
    return line !== this.#broker.line || (era !== undefined && era !== this.#broker.era);
  }

  async #ask(): Promise<void> {
    const { keys, channel } = this.#options;
    const line = this.#broker.line;
    for (let more = true; more; ) {
      const { era, values } = await this.#broker.ask(changes, keys, [channel, String(this.#heard)]);
      if (this.#current.era !== era) {
        // Redis may have gone back: all that there is, is told.
        if (this.#current.era !== undefined) this.#forget();
        this.#current = { line: this.#current.line, era };
        continue;
      }
      const [texts, standing, deleted] = values as [readonly string[], number, number];
      const found = texts.map((text) => ({ text, version: changeOf(text).version }));
      // Where there are more of a kind, nothing may be told that comes behind the last of it.
      const cutOff = (kind: typeof found): number => (kind.length === CHANGES ? (kind.at(-1)?.version ?? 0) : Infinity);
      const last = Math.min(cutOff(found.slice(0, standing)), cutOff(found.slice(standing, standing + deleted)));
      found.sort((one, other) => one.version - other.version);
      for (const { text, version } of found) {
        if (version > last) break;
        if (this.#meanwhile?.has(version) !== true) this.#hear(text);
        this.#heard = Math.max(this.#heard, version);
      }
      more = last !== Infinity;
    }
    this.#current = { line, era: this.#current.era };
  }

  #forget(): void {
    this.#heard = 0;
    for (const watcher of this.#watchers) watcher.since = 0;
  }

  #hear(text: string): void {
    const { version, change } = changeOf(text);
    this.sees(version);
    this.#meanwhile?.add(version);
    for (const { prefix, onChange, since } of this.#watchers) {
      if (version > since && change.key.startsWith(prefix)) onChange(change);
    }
  }
}
