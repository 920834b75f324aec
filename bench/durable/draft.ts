import type { Draft } from "../../src/actors/room/mod.ts";

/** Makes drafts for one room, each with a text of so many characters and a key of its own. */
export function drafting(characters: number): () => Draft {
  const content = "x".repeat(characters);
  let keys = 0;
  return () => {
    keys += 1;
    return {
      room: "room",
      sender: { id: "guest:ada", name: "ada" },
      content,
      data: undefined,
      key: `key-${keys}`,
      at: Date.now(),
      fence: undefined,
      policy: { room: 1, house: 1 },
    };
  };
}
