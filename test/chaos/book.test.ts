import { describe, expect, it } from "vitest";
import { Book, contentOf, type Shown } from "./book.ts";
import { Place } from "./place.ts";
import { continues } from "./ticker-watch.ts";

const [a, b, c] = [1, 2, 3].map((rank) => contentOf({ who: "ada", rank, atMs: rank })) as [string, string, string];

/** A log whose entries stand in this order. */
function log(...contents: readonly string[]): Shown[] {
  return contents.map((content, at) => ({ seq: at + 1, content }));
}

/** A book in which three messages were said and acknowledged, and the first was shown. */
function book(): Book {
  const book = new Book();
  for (const [at, content] of [a, b, c].entries()) {
    book.said("room", content);
    book.acked("room", content, at + 1);
  }
  book.shown("room", { seq: 1, content: a }, "bob");
  return book;
}

describe("the book of a cluster", () => {
  it("has nothing to say where all is well", () => {
    const well = book();
    well.judge("room", log(a, b, c));
    expect(well.violations).toEqual([]);
  });

  it.each([
    ["lost", "lost", log(a, b)],
    ["moved", "lost", log(a, c, b)],
    ["twice there", "duplicate", log(a, b, c, a)],
    ["never said", "phantom", log(a, b, c, contentOf({ who: "eve", rank: 1, atMs: 1 }))],
    ["in another order", "reordered", log(a, c, b)],
    ["behind a hole", "lost", [...log(a, b), { seq: 4, content: c }]],
    ["other than what was shown", "disagreement", log(b, a, c)],
  ])("says what is %s", (_, fault, found) => {
    const wrong = book();
    wrong.judge("room", found);
    expect(wrong.violations.map((violation) => violation.fault)).toContain(fault);
  });

  it("says that two were shown different things at one place", () => {
    const wrong = book();
    wrong.shown("room", { seq: 1, content: b }, "eve");
    expect(wrong.violations).toMatchObject([{ fault: "disagreement", who: "eve" }]);
  });

  it("says that an ack has moved, and that one never came", () => {
    const wrong = book();
    wrong.acked("room", a, 7);
    wrong.said("room", contentOf({ who: "ada", rank: 4, atMs: 4 }));
    wrong.judge("room", log(a, b, c));
    expect(wrong.violations.map(({ fault }) => fault)).toEqual(["duplicate", "lost", "lost"]);
  });
});

describe("a place in a room", () => {
  const member = { type: "joined", room: "room", members: [], count: 0, grants: [], oldest: 1 } as const;
  const entry = (seq: number, content: string) =>
    ({ type: "message", room: "room", seq, content, sender: { id: "guest:ada", name: "ada" }, at: 0 }) as const;

  /** Somebody who has been shown the first entry of an epoch. */
  function inside(book: Book): Place {
    const place = new Place("room", { name: "bob", book });
    place.joined({ ...member, epoch: "one", seq: 1, messages: [entry(1, a)] }, undefined);
    return place;
  }

  it("has nothing to say where entries follow each other, through a resume and a new epoch", () => {
    const well = book();
    const place = inside(well);
    const resumed = { ...member, epoch: "one", seq: 2, messages: [entry(2, b)], recovered: true };
    place.joined(resumed, place.position);
    place.reset({ type: "reset", room: "room", epoch: "two", seq: 2, oldest: 1, reason: "epoch" });
    place.entry(entry(3, c));
    expect(well.violations).toEqual([]);
    expect(place).toMatchObject({ position: { epoch: "two", seq: 3 }, missed: [] });
  });

  it("knows what it has missed between two epochs, until the history has shown it", () => {
    const well = book();
    const place = inside(well);
    place.reset({ type: "reset", room: "room", epoch: "two", seq: 3, oldest: 1, reason: "epoch" });
    expect(place.missed).toEqual([{ after: 1, before: 4 }]);
    place.read([entry(2, b)]);
    place.read([entry(3, c)]);
    expect(place.missed).toEqual([]);
    expect(well.violations).toEqual([]);
  });

  it.each([
    ["a gap", "lost", (place: Place) => place.entry(entry(3, c))],
    ["a repeat", "duplicate", (place: Place) => place.entry(entry(1, a))],
    [
      "a gap in a resume",
      "lost",
      (place: Place) =>
        place.joined({ ...member, epoch: "one", seq: 3, messages: [entry(3, c)], recovered: true }, place.position),
    ],
    [
      "a resume that did not recover",
      "lie",
      (place: Place) =>
        place.joined({ ...member, epoch: "one", seq: 1, messages: [], recovered: false }, place.position),
    ],
    [
      "a log that went back",
      "lost",
      (place: Place) => place.reset({ type: "reset", room: "room", epoch: "two", seq: 0, oldest: 1, reason: "epoch" }),
    ],
    [
      "a reset without a new epoch",
      "lie",
      (place: Place) => place.reset({ type: "reset", room: "room", epoch: "one", seq: 1, oldest: 1, reason: "epoch" }),
    ],
    [
      "a history that has a hole",
      "lost",
      (place: Place) => {
        place.reset({ type: "reset", room: "room", epoch: "two", seq: 3, oldest: 1, reason: "epoch" });
        place.read([entry(3, c)]);
      },
    ],
  ])("says that there was %s", (_, fault, go) => {
    const wrong = book();
    go(inside(wrong));
    expect(wrong.violations.map((violation) => violation.fault)).toContain(fault);
  });
});

describe("the prices of a ticker", () => {
  it("go on where the last author has stopped", () => {
    expect(continues([], [1])).toBe(true);
    expect(continues([1, 2], [1, 2, 3, 4])).toBe(true);
    expect(continues([1, 2, 3], [2, 3, 4])).toBe(true);
    expect(continues([1, 2, 3], [1, 2, 3])).toBe(true);
  });

  it("do not, where two wrote at once", () => {
    expect(continues([1, 2, 3], [1, 2, 4])).toBe(false);
    expect(continues([1, 2, 3], [1, 2])).toBe(false);
    expect(continues([1, 2], [7, 8])).toBe(false);
  });
});
