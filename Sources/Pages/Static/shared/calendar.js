/** An interview as people's own calendars take it: a file of iCalendar (RFC 5545). */

/** Bytes of a line at most, without its end (RFC 5545 §3.1). */
const longest = 75;

/**
 * The interview of a submission, which stays one event however often it is put off: the UID is the submission's, and each change has a
 * higher SEQUENCE. How long it takes nobody has said.
 */
export function calendarOf({ id, version, interview: { at, place } }, title) {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Jobcast//Interviews//EN",
    "BEGIN:VEVENT",
    `UID:interview-${id}@jobcast`,
    `SEQUENCE:${version}`,
    `DTSTAMP:${utc(Date.now())}`,
    `DTSTART:${utc(at)}`,
    `SUMMARY:${escaped(title)}`,
    `LOCATION:${escaped(place)}`,
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

/** A moment in UTC (RFC 5545 §3.3.5). */
const utc = (time) => new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");

/** RFC 5545 §3.3.11. */
const escaped = (text) => text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");

/** A long line goes on in the next one, behind a space; no character is cut in two. */
function folded(line) {
  const parts = [""];
  for (const character of line) {
    const part = parts.at(-1) + character;
    if (new TextEncoder().encode(part).length <= longest) parts[parts.length - 1] = part;
    else parts.push(` ${character}`);
  }
  return parts.join("\r\n");
}
