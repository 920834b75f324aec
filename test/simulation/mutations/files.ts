import { type Mutation, mutation } from "./mutation.ts";

/** Faults in how files come and go. */
export const fileMutations: readonly Mutation[] = [
  mutation("a file goes while another message names it", "actors/files/files.ts", {
    from: "const gone = new Set(loose.filter((id) => !named.has(id)));",
    to: "const gone = new Set(loose);",
  }),
  mutation("a file goes while its message is under way", "actors/files/files.ts", {
    from: "const before = clock.date() - GRACE_MS;\n    for (const [id, { since }] of this.#inHand) if (since < clock.now() - GRACE_MS) this.#inHand.delete(id);",
    to: "const before = clock.date();\n    this.#inHand.clear();",
  }),
  mutation("bytes go with the first of those who have them", "actors/files/files.ts", {
    from: "if (!(await isUsed())) await this.#options.blobs.delete(sha256, isUsed);",
    to: "await this.#options.blobs.delete(sha256);",
  }),
  mutation("what a crash has left half written stays", "actors/files/files.ts", {
    from: "    await blobs.tidy(before);\n",
    to: "",
  }),
  mutation("bytes that a crash has left to nobody stay", "actors/files/files.ts", {
    from: "await this.#locks.hold(hash, () => this.#drop(hash));\n",
    to: "await Promise.resolve(hash);\n",
  }),
  mutation("a file is known before its bytes are kept", "actors/files/files.ts", {
    from: "        await deposit.keep();\n        await this.#catalogue.enter(id, file);\n",
    to: "        await this.#catalogue.enter(id, file);\n        void deposit.keep().catch(() => undefined);\n",
  }),
  mutation("what was claimed is never counted anew", "actors/files/files.ts", {
    from: "else await this.#quota.recount(() => this.#releaseOld(before), busy);",
    to: "else await this.#releaseOld(before);",
  }),
];
