import type { Entry, ErrorEvent, Grant, Joined, Message, Position, Values } from "../actors/wire/mod.ts";
import { audience } from "./audience.ts";
import { type Errand, errands } from "./errands.ts";
import { type Answered, insist } from "./insist.ts";
import type { Line } from "./line.ts";
import type { Membership, MembershipOptions } from "./membership.ts";
import type { FailureCode, RoomEvent, RoomStatus } from "./room-state.ts";
import { sendings } from "./sendings.ts";
import { transcript } from "./transcript.ts";

/** Makes a membership, which begins once there is a connection. */
export function takePart({ room, ports, history, keep, client, fault, tell, changed }: MembershipOptions): Membership {
  const log = transcript(keep, (id) => id === client().user?.id);
  const people = audience();
  const deeds = errands(ports);
  const questions = errands(ports);
  const queues = [deeds, questions];
  const own = sendings({ errands: deeds, isPast: (seq) => seq <= (log.look().position?.seq ?? 0), changed });
  let values: Values = {};
  let status: RoomStatus = { type: "joining" };
  let grants: readonly Grant[] = [];
  let line: Line | undefined;
  let stay = 0;

  function isIn(): boolean {
    return status.type === "live" || status.type === "lagging";
  }

  function become(next: RoomStatus): undefined {
    status = next;
    changed();
  }

  function shut(): undefined {
    for (const each of queues) each.shut();
  }

  function paused(): undefined {
    line = undefined;
    shut();
  }

  function fail(code: FailureCode): undefined {
    for (const each of queues) each.fail(code);
  }

  /** It is over, and so is what was under way. */
  function out(next: Extract<RoomStatus, { readonly type: "left" | "kicked" | "refused" }>): undefined {
    shut();
    become(next);
    fail(next.type === "refused" ? next.code : next.type);
  }

  /** Joins on the present connection, from where it was. */
  function enter(): undefined {
    const by = line;
    const isOurs = (): boolean => by === line && status.type === "joining";
    shut();
    become({ type: "joining" });
    function ask(answered: Answered): undefined {
      if (!isOurs()) return;
      by?.ask({ type: "join", room, since: log.look().position, history: atMost(history) }, (answer) => {
        if (isOurs()) answered(answer);
      });
    }
    insist(ports, ask, {
      done(answer) {
        if (answer.type === "joined") return joined(answer);
        const { code, message } = answer as ErrorEvent;
        return code === "already_joined" ? fault(code) : out({ type: "refused", code, message });
      },
    });
  }

  function atMost(entries: number): number {
    return Math.min(entries, client().limits?.historyEntries ?? entries);
  }

  function joined(event: Joined): undefined {
    const { epoch, seq, recovered, messages, oldest, state = {} } = event;
    const before = log.look().position;
    stay += 1;
    status = { type: "live" };
    grants = event.grants;
    people.begin(event, client().limits?.presenceLimit ?? 0);
    values = {};
    set(state);
    if (!recovered) {
      const position = { epoch, seq: messages.at(-1)?.seq ?? seq };
      const reason = before?.epoch === epoch ? "trimmed" : "epoch";
      begin(position, oldest, messages);
      if (before) tell({ type: "reset", room, ...position, oldest, reason });
    }
    tell(event);
    if (recovered) for (const entry of messages) take(entry);
    changed();
    open();
    askMembers();
  }

  /** Has what waited said on the present connection. */
  function open(): undefined {
    const by = line;
    const here = stay;
    // Those who were just told may have left.
    if (!by || !isIn()) return;
    for (const each of queues) {
      each.open((command, answered) =>
        by.ask(command, (answer) => {
          if (answer.type !== "error" || answer.code !== "not_joined") return answered(answer);
          // The server does not know us here: in again, and then once more.
          if (here === stay && isIn()) enter();
        }),
      );
    }
  }

  function begin(position: Position, oldest: number, entries: readonly Entry[]): undefined {
    log.begin(position, oldest, entries);
    own.restart();
    entries.forEach(arrived);
  }

  function take(entry: Entry): undefined {
    const fit = log.add(entry);
    if (fit === "gap") return fault("gap");
    if (fit === "known") return;
    arrived(entry);
    tell(entry);
    changed();
  }

  function arrived(entry: Entry): undefined {
    own.arrived((entry as Message).key, entry.seq);
  }

  function set(news: Values): undefined {
    const all = new Map([...Object.entries(values), ...Object.entries(news)]);
    values = Object.fromEntries([...all].filter(([, value]) => value !== null));
  }

  /** Asks who is there, page by page, where that is not known. */
  function askMembers(cursor?: string): undefined {
    if (!cursor && !people.takeStale()) return;
    const here = stay;
    questions.add({
      command: () => (here === stay ? { type: "members", room, cursor } : undefined),
      done(answer) {
        if (answer?.type !== "members" || here !== stay) return;
        people.listed(answer, !cursor);
        if (answer.cursor) askMembers(answer.cursor);
        changed();
      },
    });
  }

  function older(limit: number, done?: Errand["done"]): undefined {
    let before = 0;
    questions.add({
      command() {
        const { first, more } = log.look();
        before = first;
        return more && limit > 0 ? { type: "history", room, before, limit: atMost(limit) } : undefined;
      },
      done(answer, refusal) {
        const { first, position } = log.look();
        if (answer?.type === "history" && before === first && answer.epoch === position?.epoch) {
          log.prepend(answer.messages, answer.oldest);
          answer.messages.forEach(arrived);
          changed();
        }
        done?.(answer, refusal);
      },
    });
  }

  function handle(event: RoomEvent): undefined {
    // What comes before `joined` belongs to a stay that is over.
    if (!isIn()) return;
    switch (event.type) {
      case "message":
      case "redacted":
        return take(event);
      case "presence":
        people.changed(event);
        askMembers();
        break;
      case "state":
        set(event.values);
        break;
      case "lagged":
        status = { type: "lagging" };
        break;
      case "live":
        status = { type: "live" };
        break;
      case "reset":
        begin(event, event.oldest, []);
        older(history);
        break;
      case "kicked":
        out({ type: "kicked", reason: event.reason, until: event.until });
        break;
      default:
        return tell(event); // a signal, or what this client does not know
    }
    tell(event);
    changed();
  }

  return {
    look() {
      const { messages, position, more } = log.look();
      const { epoch, seq = 0 } = position ?? {};
      const about = { name: room, status, values, grants, epoch, seq, more };
      return { ...about, ...people.look(), messages: own.behind(messages) };
    },
    say(command) {
      return isIn() && !!line?.say(command);
    },
    sendings: own,
    deeds,
    connected(by) {
      line = by;
      if (isIn() || status.type === "joining") enter();
    },
    paused,
    lost() {
      paused();
      if (isIn()) become({ type: "joining" });
    },
    handle,
    join() {
      if (status.type === "refused" || status.type === "kicked") enter();
    },
    leave() {
      const by = line;
      out({ type: "left" });
      if (!by) return;
      insist(ports, (answered) => by.ask({ type: "leave", room }, answered), { done: () => undefined });
    },
    fail,
    older,
  };
}
