import type { Behavior, Context, Handle } from "../kernel/mod.ts";
import type { RoomLog } from "../room/mod.ts";
import type { Files } from "./files.ts";

/** What the sweeper is told. */
export type SweeperMessage =
  | { readonly type: "sweep" }
  /** The log says that these are named no longer. */
  | { readonly type: "released"; readonly files: readonly string[] }
  | { readonly type: "done" }
  | { readonly type: "notDone"; readonly error: unknown };

/** How often everything is looked through, in ms. */
const SWEEP_MS = 1_800_000;

/** Lets go of files as the log does, and looks now and then for what it has not heard of. */
export function sweeper(
  files: Files,
  { log, onFailure }: { readonly log: RoomLog; readonly onFailure: (error: unknown) => void },
): Behavior<SweeperMessage> {
  return function sweeper(context: Context<SweeperMessage>): Handle<SweeperMessage> {
    const released = log.released((names) => {
      context.self.tell({ type: "released", files: names });
    });
    context.onStop(function letGo(): undefined {
      released.close();
    });
    let busy = false;

    function follow(work: Promise<unknown>, done: SweeperMessage): undefined {
      context.pipe(
        work,
        () => done,
        (error) => ({ type: "notDone", error }),
      );
    }

    function sweep(): undefined {
      context.after("sweep", SWEEP_MS, { type: "sweep" });
      if (busy) return;
      busy = true;
      return follow(
        files.sweep().finally(() => {
          busy = false;
        }),
        { type: "done" },
      );
    }

    sweep();
    return function handle(message: SweeperMessage): undefined {
      switch (message.type) {
        case "sweep":
          return sweep();
        case "released":
          return follow(files.release(message.files), { type: "done" });
        case "done":
          return;
        case "notDone":
          onFailure(message.error); // the next sweep finds what was left
          return;
        default:
          message satisfies never;
      }
    };
  };
}
