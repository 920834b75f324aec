import type { Behavior, Context, Handle } from "../kernel/mod.ts";
import type { Buckets } from "../rates/mod.ts";
import type { Json } from "../wire/mod.ts";
import type { Bus } from "./bus.ts";

/** What was spent on a node, by which buckets and then by name. */
type Spent = Readonly<Record<string, readonly (readonly [name: string, tokens: number])[]>>;

/** What the tally is told. */
export type TallyMessage = { readonly type: "share" } | { readonly type: "spent"; readonly spent: Spent };

/** What a tally is kept with. */
export interface TallyOptions {
  readonly bus: Bus;
  /** Those that are to hold over all nodes together, each under its name there. */
  readonly buckets: Readonly<Record<string, Buckets>>;
}

const TOPIC = "rates";
/** How often nodes tell each other, in ms: for so long somebody may spend on each of them what is meant for all. */
const SHARE_MS = 1_000;

/** Tells other nodes what users and addresses have spent here, and charges what they have spent elsewhere. */
export function tally({ bus, buckets }: TallyOptions): Behavior<TallyMessage> {
  return function tally(context: Context<TallyMessage>): Handle<TallyMessage> {
    const subscription = bus.subscribe(TOPIC, (spent) => {
      context.self.tell({ type: "spent", spent: spent as unknown as Spent });
    });
    context.onStop(function letGo(): undefined {
      subscription.close();
    });
    context.every("share", SHARE_MS, { type: "share" });

    function share(): undefined {
      const spent = Object.entries(buckets).map(([kind, each]) => [kind, [...each.takeSpent()]] as const);
      const told = spent.filter(([, names]) => names.length > 0);
      if (told.length > 0) bus.publish(TOPIC, Object.fromEntries(told) as unknown as Json);
    }

    function charge(spent: Spent): undefined {
      for (const [kind, names] of Object.entries(spent)) {
        for (const [name, tokens] of names) buckets[kind]?.charge(name, tokens, context.now());
      }
    }

    share();
    return function handle(message: TallyMessage): undefined {
      return message.type === "share" ? share() : charge(message.spent);
    };
  };
}
