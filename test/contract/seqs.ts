/** The whole numbers from one to another, both included. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}

/** Where the entries of a page stand. */
export function seqsOf({ messages }: { readonly messages: readonly { readonly seq: number }[] }): number[] {
  return messages.map(({ seq }) => seq);
}
