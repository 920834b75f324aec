const hours = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const withYear = new Intl.DateTimeFormat(undefined, {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
});
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

/** The time of a day, such as 14:05. */
export function timeOf(at: number): string {
  return hours.format(at);
}

/** The time of a day where there is little room: without a word on which half of the day it is. */
export function shortTimeOf(at: number): string {
  const parts = hours
    .formatToParts(at)
    .filter(({ type }) => type === "hour" || type === "minute" || type === "literal");
  return parts
    .map(({ value }) => value)
    .join("")
    .trim();
}

/** Date and time in full. */
export function momentOf(at: number): string {
  return whole.format(at);
}

/** The day of a moment, as a number that is the same all day. */
export function dayOf(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** What a day is called: today, yesterday, or its date. */
export function dayName(day: number): string {
  const ago = Math.round((day - dayOf(Date.now())) / 86_400_000);
  if (ago === 0 || ago === -1) return capital(relative.format(ago, "day"));
  return (new Date(day).getFullYear() === new Date().getFullYear() ? weekday : withYear).format(day);
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
