// The fleet at a glance: how many models are in which state, the worst first, and what is wrong now.

import {alertTable, judges, toJudge} from './alerts.js';
import {get, list, readiness} from './api.js';
import {bar, el, firstPage, modelLink, paged, renew, section, show, STATE_ORDER, STATE_WORDS, stateBadge, table, words} from './dom.js';
import {count, number, percent, timeNode} from './format.js';

const filter = {text: '', team: '', tier: '', state: ''};
const ROWS = 50; // Of models or alerts at once.
let redraw = () => {}; // The form stays when all around it is read anew: it asks for what is drawn now.

function rank(model) {
  const place = STATE_ORDER.indexOf(model.staleness);
  return place < 0 ? STATE_ORDER.length : place;
}

function worstFirst(a, b) {
  return rank(a) - rank(b) || a.tier - b.tier || (b.score ?? -1) - (a.score ?? -1) || a.model_id.localeCompare(b.model_id);
}

function matches(model) {
  const text = filter.text.toLowerCase();
  return (!filter.team || model.team === filter.team)
    && (!filter.tier || model.tier === Number(filter.tier))
    && (!filter.state || (model.staleness ?? 'none') === filter.state)
    && (!text || [model.model_id, model.owner, ...(model.features ?? [])].some((t) => t.toLowerCase().includes(text)));
}

function fleetTable(models) {
  return paged('fleet', 'models', models, ROWS, (some) => table('Models, those that want a person first', [
    {name: 'Model', of: (m) => [modelLink(m.model_id), m.model_version && el('span', {class: 'small'}, ' ' + m.model_version)]},
    {name: 'State', of: (m) => [stateBadge(m.staleness), m.suspension && el('span', {class: 'small'}, ' ' + words(m.suspension)),
      m.muted && el('span', {class: 'tag'}, 'muted'), m.overdue && el('span', {class: 'tag warn'}, 'judged late')]},
    {name: 'Since', of: (m) => timeNode(m.since_at)},
    {name: 'Score', number: true, of: (m) => (m.score === undefined ? null
      : el('span', {class: 'scored'}, bar(m.score, 'score ' + number(m.score)), el('span', {class: 'value'}, number(m.score, 2))))},
    {name: 'Tier', number: true, of: (m) => String(m.tier)},
    {name: 'Team', of: (m) => m.team},
    {name: 'At fault', of: (m) => (m.features?.length > 0 ? m.features.slice(0, 3).join(', ') + (m.features.length > 3 ? ' …' : '')
      : el('span', {class: 'none'}, '–'))},
    {name: 'Signals', number: true, of: (m) => percent(m.coverage, 0)},
    {name: 'Alerts', number: true, of: (m) => (m.open_alerts > 0 ? el('span', {class: 'tag warn'}, m.open_alerts) : '0')},
  ], some, {key: (m) => m.model_id}));
}

