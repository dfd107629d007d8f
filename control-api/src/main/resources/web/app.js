// The page: who is signed in, which view is shown, and when it is drawn again.

import * as alertDrafts from './alerts.js';
import {Problem, get, keep, list, onRefused, signIn, signOut, signedIn, taken} from './api.js';
import * as approvalDrafts from './approvals.js';
import {approvals, retrain} from './approvals.js';
import {dependencies} from './dependencies.js';
import {details, el, problemBox, show} from './dom.js';
import {embeddings} from './embeddings.js';
import {fleet} from './fleet.js';
import {agesAnew, clock} from './format.js';
import {listen} from './live.js';
import {model} from './model.js';
import {retrains} from './retrains.js';
import {issuer, leaveFor, sentBack, tokenFor} from './sign-in.js';

const VIEWS = {
  '': {draw: fleet, title: 'Fleet', nav: 'fleet'},
  model: {draw: model, title: 'Model', nav: 'fleet', names: 1},
  dependencies: {draw: dependencies, title: 'Dependencies', nav: 'dependencies', hears: /^(node|edge|model|version|deployment|consumer)\./},
  embeddings: {draw: embeddings, title: 'Embeddings', nav: 'embeddings', hears: /^space\./},
  approvals: {draw: approvals, title: 'Approvals', nav: 'approvals'},
  retrains: {draw: retrains, title: 'Retrains', nav: 'retrains'},
  retrain: {draw: retrain, title: 'Retrain', nav: 'retrains', names: 2},
};
const SOON = 700; // Several events of one change are drawn once,
const LATEST = 3_000; // but a storm of them puts nothing off for longer than this.
const AGAIN = 60_000; // New windows are no events.
const AGES = 15_000;
const OLD = 120_000; // What was read longer ago is said to be old.
const KEPT_EVENTS = 30;
const WRITTEN = 'written';

const main = document.getElementById('main');
const banner = document.getElementById('banner');
const events = [];
let me = null;
let whose = null; // Whom the modules of this document know something of.
let shown = null; // The route that is shown: {place, view, names, drawing, again, readAt}.
let stopListening = null;
let soon = null;
let soonSince = null;
let wanted = {};

/** What an address says; one that is no text of ours says nothing. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function route() {
  const [name, ...names] = location.hash.replace(/^#\/?/, '').split('/').map(decoded);
  const view = Object.hasOwn(VIEWS, name) && !names.includes(null) ? VIEWS[name] : null;
  return view && names.length >= (view.names ?? 0) ? {view, names: name === 'dependencies' ? [names.join('/') || null] : names} : {view: VIEWS[''], names: []};
}

/**
 * Draws the view of the address anew; what was typed or focused stays as far as it is there again. Of one view one drawing is
 * made at a time: what is wanted meanwhile is made once after it, so that no older answer is put over a newer one.
 */
async function draw(fresh) {
  if (me === null) {
    return;
  }
  if (fresh || shown === null) {
    const {view, names} = route();
    shown = {view, names, place: el('div', {class: 'view'}, el('p', {role: 'status'}, 'Reading …')), drawing: false, again: false, readAt: null};
    show(main, shown.place);
    document.title = [names[0], view.title, 'Runway'].filter(Boolean).join(' · ');
    document.querySelectorAll('#nav a').forEach((a) => {
      if (a.dataset.view === view.nav) {
        a.setAttribute('aria-current', 'page');
      } else {
        a.removeAttribute('aria-current');
      }
    });
  }
  const current = shown;
  current.again = true;
  if (current.drawing) {
    return;
  }
  current.drawing = true;
  try {
    while (current.again && current === shown) {
      current.again = false;
      await drawOnce(current);
    }
  } finally {
    current.drawing = false;
  }
  if (fresh && current === shown) {
    current.place.querySelector('h1')?.setAttribute('tabindex', '-1');
    current.place.querySelector('h1')?.focus({preventScroll: true});
    scrollTo(0, 0);
  }
}

async function drawOnce(current) {
  let focused = null;
  const remember = (event) => (focused = current.place.contains(event.target) ? placeOf(event.target) : null);
  if (current.place.contains(document.activeElement)) {
    focused = placeOf(document.activeElement);
  }
  document.addEventListener('focusin', remember); // Reading takes a while, in which a person goes on.
  try {
    await current.view.draw(current.place, {me, names: current.names, events, refresh: () => draw(false)});
    if (current === shown) {
      banner.hidden = true;
      current.readAt = Date.now();
      sayRead();
    }
  } catch (e) {
    if (current === shown) {
      failed(current, e);
    }
  } finally {
    document.removeEventListener('focusin', remember);
  }
  if (current === shown && focused && document.activeElement === document.body) {
    focused()?.focus({preventScroll: true});
  }
}

