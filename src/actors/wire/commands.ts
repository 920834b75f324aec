import { type AuthorityCommand, authoritySchemas } from "./commands/authority.ts";
import { type FileCommand, fileSchemas } from "./commands/files.ts";
import { type QueryCommand, querySchemas } from "./commands/queries.ts";
import { type PublishMessage, type TalkCommand, talkSchemas } from "./commands/talk.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import type { Schema, SchemasOf } from "./schema.ts";

/** Everything a client can ask of the server, as it was decoded. */
export type Command = TalkCommand | QueryCommand | FileCommand | AuthorityCommand;

/** What a command is called, once decoded (`chat` is a `message` by then). */
export type CommandType = Command["type"];

/** The schema of each type of command, as it is said on the wire. */
export type CommandSchemas = SchemasOf<Command> & { readonly chat: Schema<PublishMessage> };

/** The schemas of all commands under the limits given; made once for each object of limits. */
export function commandSchemasFor(limits: Limits): CommandSchemas {
  let schemas = made.get(limits);
  if (schemas === undefined) {
    schemas = { ...talkSchemas(limits), ...querySchemas(limits), ...fileSchemas(limits), ...authoritySchemas() };
    made.set(limits, schemas);
  }
  return schemas;
}

const made = new WeakMap<Limits, CommandSchemas>();

/** The schemas of all commands under the default limits. */
export const commandSchemas: CommandSchemas = commandSchemasFor(defaultLimits);

/** Every type of command, once decoded. */
export const commandTypes: readonly CommandType[] = Object.keys(commandSchemas).filter(isDecoded);

function isDecoded(type: string): type is CommandType {
  return type !== "chat";
}
