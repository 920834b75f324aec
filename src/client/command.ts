import type { Command, SetState, Values } from "../actors/wire/mod.ts";

type Unanswered<Each> = { readonly [Field in keyof Each as Exclude<Field, "id">]: Each[Field] | undefined };
type EachUnanswered<All> = All extends unknown ? Unanswered<All> : never;

/** A command as it is said, without the `id` that it is answered by; a field that is undefined is none. */
export type Said =
  | EachUnanswered<Exclude<Command, SetState>>
  | { readonly type: "set"; readonly room?: string; readonly values: Values };
