import { type Mutation, mutation } from "./mutation.ts";

/** Faults in the client, which clients of its own find. */
export const clientMutations: readonly Mutation[] = [
  mutation("a client resumes one entry too late", "client/taking-part.ts", {
    from: "since: log.look().position,",
    to: "since: log.look().position && { ...log.look().position!, seq: log.look().position!.seq + 1 },",
  }),
  {
    name: "a client takes an entry twice",
    patches: [
      {
        file: "client/taking-part.ts",
        from: "since: log.look().position,",
        to: "since: log.look().position && { ...log.look().position!, seq: log.look().position!.seq - 1 },",
      },
      {
        file: "client/transcript.ts",
        from: 'if (entry.seq !== seq + 1) return entry.seq > seq ? "gap" : "known";',
        to: 'if (entry.seq > seq + 1) return "gap";',
      },
    ],
  },
  {
    name: "a client does not look whether an entry is missing",
    patches: [
      {
        file: "client/taking-part.ts",
        from: "since: log.look().position,",
        to: "since: log.look().position && { ...log.look().position!, seq: log.look().position!.seq + 1 },",
      },
      {
        file: "client/transcript.ts",
        from: 'if (entry.seq !== seq + 1) return entry.seq > seq ? "gap" : "known";',
        to: 'if (entry.seq <= seq) return "known";',
      },
    ],
  },
  mutation("a client forgets what it had said when its connection is lost", "client/errands.ts", {
    from: "    open(by) {\n      ask = by;\n",
    to: "    open(by) {\n      ask = by;\n      if (busy) queue.shift();\n",
  }),
  mutation("a client repeats without the key", "client/sendings.ts", {
    from: "          own.said = true;\n          return own.command;",
    to: "          const again = own.said && own.command.type === 'message';\n          own.said = true;\n          return again ? { ...own.command, key: undefined } : own.command;",
  }),
  mutation("a client repeats under a new key", "client/sendings.ts", {
    from: "          own.said = true;\n          return own.command;",
    to: "          const again = own.said && own.command.type === 'message';\n          own.said = true;\n          return again ? { ...own.command, key: `${key}-${Math.random()}` } : own.command;",
  }),
  mutation("a client says the next before the one before was answered", "client/errands.ts", {
    from: "    busy = true;\n    const mine = turn;",
    to: "    queue.shift();\n    queueMicrotask(next);\n    const mine = turn;",
  }),
  mutation("a client does not repeat what may have been done", "client/insist.ts", {
    from: "return answer.unknown === true || [",
    to: "return [",
  }),
  mutation("a client takes silence for life", "client/pulse.ts", {
    from: "if (now - heardMs > 2 * everyMs) return dead();",
    to: "",
  }),
  mutation("a client goes on where it was told to begin anew", "client/taking-part.ts", {
    from: "        begin(event, event.oldest, []);\n",
    to: "",
  }),
  mutation("a client shows what it was acknowledged twice, once it has come", "client/taking-part.ts", {
    from: "    own.arrived((entry as Message).key, entry.seq);",
    to: "",
  }),
  mutation("a client keeps what was acknowledged before it began anew", "client/taking-part.ts", {
    from: "    own.restart();\n",
    to: "",
  }),
  mutation("a client listens to the room that it has left", "client/taking-part.ts", {
    from: "    // What comes before `joined` belongs to a stay that is over.\n    if (!isIn()) return;\n",
    to: "",
  }),
  mutation("a client does not come back after a lost connection", "client/dialer.ts", {
    from: "    cancel = clock.after(waitMs, dial);\n",
    to: "    if (code !== 1006) cancel = clock.after(waitMs, dial);\n",
  }),
  mutation("a client waits for ever for a handshake", "client/line.ts", {
    from: 'const welcomed = clock.after(OPENING_MS, () => abandon("silent"));',
    to: "const welcomed = (): void => undefined;",
  }),
  mutation("a client does not try a room again that was not available", "client/insist.ts", {
    from: '["unavailable", ',
    to: "[",
  }),
  mutation("a client does not ask who is there when names come back", "client/audience.ts", {
    from: "if (!mode && counting) stale = true;",
    to: "",
  }),
  mutation("a client forgets that members have left", "client/audience.ts", {
    from: "for (const id of left) known.delete(id);",
    to: "",
  }),
  mutation("a client puts older messages where they do not belong", "client/taking-part.ts", {
    from: "before === first && answer.epoch === position?.epoch",
    to: "position",
  }),
  mutation("a client keeps all messages", "client/transcript.ts", {
    from: "if (messages.length <= most) return;",
    to: "if (messages.length >= 0) return;",
  }),
];
