import type { ServerEvent } from "../actors/wire/mod.ts";
import { backoffMs } from "./backoff.ts";
import type { ClientPorts } from "./ports.ts";

/** Called with the event that answers a command; never, where the connection is lost before. */
export type Answered = (answer: ServerEvent) => void;

/** Says something again and again, each time after a wait, until it has an answer for good. */
export function insist(
  ports: ClientPorts,
  say: (answered: Answered) => void,
  { done }: { readonly done: Answered },
): undefined {
  let attempt = 0;

  function again(): undefined {
    say((answer) => {
      if (!passes(answer)) return done(answer);
      const { retryAfter = 0 } = answer;
      ports.clock.after(retryAfter + backoffMs(attempt, ports.random), again);
      attempt += 1;
    });
  }

  again();
}

/** Whether an answer is an error that may not come again, or that leaves open what became of the command. */
function passes(answer: ServerEvent): answer is Extract<ServerEvent, { readonly type: "error" }> {
  if (answer.type !== "error") return false;
  return answer.unknown === true || ["unavailable", "overloaded", "rate_limited"].includes(answer.code);
}
