import type { Draft } from "../../actors/room/log.ts";
import { bodyOf, markOf, rareOf } from "./body.ts";
import type { Packed, Rare } from "./exchange.ts";

/** How many numbers and texts a draft takes. */
const NUMBERS = 4;
const TEXTS = 2;

/** How many drafts are few: their numbers are copied faster as a plain list. */
const FEW = 16;

/** Under no policy at all. */
const NONE = -1;

/** One draft as the writer has it. */
export interface Row {
  /** Its room, by its place among those of all. */
  readonly room: number;
  readonly at: number;
  /** Under which versions of the policies it was allowed, of its room and of the house; below zero: under none. */
  readonly roomPolicy: number;
  readonly housePolicy: number;
  readonly body: string;
  readonly mark: string | null;
  readonly rare: Rare | undefined;
}

/** Lays drafts out in columns; `left` are the places of those that cannot be said as JSON, and are not among them. */
export function pack(drafts: readonly Draft[]): { readonly packed: Packed; readonly left: ReadonlySet<number> } {
  const places = new Map<string, number>();
  const texts: (string | null)[] = [];
  const numbers: number[] = [];
  const rare: [number, Rare][] = [];
  const left = new Set<number>();
  let [count, units] = [0, 0];
  for (let at = 0; at < drafts.length; at += 1) {
    const draft = drafts[at] as Draft;
    const body = bodyOf(draft);
    if (body === undefined) {
      left.add(at);
      continue;
    }
    texts.push(body, markOf(draft.sender.id, draft.key));
    units += body.length;
    let room = places.get(draft.room);
    if (room === undefined) {
      room = places.size;
      places.set(draft.room, room);
    }
    const { policy } = draft;
    numbers.push(room, draft.at, policy === undefined ? NONE : policy.room, policy === undefined ? NONE : policy.house);
    const more = rareOf(draft);
    if (more !== undefined) rare.push([count, more]);
    count += 1;
  }
  const column = count > FEW ? Float64Array.from(numbers) : numbers;
  return { packed: [[...places.keys()], texts, column, units, ...rare], left };
}

/** How many drafts there are. */
export function countOf([, texts]: Packed): number {
  return texts.length / TEXTS;
}

/** How much text they hold, in UTF-16 units. */
export function unitsOf([, , , units]: Packed): number {
  return units;
}

/** Drafts that were laid out, one by one again. */
export class Unpacked {
  readonly count: number;
  readonly #texts: Packed[1];
  readonly #numbers: Packed[2];
  readonly #rare: ReadonlyMap<number, Rare>;

  constructor(packed: Packed) {
    const [, texts, numbers, , ...rare] = packed;
    this.count = countOf(packed);
    this.#texts = texts;
    this.#numbers = numbers;
    this.#rare = new Map(rare);
  }

  row(index: number): Row {
    const numbers = this.#numbers;
    const [from, text] = [NUMBERS * index, TEXTS * index];
    return {
      room: numbers[from] as number,
      at: numbers[from + 1] as number,
      roomPolicy: numbers[from + 2] as number,
      housePolicy: numbers[from + 3] as number,
      body: this.#texts[text] as string,
      mark: this.#texts[text + 1] as string | null,
      rare: this.#rare.get(index),
    };
  }
}

/** The place of a draft's room among those of all. */
export function roomAt([, , numbers]: Packed, index: number): number {
  return numbers[NUMBERS * index] as number;
}
