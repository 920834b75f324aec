import type { Mutation, Patch } from "./mutation.ts";

/** Faults in how an engine keeps entries and records on a disk: these are made in the simulated one. */
export const diskMutations: readonly Mutation[] = [
  engine("entries are acknowledged before they are safe", "durable-engine.ts", {
    from: 'if (durability === "power") disk.sync(done);',
    to: 'if (durability === "power") {\n      disk.sync(() => undefined);\n      done(true);\n    }',
  }),
  engine("entries are shown before they are safe", "durable-engine.ts", {
    from: "    this.#makeSafe((ok) => this.#settle(batch, ok));",
    to: "    batch.results = this.#do(batch);\n    this.#makeSafe((ok) => this.#settle(batch, ok));",
  }),
  engine(
    "a commit that failed is told as done",
    "durable-engine.ts",
    {
      from: "if (ok || disk.records.includes(batch.record)) batch.results ??=",
      to: "if (disk !== undefined) batch.results ??=",
    },
    { from: 'done(ok ? results?.[at] : "unknown")', to: "done(results?.[at])" },
  ),
  engine("a commit that failed is told as not done", "durable-engine.ts", {
    from: 'done(ok ? results?.[at] : "unknown")',
    to: 'done(ok ? results?.[at] : "refused")',
  }),
  engine("a seq is used again under the same epoch", "durable-store.ts", {
    from: 'last.starts === starts || (last.starts > 0 && this.#options.durability === "power")',
    to: "last.starts > 0",
  }),
  engine("what a restart finds is shown before it is safe", "disk.ts", {
    from: "    this.#synced = this.#written.length;\n    return this.#written;",
    to: "    return this.#written;",
  }),
  engine("a restart forgets keys", "durable-store.ts", {
    from: "image.do(deed)",
    to: 'image.do(deed.type === "append" ? { ...deed, draft: { ...deed.draft, key: undefined } } : deed)',
  }),
  engine("a restart forgets which leases have passed on", "durable-store.ts", {
    from: "image.do(deed)",
    to: 'image.do(deed.type === "append" ? { ...deed, draft: { ...deed.draft, fence: undefined } } : deed)',
  }),
  engine("a restart forgets records", "durable-store.ts", {
    from: "image.do(deed)",
    to: 'deed.type === "put" ? undefined : image.do(deed)',
  }),
];

function engine(name: string, file: string, ...changes: readonly Omit<Patch, "file">[]): Mutation {
  return { name, patches: changes.map((change) => ({ file: `testing/simulation/${file}`, ...change })) };
}