/** Finds an element again when it is made anew: by its id, or as the link that it is, by where it goes. */
function placeOf(node) {
  if (node.id) {
    return () => {
      const again = document.getElementById(node.id);
      if (again instanceof HTMLTextAreaElement && again !== node) {
        again.setSelectionRange(node.selectionStart, node.selectionEnd);
      }
      return again;
    };
  }
  const href = node.getAttribute('href');
  if (href === null) {
    return null;
  }
  const alike = () => [...main.querySelectorAll('a')].filter((a) => a.getAttribute('href') === href);
  const place = alike().indexOf(node);
  return () => alike()[place] ?? alike()[0];
}

/** When what is shown was read; a page that cannot read must not look as if it did. */
function sayRead() {
  const node = document.getElementById('read');
  const at = shown?.readAt ?? null;
  node.hidden = at === null;
  if (at !== null) {
    const old = Date.now() - at > OLD;
    node.textContent = `read at ${clock(at)}` + (old ? ', which is old' : '');
    node.classList.toggle('old', old);
  }
}

/** What is shown stays, and says that it is old; where nothing is shown the problem takes its place. */
function failed(current, e) {
  if (e instanceof Problem && e.status === 401) {
    return;
  }
  const problem = e instanceof Problem ? e.body : {title: 'The page has failed', detail: String(e)};
  if (!(e instanceof Problem)) {
    console.error(e);
  }
  if (current.place.querySelector('h1') === null) {
    show(current.place, el('h1', null, current.view.title), problemBox(problem),
      el('p', null, el('button', {type: 'button', onclick: () => draw(false)}, 'Try again')));
  } else {
    banner.textContent = `What you see is old: ${problem.title ?? 'it could not be read'}${problem.detail ? ', ' + problem.detail : ''}.`;
    banner.hidden = false;
  }
}

/** Soon the view is drawn, how many wait is counted, or both; a storm of commands is counted once too. */
function anewSoon(what) {
  const now = Date.now();
  soonSince ??= now;
  Object.assign(wanted, what);
  clearTimeout(soon);
  soon = setTimeout(() => {
    const {view, waiting} = wanted;
    soonSince = null;
    wanted = {};
    if (waiting) {
      countWaiting();
    }
    if (view) {
      draw(false);
    }
  }, Math.max(0, Math.min(SOON, soonSince + LATEST - now)));
}

async function countWaiting() {
  try {
    const {items, cut} = await list('/v1/approvals');
    const badge = document.getElementById('waiting');
    show(badge, items.length, cut ? '+' : '', el('span', {class: 'hidden'}, ' wait'));
    badge.hidden = items.length === 0;
  } catch (e) {
    if (!(e instanceof Problem)) {
      throw e;
    }
    // The view itself says what is wrong.
  }
}

function onEvent(event) {
  events.unshift(event);
  events.length = Math.min(events.length, KEPT_EVENTS);
  const waiting = event.action.startsWith('retrain.');
  const view = shown?.view.hears?.test(event.action) ?? true;
  if (waiting || view) {
    anewSoon({...(waiting && {waiting}), ...(view && {view})});
  }
}

const LIVE = {live: 'live', away: 'not live, trying again', ended: 'not live'};

function onLive(state) {
  const node = document.getElementById('live');
  const again = state === 'live' && node.dataset.state === 'away';
  node.dataset.state = state;
  node.textContent = LIVE[state];
  if (again) {
    anewSoon({view: true, waiting: true});
  }
}

/** A browser has six connections to a server: those of tabs that nobody looks at are given back. */
function startListening() {
  stopListening?.();
  stopListening = listen(events[0]?.seq ?? null, onEvent, onLive);
}

async function begin() {
  me = await get('/v1/me');
  // Another person, or one who may see other things: nothing of what was shown before is kept.
  const now = JSON.stringify(me);
  if (whose !== null && whose !== now) {
    location.reload();
    return;
  }
  whose = now;
  const written = taken(WRITTEN);
  if (written?.whose === now) {
    approvalDrafts.takeUp(written.approvals);
    alertDrafts.takeUp(written.alerts);
  }
  document.getElementById('nav').hidden = false;
  document.getElementById('who').hidden = false;
  document.getElementById('subject').textContent = me.subject;
  startListening();
  countWaiting();
  await draw(true);
}

function end() {
  stopListening?.();
  stopListening = null;
  clearTimeout(soon);
  soonSince = null;
  signOut();
  me = null;
  shown = null;
  events.length = 0;
  banner.hidden = true;
  document.getElementById('nav').hidden = true;
  document.getElementById('who').hidden = true;
  document.getElementById('read').hidden = true;
}

