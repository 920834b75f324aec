import type { Host } from "../../src/mod.ts";

const request = /^!echo (.+)/s;

/** Says again what it is asked to: `!echo hello` is answered with `hello`. */
export const echoBot: Host = {
  name: "echo-bot",
  rooms: (room) => room.startsWith("bots"),
  behavior(room) {
    return function echoBot(context) {
      return function handle(message): undefined {
        if (message.type !== "appended") return;
        for (const { seq, content } of message.entries) {
          const asked = request.exec(content)?.[1];
          // The key makes it one answer, whichever life or node of this host gives it.
          if (asked !== undefined) room.publish(context, { content: asked, key: `echo ${seq}` });
        }
      };
    };
  },
};
