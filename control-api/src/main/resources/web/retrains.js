// Money and places for retrains: what of the month is used, what waits and for what, what runs, and of what use it was.

import {find, list} from './api.js';
import {commandBadge, commandLink, el, modelLink, paged, pairs, section, show, table, words} from './dom.js';
import {count, duration, money, month, percent, timeNode} from './format.js';

const ACTIVE = ['GRANTED', 'SUBMITTED', 'ACCEPTED', 'UNKNOWN', 'RUNNING'];
const WAITING = ['QUEUED', 'QUEUED_BUDGET', 'AWAITING_APPROVAL'];
const ROWS = 50;
const MISSING = 'This is not for a token that is limited to some models.';

function budget(months) {
  const now = month();
  const row = months.find((m) => m.month.slice(0, 7) === now);
  if (!row) {
    return el('p', {class: 'none'}, `Nobody has set the money of ${now} yet, and no command has opened it.`);
  }
  const share = (value) => (row.cap > 0 ? value / row.cap : 0);
  const stack = el('div', {class: 'stack', role: 'img', 'aria-label':
    `Of ${money(row.cap)}: ${money(row.spent)} spent, ${money(row.reserved)} reserved, ${money(row.free)} free`});
  for (const [value, name] of [[row.spent, 'spent'], [row.reserved, 'reserved']]) {
    const piece = el('span', {class: name});
    piece.style.width = (100 * Math.min(1, share(value))).toFixed(2) + '%';
    stack.append(piece);
  }
  return [stack, pairs([
    ['Month (UTC)', now], ['Cap', money(row.cap)], ['Spent', `${money(row.spent)} (${percent(share(row.spent))})`],
    ['Reserved by what runs', `${money(row.reserved)} (${percent(share(row.reserved))})`], ['Free', money(row.free)],
    ['For tier 1 alone', `${money(row.tier1_reserve)}, of which ${money(row.tier1_spent + row.tier1_reserved)} is spent or reserved`],
    ['Overrun', row.overrun > 0 && el('span', {class: 'tag warn'}, money(row.overrun))],
  ])];
}

function queue(items) {
  return table('The queue, in its order', [
    {name: 'Model', of: (q) => modelLink(q.model_id)},
    {name: 'Place', number: true, of: (q) => String(q.place)},
    {name: 'Command', of: (q) => commandLink(q.model_id, q.command_id)},
    {name: 'Waits for', of: (q) => (q.state === 'QUEUED_BUDGET' ? 'money' : 'a place')},
    {name: 'Tier', number: true, of: (q) => String(q.tier)},
    {name: 'Team', of: (q) => q.team ?? '–'},
    {name: 'Estimate', number: true, of: (q) => money(q.estimated_cost)},
    {name: 'Waits since', of: (q) => timeNode(q.received_at)},
    {name: 'Expected', of: (q) => (q.expected_at ? timeNode(q.expected_at) : 'not known')},
  ], items, {key: (q) => q.command_id});
}

function commands(caption, items) {
  return table(caption, [
    {name: 'Model', of: (c) => modelLink(c.model_id)},
    {name: 'Command', of: (c) => commandLink(c.model_id, c.command_id)},
    {name: 'State', of: (c) => commandBadge(c.state)},
    {name: 'What', of: (c) => `${words(c.action)}, ${words(c.reason_class).toLowerCase()}${c.wave > 0 ? ', wave ' + c.wave : ''}`},
    {name: 'Why so', of: (c) => c.reason ?? '–'},
    {name: 'Tier', number: true, of: (c) => String(c.tier)},
    {name: 'Cost', number: true, of: (c) => (c.actual_cost !== undefined ? money(c.actual_cost) : money(c.estimated_cost) + ' est.')},
    {name: 'Since', of: (c) => timeNode(c.state_at)},
  ], items, {key: (c) => c.command_id});
}

