import * as v from "valibot";
import { commandSchemasFor } from "./commands.ts";
import type { Json } from "./json.ts";
import type { Limits } from "./limits.ts";

/** What may be said without being a client: a message, or a change of a room's state. */
export type Saying =
  | { readonly type: "message"; readonly content: string; readonly data?: Json; readonly key?: string }
  | { readonly type: "set"; readonly values: Readonly<Record<string, Json>> };

/** The fields of a command that are not as they have to be, as paths; none where it is as a client may say it. */
export function misfitsOf(saying: Saying, limits: Limits): readonly string[] {
  const { issues = [] } = v.safeParse(commandSchemasFor(limits)[saying.type], saying);
  return [...new Set(issues.map((issue) => v.getDotPath(issue) ?? "type"))];
}
