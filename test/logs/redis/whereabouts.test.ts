import { describe, expect, it } from "vitest";
import type { Line } from "../../../src/logs/redis/line.ts";
import { Whereabouts } from "../../../src/logs/redis/whereabouts.ts";

const seed = "rediss://ada:p%40ss@seed.example:7000";

/** Lines to nodes that answer one after the other: an error's words, or nothing where the key is there. */
function cluster(...answers: readonly string[]) {
  const asked: string[] = [];
  const closed: string[] = [];
  let nodes: unknown = [];
  async function open(url: string): Promise<{ readonly line: Line; readonly info: string }> {
    const answer = answers[asked.length] ?? "";
    asked.push(url);
    const line = {
      close: () => closed.push(url),
      send: async ([command]: readonly string[]) => {
        if (command === "CLUSTER") return nodes;
        if (answer !== "") throw new Error(answer);
        return 0;
      },
    };
    return { info: "redis_mode:cluster\r\ncluster_enabled:1\r\n", line: line as unknown as Line };
  }
  return { open, asked, closed, name: (...named: unknown[]) => void (nodes = [[0, 16_383, ...named]]) };
}

describe("Whereabouts", () => {
  it("follows a Cluster to whoever has the key, by whatever it calls that node, and closes what it leaves", async () => {
    const { open, asked, closed } = cluster(
      "MOVED 5 :7001",
      "MOVED 5 ::1:7002",
      "MOVED 5 ?:7003",
      "MOVED 5 b.example:7004",
    );
    await new Whereabouts(seed).reach("key", open);
    const places = ["seed.example:7000", "seed.example:7001", "[::1]:7002", "[::1]:7003", "b.example:7004"];
    expect(asked).toEqual(places.map((place) => `rediss://ada:p%40ss@${place}`));
    expect(closed).toEqual(asked.slice(0, -1));
  });

  it("follows it no further than it should ever have to", async () => {
    const { open, asked } = cluster(...Array<string>(20).fill("MOVED 5 a.example:7001"));
    await expect(new Whereabouts(seed).reach("key", open)).rejects.toThrow("MOVED");
    expect(asked.length).toBeLessThan(10);
  });

  it("takes no other answer for a way on", async () => {
    const { open, asked, closed } = cluster("CLUSTERDOWN The cluster is down");
    await expect(new Whereabouts(seed).reach("key", open)).rejects.toThrow("CLUSTERDOWN");
    expect(closed).toEqual(asked);
  });

  it("looks at the other nodes in turn once it knows them, and at its own URL first again when it has found one", async () => {
    const whereabouts = new Whereabouts(seed);
    const { open, name } = cluster();
    name(["10.0.0.1", 7001, "id"], [null, 7002, "id"]);
    await whereabouts.reach("key", open);
    whereabouts.found();
    const [one, other] = ["rediss://ada:p%40ss@10.0.0.1:7001", "rediss://ada:p%40ss@seed.example:7002"];
    expect([1, 2, 3, 4].map(() => whereabouts.next())).toEqual([seed, one, other, seed]);
    whereabouts.found();
    expect(whereabouts.next()).toBe(seed);
  });

  it("asks a Redis that is no Cluster for nothing", async () => {
    const line = { send: () => Promise.reject(new Error("Cannot be asked")) } as unknown as Line;
    const opened = { line, info: "cluster_enabled:0\r\n" };
    expect(await new Whereabouts(seed).reach("key", async () => opened)).toBe(opened);
  });
});
