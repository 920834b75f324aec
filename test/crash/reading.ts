import type { Account, Shown } from "./account.ts";
import { openLine, type Said } from "./line.ts";

const PAGE = 200;
const PATIENCE_MS = 20_000;

/** Follows a room through one life of the server, from where the reader had come to; resolves when that is over. */
export async function follow(port: number, account: Account): Promise<void> {
  const { room, since } = account;
  const line = await openLine(port, `reader_of_${room}`, (said) => {
    if (said.room !== room) return;
    if (said.type === "joined") {
      account.joined(said.epoch ?? "", said.recovered);
      for (const { seq, content = "" } of said.messages ?? []) account.shown({ seq, content });
    } else if (said.type === "message") account.shown({ seq: said.seq ?? 0, content: said.content ?? "" });
    else if (said.type === "reset") account.violations.push(`${room}: the reader was told to start afresh`);
  });
  line?.send({ type: "join", room, history: 200, ...(since !== undefined && { since }) });
  await line?.over;
}

/** Reads a room's whole log, a page at a time. */
export async function wholeLog(port: number, room: string): Promise<readonly Shown[]> {
  const log: Shown[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<readonly Shown[]>();
  const line = await openLine(port, "auditor", (said: Said, from) => {
    if (said.type === "error") reject(new Error(`Cannot read ${room}: ${JSON.stringify(said)}`));
    if (said.type === "history") for (const { seq, content = "" } of said.messages ?? []) log.push({ seq, content });
    if (said.type === "joined" || (said.type === "history" && said.more === true)) {
      from.send({ type: "history", room, after: log.at(-1)?.seq ?? 0, limit: PAGE });
    } else if (said.type === "history") resolve(log);
  });
  if (line === undefined) throw new Error(`Cannot read ${room}: the server is not there`);
  const deadline = setTimeout(() => reject(new Error(`Cannot read ${room}: no end of it`)), PATIENCE_MS);
  line.send({ type: "join", room, history: 0 });
  try {
    return await promise;
  } finally {
    clearTimeout(deadline);
    line.close();
  }
}
