// Numbers with their units and times with their zone. What is not there is null, never 0.

const DAY = 86_400;

/** 27 Nov 2026 14:05 UTC; seconds only where asked for. */
export function time(text, seconds = false) {
  if (!text) {
    return null;
  }
  const at = typeof text === 'number' ? new Date(text) : new Date(text);
  const day = at.toLocaleDateString('en-GB', {day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC'});
  const clock = at.toISOString().slice(11, seconds ? 19 : 16);
  return `${day} ${clock} UTC`.replaceAll(' ', '\u00a0'); // A time is read in one line.
}

/** 14:05:12 UTC */
export function clock(millis) {
  return new Date(millis).toISOString().slice(11, 19) + '\u00a0UTC';
}

/** The same with how long ago it is, for reading and for machines. */
export function timeNode(text) {
  if (!text) {
    return null;
  }
  const node = document.createElement('time');
  node.dateTime = text;
  node.append(time(text));
  const ago = document.createElement('span');
  ago.className = 'ago';
  ago.append(' (' + since(text) + ')');
  node.append(ago);
  return node;
}

/** Says again of all times on the page how long ago they are. */
export function agesAnew() {
  document.querySelectorAll('time > .ago').forEach((ago) => {
    ago.textContent = ' (' + since(ago.parentElement.dateTime) + ')';
  });
}

function since(text) {
  const seconds = (Date.now() - new Date(text).getTime()) / 1000;
  return seconds >= 0 ? duration(seconds) + ' ago' : 'in ' + duration(-seconds);
}

/** Two units at most: 3 d 4 h, 12 min, 40 s. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) {
    return null;
  }
  const s = Math.abs(seconds);
  if (s < 1) {
    return Math.round(seconds * 1000) + ' ms';
  }
  if (s < 60) {
    return trimmed(seconds, s < 10 ? 1 : 0) + ' s';
  }
  const parts = [['d', DAY], ['h', 3600], ['min', 60]];
  const first = parts.findIndex(([, size]) => s >= size);
  const [unit, size] = parts[first];
  const whole = Math.floor(s / size);
  const next = parts[first + 1];
  const rest = next ? Math.floor((s - whole * size) / next[1]) : 0;
  return (seconds < 0 ? '-' : '') + whole + ' ' + unit + (rest > 0 ? ' ' + rest + ' ' + next[0] : '');
}

/** The same of ISO 8601, such as P7D. */
export function isoDuration(text) {
  const found = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(text);
  return found ? duration([DAY, 3600, 60, 1].reduce((sum, size, i) => sum + size * Number(found[i + 1] ?? 0), 0)) : text;
}

function trimmed(value, digits) {
  return String(Number(value.toFixed(digits)));
}

/** Four significant digits. */
export function number(value, digits = 4) {
  if (value === null || value === undefined) {
    return null;
  }
  if (value === 0 || (Math.abs(value) >= 1e-4 && Math.abs(value) < 1e7)) {
    const shown = Number(value.toPrecision(digits));
    return shown.toLocaleString('en-GB', {maximumFractionDigits: 6});
  }
  return value.toExponential(2);
}

export function count(value) {
  return value === null || value === undefined ? null : value.toLocaleString('en-GB');
}

export function percent(share, digits = 1) {
  return share === null || share === undefined ? null : trimmed(share * 100, digits) + ' %';
}

export function money(dollars) {
  return dollars === null || dollars === undefined ? null
    : '$' + dollars.toLocaleString('en-US', {minimumFractionDigits: 2, maximumFractionDigits: 2});
}

/** A value with its 95 % interval, where there is one. */
export function interval(value, low, high) {
  if (value === null || value === undefined) {
    return null;
  }
  return number(value) + (low !== undefined && high !== undefined ? ` (${number(low)} to ${number(high)})` : '');
}

export function month(date = new Date()) {
  return date.toISOString().slice(0, 7);
}
