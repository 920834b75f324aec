import type { Violation } from "./book.ts";
import type { Return } from "./crowd.ts";
import { chosen, type Mishap, mishaps } from "./mishaps.ts";
import { type OpenWorld, openWorld, type WorldOptions } from "./opened.ts";
import { pause, until } from "./world.ts";

/** How much goes wrong, and what is asked of those it happens to. */
export interface ChaosOptions extends WorldOptions {
  /** How many mishaps. */
  readonly faults: number;
  /** After so many of them, who is there is looked at. */
  readonly quietEvery: number;
  /** How long clients may take to be back, and presence to be right, in ms. */
  readonly backMs: number;
  readonly presenceMs: number;
  /** Whether it is to end before all of that has happened. */
  readonly enough?: () => boolean;
  /** Hears what is going on. */
  readonly note?: (text: string) => void;
}

/** What came of it. */
export interface ChaosReport {
  readonly violations: readonly Violation[];
  /** How often each mishap happened. */
  readonly faults: ReadonlyMap<string, number>;
  readonly acknowledged: number;
  readonly shown: number;
  readonly returns: readonly Return[];
  /** How long presence took to be right after each look, in ms. */
  readonly presenceMs: readonly number[];
  /** How long clients were without their rooms who had lost the connection, in ms. */
  readonly awayMs: readonly number[];
  /** How often rooms were begun anew for a client. */
  readonly resets: number;
  readonly handovers: number;
}

/** Whoever is not back by then is held for lost. */
const GIVE_UP_MS = 60_000;
const SETTLE_MS = 60_000;

/** Has a cluster go through mishaps, holds all that clients were told against what Redis has, and says what does not fit. */
export async function chaos(options: ChaosOptions): Promise<ChaosReport> {
  const { note = () => undefined, enough = () => false, quietEvery } = options;
  const world = await openWorld(options);
  const faults = new Map<string, number>();
  const returns: Return[] = [];
  const presenceMs: number[] = [];
  try {
    await arrived(world);
    note(`everybody is there, behind ${world.balancer.kind}, over ${world.links.kind}`);
    await judgePresence(world, options, presenceMs);
    let happened = 0;
    while (happened < options.faults && !enough()) {
      const round = roundOf(world, options.faults - happened);
      for (const { name } of round) faults.set(name, (faults.get(name) ?? 0) + 1);
      happened += round.length;
      await Promise.all(round.map((mishap, at) => happen(world, mishap, at)));
      const back = await world.crowd.back(performance.now(), GIVE_UP_MS);
      returns.push(...back);
      judgeReturns(world, round, { back, backMs: options.backMs });
      note(`${String(happened).padStart(4)}  ${spell(back)}  ${round.map(({ name }) => name).join(" + ")}`);
      const due = Math.floor(happened / quietEvery) > Math.floor((happened - round.length) / quietEvery);
      if (due || happened >= options.faults || enough()) await judgePresence(world, options, presenceMs);
    }
    await judgeEnd(world);
    return {
      violations: [...world.book.violations],
      ...{ faults, returns, presenceMs },
      awayMs: world.visitors.flatMap(({ comebacks }) => comebacks.map(({ lostMs, backMs }) => backMs - lostMs)),
      acknowledged: world.book.acknowledged,
      shown: world.book.shownCount,
      resets: world.visitors.reduce(
        (sum, { places }) => sum + [...places.values()].reduce((own, { resets }) => own + resets, 0),
        0,
      ),
      handovers: world.ticker.handovers,
    };
  } finally {
    await world.close();
  }
}

/** Waits until everybody is in the middle of things. */
export async function arrived({ crowd }: OpenWorld): Promise<void> {
  const back = await crowd.back(performance.now(), GIVE_UP_MS);
  const missing = back.filter(({ ms }) => ms === undefined);
  if (missing.length > 0) throw new Error(`Cannot begin: ${missing.length} never came in`);
}

/** One mishap, or two that do not concern the same. */
function roundOf({ dice }: OpenWorld, left: number): readonly Mishap[] {
  const first = chosen(mishaps, dice.random);
  if (left < 2 || dice.chance(0.7)) return [first];
  return [
    first,
    chosen(
      mishaps.filter(({ concerns }) => concerns !== first.concerns),
      dice.random,
    ),
  ];
}

async function happen(world: OpenWorld, mishap: Mishap, at: number): Promise<void> {
  if (at > 0) await pause(world.dice.ms(0, 1_500));
  await mishap.run(world);
}

function judgeReturns(
  { book }: OpenWorld,
  round: readonly Mishap[],
  { back, backMs }: { readonly back: readonly Return[]; readonly backMs: number },
): void {
  const after = round.map(({ name }) => name).join(" and ");
  for (const { name, ms } of back) {
    if (ms !== undefined && ms <= backMs) continue;
    const took = ms === undefined ? "is not" : `took ${ms.toFixed(0)} ms to be`;
    book.fail("late", name, `${took} back after this: ${after}`);
  }
}

async function judgePresence({ crowd, book }: OpenWorld, options: ChaosOptions, found: number[]): Promise<void> {
  const tookMs = await until(() => crowd.misjudged === undefined, { withinMs: options.presenceMs, everyMs: 100 });
  options.note?.(
    `      who is there: ${tookMs === undefined ? crowd.misjudged : `right after ${tookMs.toFixed(0)} ms`}`,
  );
  if (tookMs === undefined) book.fail("presence", "crowd", crowd.misjudged ?? "was right too late");
  else found.push(tookMs);
}

/** In the end: nothing is under way any more, everybody has everything, and Redis has what they were told. */
export async function judgeEnd({ crowd, book, referee, nodes, visitors }: OpenWorld): Promise<void> {
  crowd.hush();
  if ((await until(() => crowd.settled, { withinMs: SETTLE_MS })) === undefined) {
    for (const { name, settled } of visitors) if (!settled) book.fail("lost", name, "waits for ever");
  }
  for (const room of book.rooms) {
    const head = await referee.head(room);
    const inside = visitors.flatMap(({ name, places }) => {
      const place = places.get(room);
      return place === undefined ? [] : [{ name, place }];
    });
    await until(() => inside.every(({ place }) => place.position?.seq === head), { withinMs: SETTLE_MS });
    for (const { name, place } of inside) {
      if (place.position?.seq !== head) book.fail("lost", name, `${room}: is at ${place.position?.seq} of ${head}`);
    }
    book.judge(room, await referee.log(room));
  }
  for (const { name, output } of nodes) {
    for (const line of output.split("\n")) {
      if (/has failed|TypeError|ReferenceError|panic|unhandled|uncaught/i.test(line)) book.fail("crash", name, line);
    }
  }
}

function spell(back: readonly Return[]): string {
  const times = back.map(({ ms = Number.POSITIVE_INFINITY }) => ms).sort((one, other) => one - other);
  const at = (part: number): string => (times[Math.floor(part * (times.length - 1))] ?? 0).toFixed(0).padStart(6);
  return `back: half in ${at(0.5)}, all in ${at(1)} ms`;
}