function tiles(models) {
  const counts = new Map();
  for (const m of models) {
    const state = m.staleness ?? 'none';
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  // A tile that is pressed is there as long as it is, or nobody could let it go.
  const states = [...STATE_ORDER, 'none'].filter((s) => counts.has(s) || s === filter.state);
  return el('div', {class: 'tiles', role: 'group', 'aria-label': 'Models by state; press one to see these alone'},
    states.map((state) => el('button', {type: 'button', id: 'tile-' + state, class: 'tile state-' + state,
      'aria-pressed': String(filter.state === state), onclick: () => {
        filter.state = filter.state === state ? '' : state;
        firstPage('fleet');
        redraw();
      }}, el('strong', null, count(counts.get(state) ?? 0)), ' ', STATE_WORDS[state] ?? 'Not judged')));
}

function choice(id, label, values, current, onChange) {
  return el('label', {for: id}, label, el('select', {id, onchange: (e) => onChange(e.target.value)},
    el('option', {value: ''}, 'all'), values.map((v) => el('option', {value: v, selected: String(v) === String(current)}, v))));
}

function change(name) {
  return (value) => {
    filter[name] = value;
    firstPage('fleet');
    redraw();
  };
}

/** Lets all filters go, and says so in the form. */
function all() {
  for (const name of Object.keys(filter)) {
    filter[name] = '';
  }
  for (const name of ['text', 'team', 'tier']) {
    document.getElementById('filter-' + name).value = '';
  }
  firstPage('fleet');
  redraw();
  document.getElementById('filter-text').focus();
}

function form(models) {
  // What is chosen can be chosen, though no model has it any more: else nobody would see why a table is empty.
  const teams = [...new Set([...models.map((m) => m.team), filter.team])].filter(Boolean).sort();
  return el('form', {class: 'filters', 'data-stays': 'filters', role: 'search', 'aria-label': 'Models', onsubmit: (e) => e.preventDefault()},
    el('label', {for: 'filter-text'}, 'Name, owner or feature', el('input', {id: 'filter-text', type: 'search', value: filter.text,
      autocomplete: 'off', oninput: (e) => change('text')(e.target.value)})),
    choice('filter-team', 'Team', teams, filter.team, change('team')),
    choice('filter-tier', 'Tier', [1, 2, 3, 4], filter.tier, change('tier')));
}

const PLACES = {model: (n) => '#/model/' + encodeURIComponent(n), retrain: () => '#/retrains', space: (n) => '#/embeddings/' + encodeURIComponent(n), policy: () => null};

function eventList(events) {
  return events.length === 0 ? el('p', {class: 'none'}, 'Nothing has changed since this page was opened.')
    : el('ol', {class: 'events'}, events.map((e) => {
      const [kind, ...rest] = e.object.split(':');
      const place = PLACES[kind]?.(rest.join(':'));
      return el('li', null, timeNode(new Date(e.at_millis).toISOString()), ' ', el('code', null, e.action), ' ',
        place ? el('a', {href: place}, e.object) : e.object);
    }));
}

/** Draws itself into its place, and again when something has changed. */
export async function fleet(place, {me, events, refresh}) {
  const [models, alerts, over, controls, ready] = await Promise.all([
    list('/v1/views/fleet', {}, 25), list('/v1/alerts', {open: true}, 2),
    judges(me) ? list('/v1/alerts', {open: false, judged: false, limit: 20}, 1) : null, get('/v1/controls'), readiness(),
  ]);
  if (!place.isConnected) {
    return {}; // Left while it was read: the form on the page is that of another drawing.
  }
  const teams = new Map(models.items.map((m) => [m.model_id, m.team]));
  const judging = {me, refresh, teamOf: (a) => teams.get(a.model_id) ?? a.team};
  const stopped = controls.items.filter((c) => c.action === 'KILL_SWITCH_ON');
  const body = el('div');
  const found = el('p', {class: 'small', role: 'status'});
  const tileRow = el('div');

  redraw = () => {
    const focused = document.activeElement?.id;
    const shown = models.items.filter(matches).sort(worstFirst);
    show(tileRow, tiles(models.items));
    show(found, `${count(shown.length)} of ${count(models.items.length)} models` + (models.cut ? ', and there are more' : ''),
      Object.values(filter).some((value) => value !== '') && [' ', el('button', {type: 'button', id: 'show-all', onclick: all}, 'Show all')]);
    show(body, models.items.length === 0
      ? el('p', {class: 'none'}, 'No model is registered yet. The README of Runway has the commands for a first one.')
      : fleetTable(shown));
    if (focused && document.activeElement === document.body) {
      document.getElementById(focused)?.focus();
    }
  };

  renew(place,
    el('h1', null, 'Fleet'),
    stopped.map((c) => el('p', {class: 'notice'}, 'The fleet\'s kill switch is on: no command of a job starts. ',
      c.reason ? `"${c.reason}", ` : '', `said by ${c.said_by}.`)),
    ready && ready.status !== 'ready' && el('p', {class: 'notice'}, 'The control API is ' + ready.status + ': database '
      + ready.database + ', Kafka ' + ready.kafka + (ready.scheduler ? ', scheduler ' + ready.scheduler.status : '') + '.'),
    section('Models', tileRow, form(models.items), found, body),
    section('Open alerts', paged('open-alerts', 'open alerts', alerts.items, ROWS, (some) => alertTable('Open alerts, the newest first', some, judging)),
      alerts.cut && el('p', {class: 'small'}, 'There are more than a page reads.')),
    over && section('Alerts that are over, and not judged', alertTable('Alerts that are over, and that nobody has judged, the newest first',
      toJudge(over.items), judging),
    over.cut && el('p', {class: 'small'}, 'The newest. ', el('code', null, './runway alerts --open false --judged false --all'), ' has all.')),
    section('Changes since this page was opened', el('div', {id: 'events'}, eventList(events))),
  );
  redraw();
  return {};
}