function ratios(items) {
  return table('Of what use retrains were', [
    {name: 'Month', of: (r) => r.month.slice(0, 7)},
    {name: 'Tier', number: true, of: (r) => String(r.tier)},
    {name: 'Issued', number: true, of: (r) => count(r.issued)},
    {name: 'Ran', number: true, of: (r) => count(r.ran)},
    {name: 'Succeeded', number: true, of: (r) => `${count(r.succeeded)} (${percent(r.success_ratio, 0) ?? 'no data'} of issued)`},
    {name: 'Wasted', number: true, of: (r) => percent(r.waste_ratio, 0)},
    {name: 'Improved', number: true, of: (r) => percent(r.improved_ratio, 0)},
  ], items);
}

function late(items) {
  return table('Commands that take or took longer than their tier may', [
    {name: 'Model', of: (s) => modelLink(s.model_id)},
    {name: 'Command', of: (s) => commandLink(s.model_id, s.command_id)},
    {name: 'State', of: (s) => commandBadge(s.state)},
    {name: 'Took', number: true, of: (s) => duration(s.clock_seconds)},
    {name: 'May take', number: true, of: (s) => duration(s.within_seconds)},
    {name: 'Waited for a person', number: true, of: (s) => duration(s.person_seconds)},
  ], items);
}

function caps(items) {
  return table('How many may be active at once', [
    {name: 'Of', of: (c) => (c.scope === 'FLEET' ? 'the fleet' : `${words(c.scope).toLowerCase()} ${c.name}`)},
    {name: 'Cap', number: true, of: (c) => count(c.cap)},
    {name: 'Set by', of: (c) => c.changed_by},
    {name: 'Set', of: (c) => timeNode(c.changed_at)},
  ], items);
}

/** Draws queue and budget; what a token for some models may not see it says in its place. */
export async function retrains(place) {
  const [budgets, waiting, newest, useful, missed, limits, people, ...states] = await Promise.all([
    find('/v1/retrain-budgets'), find('/v1/retrain-queue'), list('/v1/retrains', {}, 1), find('/v1/retrain-ratios'),
    list('/v1/retrain-sla', {missed: true, limit: 20}, 1), find('/v1/retrain-caps'), list('/v1/approvals'),
    // By their state: a storm of newer commands must not hide a training that has run for days.
    ...ACTIVE.map((state) => list('/v1/retrains', {state}))]);
  const orElse = (found, draw) => (found ? draw(found.items) : el('p', {class: 'none'}, MISSING));
  // One that changed while they were read is among two states: the later one is what it is.
  const active = [...new Map(states.flatMap((s) => s.items).map((c) => [c.command_id, c])).values()]
    .sort((a, b) => (a.received_at < b.received_at ? 1 : -1));
  const ended = newest.items.filter((c) => !ACTIVE.includes(c.state) && !WAITING.includes(c.state));
  const wait = people.items.length + (people.cut ? ' or more' : '');
  const more = (cut) => cut && el('p', {class: 'small'}, 'There are more than a page reads.');
  show(place,
    el('h1', null, 'Retrains'),
    people.items.length > 0 && el('p', {class: 'notice'}, `${wait} wait${wait === '1' ? 's' : ''} for a person: `, el('a', {href: '#/approvals'}, 'approvals'), '.'),
    section('Budget of this month', orElse(budgets, budget)),
    section('Queue', orElse(waiting, (items) => paged('queue', 'the queue', items, ROWS, queue)), more(waiting?.items.length === 200)),
    section('Active', paged('active', 'active commands', active, ROWS, (some) => commands('Commands that may run or run', some)), more(states.some((s) => s.cut))),
    section('Ended', commands('The newest that have ended', ended.slice(0, 20)), more(ended.length < 20 && newest.cut)),
    section('Late', late(missed.items)),
    section('Of use', orElse(useful, (items) => paged('ratios', 'months and tiers', items, ROWS, ratios))),
    section('Caps', orElse(limits, (items) => paged('caps', 'caps', items, ROWS, caps))),
  );
  return {};
}
