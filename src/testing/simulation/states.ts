import type { Records, Stored } from "../../actors/room/mod.ts";
import type { Json } from "../../actors/wire/mod.ts";
import type { Ledger } from "./ledger.ts";

/** Something a client wants set; its values are its own, and `null` where it deletes. */
export interface Setting {
  readonly room: string;
  readonly who: string;
  readonly values: ReadonlyMap<string, string | null>;
  readonly sentMs: number;
  /** When it was acknowledged; until then, and where nobody can tell, it may be done at any time. */
  endMs: number;
  outcome: "open" | "ok" | "failed";
}

/** What a room's state has been, one after the other; the first is empty. */
interface Course {
  readonly values: ReadonlyMap<string, string>[];
  /** Where each of them stands, by what it says. */
  readonly places: Map<string, number[]>;
  /** The newest token of each host that has set something. */
  readonly fences: Map<string, number>;
  /** The version of its record. */
  version: number;
}

/** A state as its record has it. */
interface Recorded {
  readonly values: readonly (readonly [string, Json])[];
  readonly fences: readonly (readonly [string, number])[];
}

const RECORD = /^room (\S+) state$/;

function keyOf(room: string): string {
  return `room ${room} state`;
}

/** What really became of every room's state, and what clients were told of what they set. */
export class States {
  readonly #ledger: Ledger;
  readonly #courses = new Map<string, Course>();
  readonly #settings: Setting[] = [];
  #count = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Takes note of what comes to stand in records. */
  follow(records: Records): undefined {
    records.watch("room ", ({ key, stored }) => {
      const room = RECORD.exec(key)?.[1];
      if (room !== undefined && stored !== undefined) this.#committed(room, stored);
    });
  }

  /** What a restart has found on its disk; only `renewed`, it may be older than what was acknowledged. */
  recovered(found: ReadonlyMap<string, Stored>, { renewed }: { readonly renewed: boolean }): undefined {
    const rooms = [...found.keys()].flatMap((key) => RECORD.exec(key)?.[1] ?? []);
    for (const room of new Set([...this.#courses.keys(), ...rooms])) {
      const course = this.#course(room);
      const stored = found.get(keyOf(room));
      const version = stored?.version ?? 0;
      if (version < course.version && !renewed) {
        this.#ledger.fail("lost", "disk", `${room}: its state was at version ${course.version}, and is at ${version}`);
      }
      if (version < course.version) this.#goBack(room, course);
      if (stored !== undefined && version !== course.version) this.#committed(room, stored);
    }
  }

  /** What was acknowledged binds nobody any more; readers are told what is there now. */
  #goBack(room: string, course: Course): undefined {
    for (const setting of this.#settings) {
      if (setting.room === room) Object.assign(setting, { outcome: "open", endMs: Number.POSITIVE_INFINITY });
    }
    course.version = 0;
    course.fences.clear();
    this.#add(course, new Map());
  }

  /** Numbers values, so that no two are the same. */
  count(): number {
    this.#count += 1;
    return this.#count;
  }

  said(setting: Setting): undefined {
    this.#settings.push(setting);
  }

  /** What a room's state is now. */
  present(room: string): ReadonlyMap<string, string> {
    return this.#course(room).values.at(-1) as ReadonlyMap<string, string>;
  }

  /** Where in its course a room's state was this, not before a place; -1: before it, `undefined`: never. */
  placeOf(room: string, values: ReadonlyMap<string, string>, from: number): number | undefined {
    const places = this.#course(room).places.get(spell(values));
    if (places === undefined) return undefined;
    return places.find((place) => place >= from) ?? -1;
  }

  /** In the end: what failed was never there, and nothing that was acknowledged gave way to what came before it. */
  settle(): undefined {
    for (const { room, who, values, outcome } of this.#settings) {
      if (outcome !== "failed") continue;
      for (const [key, value] of values) {
        if (value !== null && this.#course(room).values.some((each) => each.get(key) === value)) {
          this.#ledger.fail("state", who, `${room}: ${key} was ${value}, and its setter was told it failed`);
        }
      }
    }
    for (const [room] of this.#courses) this.#settleRoom(room);
  }

  #settleRoom(room: string): undefined {
    const here = this.#settings.filter((setting) => setting.room === room && setting.outcome !== "failed");
    const present = this.present(room);
    for (const key of new Set(here.flatMap(({ values }) => [...values.keys()]))) {
      const setters = here.filter(({ values }) => values.has(key));
      const made = setters.filter(({ values }) => (values.get(key) ?? undefined) === present.get(key));
      const acknowledged = setters.filter(({ outcome }) => outcome === "ok");
      const last = Math.max(...acknowledged.map(({ sentMs }) => sentMs));
      if (acknowledged.length === 0 || made.some(({ endMs }) => endMs >= last)) continue;
      const text = `${room}: ${key} is ${present.get(key) ?? "deleted"}, and was set to something else after that`;
      this.#ledger.fail("state", "records", text);
    }
  }

  #committed(room: string, { value, version }: Stored): undefined {
    const { values, fences } = value as unknown as Recorded;
    const course = this.#course(room);
    course.version = version;
    for (const [host, token] of fences) {
      const newest = course.fences.get(host) ?? 0;
      if (token < newest) this.#ledger.fail("host", "records", `${room}: lease ${token} sets behind lease ${newest}`);
      course.fences.set(host, token);
    }
    this.#add(course, new Map(values.map(([key, value]) => [key, JSON.stringify(value)])));
  }

  #course(room: string): Course {
    let course = this.#courses.get(room);
    if (course === undefined) {
      course = { values: [], places: new Map(), fences: new Map(), version: 0 };
      this.#add(course, new Map());
      this.#courses.set(room, course);
    }
    return course;
  }

  #add(course: Course, values: ReadonlyMap<string, string>): undefined {
    const place = course.values.push(values) - 1;
    const places = course.places.get(spell(values));
    if (places === undefined) course.places.set(spell(values), [place]);
    else places.push(place);
  }
}

function spell(values: ReadonlyMap<string, string>): string {
  return JSON.stringify([...values].sort(([one], [other]) => (one < other ? -1 : 1)));
}
