import type { ActorRef, Context, Handle, Layer } from "../../kernel/mod.ts";
import type { Appended } from "../journal.ts";
import type { Enter, Proposal, Publish, Request, RoomMessage, SignalMembers } from "../message.ts";
import type { Records } from "../records.ts";
import type { RoomLayer, RoomScope } from "../scope.ts";
import { wayBack } from "../way-back.ts";
import type { AuditTrail } from "./audit-trail.ts";
import { type Bench, topicOf } from "./bench.ts";
import { Judge, type Refusal } from "./judge.ts";
import { MODERATION, type ModerationNews, own } from "./news.ts";
import { Redactions } from "./redactions.ts";
import { refusalText } from "./refuse.ts";
import { Register } from "./register.ts";
import type { Revocations } from "./revocations.ts";
import { Rules } from "./rules.ts";
import { Sentences } from "./sentences.ts";
import { SlowMode } from "./slow-mode.ts";
import { Studies } from "./studies.ts";
import type { WardenMessage } from "./warden.ts";

const OUT: Refusal = { code: "not_joined", why: "join it first" };

/** What rooms are moderated by. */
export interface ModerationOptions {
  readonly records: Records;
  readonly bench: Bench;
  readonly trail: AuditTrail;
  readonly revocations: Revocations;
  readonly warden: ActorRef<WardenMessage>;
}

/**
 * Holds a room's members to what moderators decide: who is kicked, banned or muted, which messages are redacted, how often
 * one may speak and whether at all. A room takes nothing before it knows its rules; what comes to the log under rules that
 * have changed meanwhile is judged again.
 */
export function moderation(options: ModerationOptions): RoomLayer {
  return function moderationLayer(scope: RoomScope): Layer<RoomMessage> {
    const { name: room, audience } = scope;
    const { records, revocations } = options;
    const rules = new Rules(new Register(records, topicOf(room)));
    const slow = new SlowMode();

    return function moderationLife(context: Context<RoomMessage>, next: Handle<RoomMessage>): Handle<RoomMessage> {
      const judge = new Judge(room, context, { rules, slow, revocations });
      const studies: Studies = new Studies(scope, context, {
        ...options,
        rules,
        judge,
        next,
        // As a message of its own: what stands behind it among what was withheld is not to be lost where the room fails over it.
        redo: (redaction) => void context.self.tell(own({ type: "noted", redaction })) as undefined,
      });
      const redactions: Redactions = new Redactions(scope, context, {
        ...options,
        judge,
        next,
        withhold: (it) => studies.withhold(it),
      });
      const sentences = new Sentences(scope, context, { ...options, rules });

      scope.observers.add({
        outdated: (publish) => studies.withhold(publish),
        appended: (entries) => {
          const slowMs = (rules.policy.slow ?? 0) * 1_000;
          if (slowMs > 0) slow.saw(entries, { slowMs, now: context.now() });
        },
      });
      studies.begin();
      let place = 0;

      function enter(message: Enter): undefined {
        const { listener, answer } = message;
        const refusal = judge.entering(listener);
        if (refusal === undefined) return next(message);
        answer(refusalText(room, message, refusal));
        listener.inform({ type: "turnedAway", room });
        return turnOut(message);
      }

      /** Whoever is revoked, and here all the same, is shown out of the house. */
      function turnOut({ listener }: Pick<Enter, "listener">): undefined {
        const { user, token } = listener;
        if (revocations.out({ user: user.id, token }, context.now())) listener.inform({ type: "revoked" });
      }

      /** Why whoever is not in the room is not heard in it: it came by another way, or has left since it said this. */
      function barredOutside(
        { listener, outside }: Publish,
        { again }: { readonly again: boolean },
      ): Refusal | undefined {
        if (outside === true) return judge.entering(listener);
        const gone = again && audience.of(listener) === undefined;
        return gone && judge.entering(listener) !== undefined ? OUT : undefined;
      }

      function publish(message: Publish, { again }: { readonly again: boolean }): undefined {
        const { listener, key } = message;
        const barred = barredOutside(message, { again });
        const refusal = barred ?? (again ? judge.writing(listener) : judge.speaking(listener, key));
        if (refusal !== undefined) return refuse(message, refusal);
        scope.policy = judge.policy;
        if (again) return next({ type: "republish", publish: message });
        place += 1;
        return next({ ...message, place });
      }

      function refuse(
        message: Publish | Request | (SignalMembers & { readonly id?: undefined }),
        refusal: Refusal,
      ): undefined {
        const text = refusalText(room, { id: message.id }, refusal);
        if (message.type === "signal") message.listener.reply(text);
        else wayBack(message)(text);
        return turnOut(message);
      }

      function request(message: Request): undefined {
        const { listener, command } = message;
        if (command.type === "set") {
          const refusal = judge.writing(listener);
          return refusal === undefined ? next(message) : refuse(message, refusal);
        }
        if (audience.of(listener) === undefined) return refuse(message, OUT);
        const refusal = judge.present(listener);
        if (refusal !== undefined) return refuse(message, refusal);
        if (command.type === "redact") return redactions.ask(message, command);
        if (!judge.moderates(listener)) return refuse(message, { code: "forbidden", why: "you do not moderate it" });
        return sentences.ask(message, command);
      }

      function appended(message: Appended<Proposal>): undefined {
        next(message);
        return studies.goOn();
      }

      function hear(news: ModerationNews): undefined {
        switch (news.type) {
          case "look":
            return studies.look(news.urgent);
          case "read":
            return studies.read(news.reading, news.look);
          case "notRead":
            return studies.notRead(news.urgent, news.look);
          case "houseRead":
            return studies.houseRead(news.current);
          case "done":
            studies.take(news.reading);
            return sentences.done(news.request, news.verdict);
          case "doubtful":
            return sentences.doubtful(news.request);
          case "found":
            return redactions.found(news.redaction, news.page);
          case "noted":
            return redactions.noted(news.redaction);
          case "redacted":
            return redactions.redacted(news.redaction, news.outcome);
          case "notRedacted":
            return redactions.notRedacted(news.redaction);
          default:
            news satisfies never;
        }
      }

      return function handle(message: RoomMessage): undefined {
        switch (message.type) {
          case "enter":
            return enter(message);
          case "publish":
            return publish(message, { again: false });
          case "republish":
            return publish(message.publish, { again: true });
          case "signal": {
            const refusal = judge.signalling(message.listener);
            return refusal === undefined ? next(message) : refuse(message, refusal);
          }
          case "say":
            return judge.isCurrent ? next(message) : message.done({ type: "refused", reason: "unavailable" });
          case "request":
            return request(message);
          case "appended":
            return appended(message);
          case "own":
            return message.layer === MODERATION ? hear(message.message as ModerationNews) : next(message);
          default:
            return next(message);
        }
      };
    };
  };
}
