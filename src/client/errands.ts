import type { ServerEvent } from "../actors/wire/mod.ts";
import type { Said } from "./command.ts";
import { type Answered, insist } from "./insist.ts";
import type { ClientPorts } from "./ports.ts";
import { Refusal } from "./refusal.ts";
import type { FailureCode } from "./room-state.ts";

/** Says a command on a connection. */
export type Ask = (command: Said, answered: Answered) => void;

/** Something to be done by a command, however often it has to be said. */
export interface Errand {
  /** The command, made anew each time it is said; none where it is needed no more. */
  readonly command: () => Said | undefined;
  /** Called once, with the answer, or why it was not done. */
  readonly done: (answer: ServerEvent | undefined, refusal?: Refusal) => void;
}

/**
 * Errands that are done one after the other, in order. Each is said until it has an answer for good: again on the next
 * connection, and after a wait where it could not be done at present or nobody can tell whether it was.
 */
export interface Errands {
  add(errand: Errand): void;
  /** Takes an errand out that has been done otherwise. */
  remove(errand: Errand): void;
  /** Goes on, by a way to ask; what is under way by another is said again. */
  open(by: Ask): void;
  /** Says nothing more for now. */
  shut(): void;
  /** Gives everything up. */
  fail(code: FailureCode): void;
}

/** Has one command done. */
export function does(queue: Errands, command: Said): Promise<ServerEvent | undefined> {
  return new Promise((resolve, reject) => {
    queue.add({
      command: () => command,
      done: (answer, refusal) => (refusal ? reject(refusal) : resolve(answer)),
    });
  });
}

/** Makes a queue of errands. */
export function errands(ports: ClientPorts): Errands {
  let queue: Errand[] = [];
  let ask: Ask | undefined;
  /** Tells one saying from the next: what an older one comes to is of no more interest. */
  let turn = 0;
  let busy = false;

  function goOn(): undefined {
    turn += 1;
    busy = false;
    next();
  }

  function next(): undefined {
    const [errand] = queue;
    if (!ask || busy || !errand) return;
    busy = true;
    const mine = turn;
    function say(answered: Answered): undefined {
      if (mine !== turn || !errand) return;
      const command = errand.command();
      if (!command) return finish(errand);
      ask?.(command, (answer) => (mine === turn ? answered(answer) : undefined));
    }
    insist(ports, say, {
      done: (answer) =>
        answer.type === "error" ? finish(errand, undefined, new Refusal(answer.code, answer)) : finish(errand, answer),
    });
  }

  function finish(errand: Errand, answer?: ServerEvent, refusal?: Refusal): undefined {
    queue.shift();
    errand.done(answer, refusal);
    goOn();
  }

  return {
    add(errand) {
      queue.push(errand);
      next();
    },
    remove(errand) {
      const at = queue.indexOf(errand);
      if (at < 0) return;
      queue.splice(at, 1);
      if (at === 0) goOn();
    },
    open(by) {
      ask = by;
      goOn();
    },
    shut() {
      ask = undefined;
    },
    fail(code) {
      const failed = queue;
      queue = [];
      goOn();
      for (const { done } of failed) done(undefined, new Refusal(code));
    },
  };
}
