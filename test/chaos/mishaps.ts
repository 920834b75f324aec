import type { ClusterNode } from "../cluster/node.ts";
import { pause, type World } from "./world.ts";

/** Something that goes wrong, and is over in the end. */
export interface Mishap {
  readonly name: string;
  /** How often it comes, beside the others. */
  readonly weight: number;
  /** What it concerns: two of a kind do not come at once. */
  readonly concerns: "nodes" | "Redis" | "clients";
  /** Has it happen; resolves once it is over, as far as it is for others to mend. */
  run(world: World): Promise<void>;
}

/** Everything that may happen. */
export const mishaps: readonly Mishap[] = [
  {
    name: "a node is killed",
    concerns: "nodes",
    weight: 5,
    async run({ nodes, dice }) {
      const node = dice.of(nodes);
      await node.kill();
      await pause(dice.ms(0, 1_500));
      await restarted(node);
    },
  },
  {
    name: "a node stands still",
    concerns: "nodes",
    weight: 4,
    async run({ nodes, dice }) {
      const node = dice.of(nodes);
      node.signal("SIGSTOP");
      await pause(dice.of([dice.ms(100, 1_000), dice.ms(1_000, 7_000)]));
      node.signal("SIGCONT");
    },
  },
  {
    name: "Redis is killed",
    concerns: "Redis",
    weight: 4,
    async run({ redis, dice }) {
      await redis.kill();
      await pause(dice.ms(0, 1_500));
      await redis.start();
    },
  },
  {
    name: "Redis stands still",
    concerns: "Redis",
    weight: 3,
    async run({ redis, dice }) {
      redis.signal("SIGSTOP");
      await pause(dice.of([dice.ms(100, 1_000), dice.ms(1_000, 7_000)]));
      redis.signal("SIGCONT");
    },
  },
  ...(["both", "out", "back"] as const).map((way): Mishap => {
    const name = {
      both: "a node and Redis are apart",
      out: "Redis hears nothing of a node",
      back: "a node hears nothing of Redis",
    }[way];
    return {
      name,
      concerns: "nodes",
      weight: 3,
      async run({ nodes, links, dice }) {
        const node = dice.whole(0, nodes.length - 1);
        await links.cut(node, way);
        await pause(dice.of([dice.ms(100, 2_000), dice.ms(2_000, 8_000)]));
        await links.mend(node);
      },
    };
  }),
  {
    name: "all nodes and Redis are apart",
    concerns: "nodes",
    weight: 1,
    async run({ nodes, links, dice }) {
      const way = dice.of(["both", "out", "back"] as const);
      await Promise.all(nodes.map((_, node) => links.cut(node, way)));
      await pause(dice.ms(500, 6_000));
      await Promise.all(nodes.map((_, node) => links.mend(node)));
    },
  },
  {
    name: "a link flaps",
    concerns: "nodes",
    weight: 3,
    async run({ nodes, links, dice }) {
      const node = dice.whole(0, nodes.length - 1);
      for (let times = dice.whole(4, 10); times > 0; times -= 1) {
        await links.cut(node, dice.of(["both", "out", "back"] as const));
        await pause(dice.ms(50, 400));
        await links.mend(node);
        await pause(dice.ms(50, 400));
      }
    },
  },
  {
    name: "Redis ends a node's connection",
    concerns: "Redis",
    weight: 3,
    async run({ referee, dice }) {
      const clients = await referee.clients();
      if (clients.length > 0) await referee.say("CLIENT", "KILL", "ID", dice.of(clients).id);
    },
  },
  {
    name: "Redis ends all who are subscribed",
    concerns: "Redis",
    weight: 3,
    async run({ referee }) {
      await referee.say("CLIENT", "KILL", "TYPE", "pubsub");
    },
  },
  {
    name: "Redis makes everybody wait",
    concerns: "Redis",
    weight: 2,
    async run({ referee, dice }) {
      const ms = dice.of([dice.whole(100, 1_000), dice.whole(1_000, 6_000)]);
      await referee.say("CLIENT", "PAUSE", String(ms), dice.of(["ALL", "WRITE"]));
      await pause(ms);
    },
  },
  {
    name: "Redis forgets all scripts",
    concerns: "Redis",
    weight: 1,
    async run({ referee }) {
      await referee.say("SCRIPT", "FLUSH");
    },
  },
  {
    name: "clients lose their connections",
    concerns: "clients",
    weight: 2,
    run({ visitors, dice }) {
      for (const visitor of visitors) if (dice.chance(0.2)) visitor.drop();
      return Promise.resolve();
    },
  },
  {
    name: "clients go, and others come",
    concerns: "clients",
    weight: 4,
    run({ crowd, visitors, dice }) {
      for (let times = dice.whole(1, 5); times > 0; times -= 1) {
        crowd.dismiss(dice.of(visitors));
        crowd.invite();
      }
      return Promise.resolve();
    },
  },
];

/** Starts a node as whoever looks after it does: again and again, since without Redis it does not start. */
export async function restarted(node: ClusterNode): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await node.start();
    } catch (error) {
      if (attempt === 60) throw error;
      await pause(300);
    }
  }
}

/** Chooses what happens next, as often as its weight says. */
export function chosen(from: readonly Mishap[], random: () => number): Mishap {
  let left = random() * from.reduce((sum, { weight }) => sum + weight, 0);
  for (const mishap of from) {
    left -= mishap.weight;
    if (left < 0) return mishap;
  }
  return from[0] as Mishap;
}