/** What was begun to be written outlives the way to the issuer and back, for the same person; also where it takes two tries. */
async function leave(at) {
  const here = whose !== null;
  if (here) {
    keep(WRITTEN, {whose, approvals: approvalDrafts.written(), alerts: alertDrafts.written()});
  }
  try {
    await leaveFor(at);
  } catch (e) {
    if (here) {
      taken(WRITTEN);
    }
    throw e;
  }
}

/** The form that signs somebody in: at the issuer where there is one, or by a token. */
async function askForSignIn(problem) {
  document.title = 'Sign in · Runway';
  show(main, el('p', {role: 'status'}, 'One moment …')); // Nothing of whoever was here.
  const at = await issuer();
  if (me !== null) {
    return;
  }
  const field = el('input', {id: 'token', type: 'password', required: true, autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'token-hint'});
  const said = el('div', {id: 'sign-in-problem'}, problem && problemBox(problem));
  const byToken = [el('label', {for: 'token'}, 'Token'), field,
    el('p', {class: 'small', id: 'token-hint'}, at ? 'An API token, or a token of the issuer. It stays in this tab until you sign out.'
      : 'One of your issuer, or an API token. It stays in this tab until you sign out. Of a local stack the file has it that ./runway up and ./runway status name.'),
    el('button', {type: 'submit'}, 'Sign in')];
  const door = at && el('button', {type: 'button', id: 'sign-in-at', onclick: async () => {
    door.disabled = true;
    show(said, el('p', {role: 'status'}, 'You are sent to the issuer …'));
    try {
      await leave(at);
    } catch (e) {
      door.disabled = false;
      show(said, problemBox(e instanceof Problem ? e.body : {title: String(e)}));
      door.focus();
    }
  }}, 'Sign in at ' + new URL(at.issuer).host);
  show(main, el('form', {class: 'sign-in', id: 'sign-in', onsubmit: async (event) => {
    event.preventDefault();
    signIn(field.value.trim());
    show(said, el('p', {role: 'status'}, 'Signing in …'));
    try {
      await begin();
    } catch (e) {
      end();
      show(said, problemBox(e instanceof Problem ? e.body : {title: String(e)}));
      field.focus();
    }
  }},
  el('h1', null, 'Sign in'),
  at ? [door, details('by-token', 'With a token', byToken)] : byToken, said));
  (door ?? field).focus();
}

onRefused((problem) => {
  if (me !== null) {
    end();
    askForSignIn(problem);
  }
});

document.getElementById('sign-out').addEventListener('click', () => {
  end();
  taken(WRITTEN);
  location.reload(); // What this person filtered, wrote and judged is of no concern to the next one.
});
document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault(); // Its fragment would be taken for a view.
  main.focus();
});
addEventListener('hashchange', () => draw(true));
document.addEventListener('visibilitychange', () => {
  if (me === null) {
    return;
  }
  if (document.visibilityState === 'visible') {
    startListening();
    anewSoon({view: true, waiting: true});
  } else {
    stopListening?.();
    stopListening = null;
  }
});
setInterval(() => {
  if (me !== null && document.visibilityState === 'visible') {
    countWaiting();
    draw(false);
  }
}, AGAIN);
setInterval(() => {
  agesAnew();
  sayRead();
}, AGES);
// Plots are drawn in the colours of the moment.
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => draw(false));

/** The first thing that is done: with a token that is there, with what the issuer sent back, or by asking. */
async function start() {
  const back = sentBack();
  if (back !== null && !signedIn()) {
    show(main, el('h1', null, 'Runway'), el('p', {role: 'status'}, 'Signing in …'));
    try {
      const at = await issuer();
      if (at === null) {
        throw new Problem(0, {title: 'The page cannot sign you in', detail: 'it does not know the issuer now'});
      }
      signIn(await tokenFor(at, back));
    } catch (e) {
      await askForSignIn(e instanceof Problem ? e.body : {title: 'The page has failed', detail: String(e)});
      return;
    }
  }
  if (!signedIn()) {
    await askForSignIn();
    return;
  }
  try {
    await begin();
  } catch (e) {
    // Who was just given a token and may do nothing with it is told so where another one can be had.
    if (e instanceof Problem && e.status !== 401 && e.status !== 403) {
      show(main, el('h1', null, 'Runway'), problemBox(e.body), el('p', null, el('button', {type: 'button', onclick: () => location.reload()}, 'Try again')));
    } else {
      end();
      await askForSignIn(e instanceof Problem ? e.body : {title: 'The page has failed', detail: String(e)});
    }
  }
}

start();
