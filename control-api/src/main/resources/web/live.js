// Server-sent events, read by hand: an EventSource sends no Authorization header.

import {Problem, raw} from './api.js';

const LONGEST_WAIT = 30_000;
const SILENCE = 45_000; // A comment comes every 15 seconds.

/**
 * Listens until it is told to stop.
 *
 * @param after the number of the last event that was heard; null to hear what comes from now on
 * @param onEvent with {action, object, at_millis, seq, request_id}
 * @param onState with 'live', 'away' or 'ended'
 * @returns a function that ends it
 */
export function listen(after, onEvent, onState) {
  const end = new AbortController();
  run(end.signal, after, onEvent, onState);
  return () => end.abort();
}

async function run(signal, after, onEvent, onState) {
  let last = after;
  let wait = 1_000;
  let opened = Infinity;
  while (!signal.aborted) {
    try {
      opened = Infinity;
      last = await once(signal, last, onEvent, () => {
        opened = Date.now();
        onState('live');
      });
    } catch (e) {
      if (signal.aborted) {
        return;
      }
      if (e instanceof Problem && (e.status === 401 || e.status === 403)) {
        onState('ended');
        return;
      }
      if (e instanceof Problem && e.status === 400) {
        last = null; // Another database than the one that the number is of.
      }
      last = e.last ?? last;
    }
    onState('away');
    if (Date.now() - opened > LONGEST_WAIT) {
      wait = 1_000; // It held: this is no server that hangs up at once.
    }
    await pause(wait, signal);
    wait = Math.min(LONGEST_WAIT, wait * 2);
  }
}

/** One connection, to its end; returns the number of the last event. */
async function once(signal, last, onEvent, onOpen) {
  const silent = new AbortController();
  const both = () => silent.abort();
  signal.addEventListener('abort', both);
  let timer = setTimeout(both, SILENCE);
  let seen = last;
  try {
    const answer = await raw('/v1/events', {}, {
      signal: silent.signal, headers: last === null ? {} : {'Last-Event-ID': String(last)},
    });
    onOpen();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      const {done, value} = await reader.read();
      if (done) {
        return seen;
      }
      clearTimeout(timer);
      timer = setTimeout(both, SILENCE);
      text += value;
      let end;
      while ((end = text.indexOf('\n\n')) >= 0) {
        const event = parsed(text.slice(0, end));
        text = text.slice(end + 2);
        if (event) {
          seen = event.seq;
          onEvent(event);
        }
      }
    }
  } catch (e) {
    e.last = seen;
    throw e;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', both);
  }
}

/** An event of its lines; null for a comment. */
function parsed(block) {
  const data = block.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trim());
  return data.length === 0 ? null : JSON.parse(data.join('\n'));
}

function pause(millis, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, millis);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    }, {once: true});
  });
}
