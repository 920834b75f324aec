const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** A size for people, such as 1.2 MB. */
export function bytesOf(bytes: number): string {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const unit = units[power] ?? "byte";
  const format = new Intl.NumberFormat(undefined, { style: "unit", unit, maximumFractionDigits: 1 });
  return format.format(bytes / 1_000 ** power);
}
