/**
 * A map that most often holds one entry, or none: the first is kept in place, and a `Map` (some 250 bytes) is made for a
 * second one. Entries come in the order in which they were added.
 */
export class SmallMap<K, V> {
  #key: K | undefined;
  #value: V | undefined;
  #map: Map<K, V> | undefined;
  #size = 0;

  get size(): number {
    return this.#map?.size ?? this.#size;
  }

  get(key: K): V | undefined {
    if (this.#map !== undefined) return this.#map.get(key);
    return this.#size === 1 && this.#key === key ? this.#value : undefined;
  }

  set(key: K, value: V): void {
    if (this.#map !== undefined) {
      this.#map.set(key, value);
    } else if (this.#size === 0 || this.#key === key) {
      this.#key = key;
      this.#value = value;
      this.#size = 1;
    } else {
      this.#map = new Map([
        [this.#key as K, this.#value as V],
        [key, value],
      ]);
      this.#empty();
    }
  }

  /** Takes an entry out; answers whether there was one. */
  delete(key: K): boolean {
    if (this.#map !== undefined) return this.#map.delete(key);
    if (this.#size === 0 || this.#key !== key) return false;
    this.#empty();
    return true;
  }

  *[Symbol.iterator](): Iterator<readonly [K, V]> {
    if (this.#map !== undefined) yield* this.#map;
    else if (this.#size === 1) yield [this.#key as K, this.#value as V];
  }

  #empty(): void {
    this.#key = undefined;
    this.#value = undefined;
    this.#size = 0;
  }
}
