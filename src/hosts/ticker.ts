import type { Context } from "../actors/kernel/mod.ts";
import type { Host, HostMessage, HostRoom } from "../actors/room/mod.ts";
import type { Json } from "../actors/wire/mod.ts";

/** How often prices change, and after how many changes they are sent, all together. */
const CHANGE_MS = 100;
const CHANGES_PER_SEND = 10;
/** How many of the prices at which a second ended are sent along. */
const HISTORY = 60;
/** A share's price changes by at most this part of it at a time, and never falls below a unit. */
const STEP = 0.002;
const LEAST_CENTS = 100;

/** Companies that do not exist, and what a share of each costs at first, in hundredths. */
const openings: Readonly<Record<string, number>> = { ACME: 10_125, BOLT: 4_240, CRUX: 27_800, DUNE: 1_595 };

/** One share: money in hundredths, so that sums come out even. */
interface Share {
  readonly symbol: string;
  readonly openCents: number;
  cents: number;
  /** The prices since the last sending. */
  ticks: number[];
  /** The prices at which the last seconds ended. */
  history: number[];
}

/** How the ticker may differ from the default one. */
export interface TickerOptions {
  /** The room it acts for. */
  readonly room?: string;
}

/**
 * A host that shows made-up share prices in the room `ticker`. They change every 100 ms, and are sent every second as the
 * room's state: many changes, one message. Each symbol is a key:
 *
 * ```json
 * {"ACME": {"price": 101.3, "change": 0.05, "ticks": [101.24, 101.3], "history": [101.25, 101.3]}}
 * ```
 *
 * `price` is the present one, `change` by how many per cent it differs from the first one (101.25 here), `ticks` the prices
 * of the last second (10 of them), and `history` those at which the last seconds ended (up to 60); both end with `price`.
 */
export function ticker({ room: name = "ticker" }: TickerOptions = {}): Host {
  return {
    name: "ticker",
    rooms: (room) => room === name,
    behavior(room: HostRoom) {
      return function ticker(context: Context<HostMessage>) {
        const shares = Object.entries(openings).map(
          ([symbol, cents]): Share => ({ symbol, openCents: cents, cents, ticks: [], history: [] }),
        );
        let started = false;
        let sending = true;
        let changes = 0;

        function change(): undefined {
          for (const share of shares) move(share, context.random());
          changes += 1;
          if (changes % CHANGES_PER_SEND === 0) send();
        }

        function send(): undefined {
          for (const share of shares) share.history = [...share.history, share.cents].slice(-HISTORY);
          // Where the records are slow, the next sending says what this one would have.
          if (!sending) {
            sending = true;
            room.set(context, Object.fromEntries(shares.map((share) => [share.symbol, shown(share)])));
          }
          for (const share of shares) share.ticks = [];
        }

        /** Goes on where a former life, or another node, has stopped. */
        function start(values: ReadonlyMap<string, Json>): undefined {
          started = true;
          for (const share of shares) resume(share, values.get(share.symbol));
        }

        context.every("change", CHANGE_MS, { type: "tick" });
        room.set(context, {}); // changes nothing, and says what is there

        return function handle(message): undefined {
          if (message.type === "tick") return change();
          if (message.type !== "stored") return;
          sending = false;
          if (!started && message.outcome.type === "stored") start(message.outcome.values);
        };
      };
    },
  };
}

function move(share: Share, random: number): undefined {
  const step = Math.round((random * 2 - 1) * STEP * share.cents);
  share.cents = Math.max(LEAST_CENTS, share.cents + step);
  share.ticks.push(share.cents);
}

function shown({ cents, openCents, ticks, history }: Share): Json {
  const change = Math.round(((cents - openCents) / openCents) * 10_000) / 100;
  return { price: cents / 100, change, ticks: ticks.map(units), history: history.map(units) };
}

function units(cents: number): number {
  return cents / 100;
}

function resume(share: Share, value: Json | undefined): undefined {
  if (typeof value !== "object" || value === null || !("history" in value) || !Array.isArray(value.history)) return;
  const history = value.history.filter((price): price is number => typeof price === "number");
  share.history = history.slice(-HISTORY).map((price) => Math.round(price * 100));
  share.cents = share.history.at(-1) ?? share.cents;
}
