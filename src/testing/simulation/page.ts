/** What is wrong with a page of entries in itself: they follow each other without holes, and are no more than were wanted. */
export function pageFault(entries: readonly { readonly seq: number }[], most: number): string | undefined {
  if (entries.length > most) return `${entries.length} entries, and ${most} were wanted`;
  const [first] = entries;
  const at = entries.findIndex(({ seq }, at) => seq !== (first?.seq ?? 0) + at);
  return at < 0 ? undefined : `${entries[at]?.seq} stands behind ${entries[at - 1]?.seq} in one page`;
}
