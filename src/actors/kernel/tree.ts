import type { Behavior } from "./behavior.ts";
import type { Ending, SpawnOptions } from "./context.ts";
import type { ActorRef } from "./ref.ts";
import type { ActorSnapshot } from "./snapshot.ts";

/** A cell as its neighbours in the tree see it, whatever messages it takes. */
export interface TreeNode {
  readonly path: string;
  readonly parent: TreeNode | undefined;
  readonly ended: boolean;
  stop(): undefined;
  spawn<C>(behavior: Behavior<C>, options: SpawnOptions<C>): ActorRef<C>;
  snapshot(): ActorSnapshot;
  childEnded(path: string): void;
  /** Has `notify` called once this cell has ended; `watcher` is the key to take that back by. */
  watch(watcher: object, notify: (ending: Ending) => void): void;
  unwatch(watcher: object): void;
}
