import type { ActorSnapshot } from "./snapshot.ts";
import type { TreeNode } from "./tree.ts";

/** The actors right below one place of the tree, by name. */
export class Children {
  readonly #path: string;
  #named: Map<string, TreeNode> | undefined;
  #unnamed = 0;

  /** `path` is that of their parent; an empty one is the top. */
  constructor(path: string) {
    this.#path = path;
  }

  get size(): number {
    return this.#named?.size ?? 0;
  }

  /**
   * Makes a child under a name, or under a number where it has none, and keeps it unless it has ended already.
   *
   * @throws {Error} where the name is taken.
   */
  add<T extends TreeNode>(wanted: string | undefined, make: (path: string) => T): T {
    this.#unnamed += wanted === undefined ? 1 : 0;
    const name = wanted ?? `$${this.#unnamed}`;
    const path = `${this.#path}/${name}`;
    if (this.#named?.has(name)) throw new Error(`Cannot spawn ${path}: the name is taken`);
    const child = make(path);
    if (!child.ended) (this.#named ??= new Map()).set(name, child);
    return child;
  }

  remove(path: string): void {
    this.#named?.delete(path.slice(this.#path.length + 1));
  }

  stop(): void {
    for (const child of this.#named?.values() ?? []) child.stop();
  }

  snapshot(): readonly ActorSnapshot[] {
    return [...(this.#named?.values() ?? [])].map((child) => child.snapshot());
  }
}
