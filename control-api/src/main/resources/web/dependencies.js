// The dependency graph: what stands on what, and whom a change of one thing touches, with depth and waves.

import {find, findList, get} from './api.js';
import {el, firstPage, modelLink, paged, pairs, problemBox, renew, section, show, STATE_ORDER, stateBadge, table, words} from './dom.js';
import {verdictOf} from './embeddings.js';
import {duration, money} from './format.js';
import {drawing} from './graph.js';

const DRAWN = 120; // More of them nobody can read.
const ROWS = 50; // Of a table at once.
const PROPOSED = 30;
const PAGES = 25; // 5,000 dependencies.
const DETAILS = ['VERSION', 'DEPLOYMENT'];

let whole = false; // Whether versions and deployments are drawn as well.
let things = []; // All that can be chosen, as read last: the form outlives what it was drawn from.
let redraw = () => {};
let last = null; // What was looked at last: who scrolls elsewhere stays there.

function kindOf(id) {
  return id.slice(0, id.indexOf(':')).toUpperCase();
}

/** Edges by one of their ends. */
function by(edges, end) {
  const all = new Map();
  for (const e of edges) {
    if (!all.has(e[end])) {
      all.set(e[end], []);
    }
    all.get(e[end]).push(e);
  }
  return all;
}

/** Without some nodes: what led through one leads past it. */
function without(edges, left) {
  const out = by(edges, 'upstream');
  const all = [];
  const seen = new Set();

  function keep(edge) {
    const key = edge.upstream + '\n' + edge.downstream + '\n' + edge.kind;
    if (!seen.has(key)) {
      seen.add(key);
      all.push(edge);
    }
  }

  for (const edge of edges) {
    if (left(edge.upstream)) {
      continue; // What leads to it goes on from there.
    }
    if (!left(edge.downstream)) {
      keep(edge);
      continue;
    }
    const ways = [edge];
    const been = new Set();
    while (ways.length > 0) {
      const way = ways.pop();
      for (const next of out.get(way.downstream) ?? []) {
        const kind = next.kind === 'PART_OF' ? way.kind : next.kind;
        const on = {upstream: edge.upstream, downstream: next.downstream, kind};
        if (!left(next.downstream)) {
          if (on.upstream !== on.downstream) {
            keep(on);
          }
        } else if (!been.has(next.downstream + '\n' + kind)) {
          been.add(next.downstream + '\n' + kind);
          ways.push(on);
        }
      }
    }
  }
  return all;
}

/** Ids on one side of a node with their depth, the nearest first. */
function side(edges, from, fromEnd, toEnd) {
  const next = by(edges, fromEnd);
  const depths = new Map();
  let level = [from];
  for (let depth = 1; level.length > 0; depth++) {
    const reached = [];
    for (const id of level) {
      for (const edge of next.get(id) ?? []) {
        const other = edge[toEnd];
        if (other !== from && !depths.has(other)) {
          depths.set(other, depth);
          reached.push(other);
        }
      }
    }
    level = reached;
  }
  return depths;
}

function sums(counts) {
  return Object.entries(counts).map(([kind, n]) => `${n} ${words(kind).toLowerCase()}${n === 1 ? '' : 's'}`).join(', ');
}

const CUT = {DEPTH: 'there is more beyond ten steps', STEPS: 'the walk was ended after 20,000 steps', LIMIT: 'not all are named below'};

function touched(key, title, half, states) {
  return [
    el('h3', null, `${title}: ${half.reached}`),
    half.reached > 0 && el('p', null, sums(half.kinds), half.teams.length > 0 ? '. Teams: ' + half.teams.join(', ') : '', '.',
      half.cut.length > 0 ? ' Not all: ' + half.cut.map((c) => CUT[c] ?? c).join('; ') + '.' : ''),
    half.reached > 0 && paged(key, title.toLowerCase(), half.nodes, ROWS, (some) => table(title, [
      {name: 'Thing', of: (n) => (n.kind === 'MODEL' ? modelLink(n.name) : n.name)},
      {name: 'Kind', of: (n) => words(n.kind)},
      {name: 'Steps', number: true, of: (n) => String(n.depth)},
      {name: 'Used as', of: (n) => n.uses.map((u) => words(u).toLowerCase()).join(', ') || '–'},
      half.nodes.some((n) => n.embeddings) && {name: 'Vectors', of: (n) => n.embeddings?.map((e) => el('div', null, verdictOf(e))) ?? '–'},
      {name: 'State', of: (n) => (n.kind === 'MODEL' ? stateBadge(states.get(n.node_id)) : '–')},
      {name: 'Tier', number: true, of: (n) => (n.tier ? String(n.tier) : '–')},
      {name: 'Team', of: (n) => n.team ?? '–'},
      {name: 'Live', number: true, of: (n) => (n.live_deployments ? `${n.live_deployments} deployment${n.live_deployments === 1 ? '' : 's'}` : '–')},
      {name: 'Applications', of: (n) => n.applications?.join(', ') || '–'},
    ].filter(Boolean), some, {key: (n) => n.node_id})),
  ];
}

function waves(plan) {
  return [
    el('h3', null, 'What a retrain of it would touch'),
    el('p', null, `${plan.models} model${plan.models === 1 ? '' : 's'} with itself, ${plan.models_without_cost === plan.models ? 'whose cost is not known' : 'about ' + money(plan.cost)}`,
      plan.models_without_cost > 0 && plan.models_without_cost < plan.models ? ` without ${plan.models_without_cost} whose cost is not known` : '',
      `, ${plan.models_without_seconds === plan.models ? 'for an unknown time' : 'training for ' + duration(plan.seconds)}`,
      plan.models_without_seconds > 0 && plan.models_without_seconds < plan.models ? ` without ${plan.models_without_seconds} whose time is not known` : '',
      '. Nothing is started here.', plan.complete ? '' : ' More lies below than a plan reads.'),
    paged('waves', 'waves', plan.waves.flatMap((w) => w.models.map((m) => ({wave: w.wave, ...m}))), ROWS, (some) => table('Waves', [
      {name: 'Model', of: (r) => modelLink(r.model_id)},
      {name: 'Wave', number: true, of: (r) => String(r.wave)},
      {name: 'Tier', number: true, of: (r) => (r.tier ? String(r.tier) : null)},
      {name: 'Team', of: (r) => r.team},
      {name: 'Cost', number: true, of: (r) => (r.cost === undefined ? 'not known' : money(r.cost))},
      {name: 'Training', number: true, of: (r) => (r.seconds === undefined ? 'not known' : duration(r.seconds))},
    ], some))];
}

async function tell(place, id, states, said) {
  if (place.dataset.of !== id) {
    show(place, el('p', null, 'Reading …'));
  }
  const modelId = kindOf(id) === 'MODEL' ? id.slice('model:'.length) : null;
  const [impact, plan] = await Promise.all([get('/v1/graph/impact', {node: id, limit: 200}),
    modelId && find('/v1/models/{model}/retrain-plan', {model: modelId})]);
  const n = impact.node;
  place.dataset.of = id;
  // One line is read out, and only where it has changed; not the tables again with each change of anything.
  const line = `${n.name}: a change of it touches ${impact.downstream.reached}, it stands on ${impact.upstream.reached}`;
  if (said.textContent !== line) {
    said.textContent = line;
  }
  show(place,
    el('h2', {id: 'chosen', tabindex: -1}, n.name),
    pairs([['Kind', words(n.kind)], ['State', n.kind === 'MODEL' && stateBadge(states.get(n.node_id))], ['Tier', n.tier && String(n.tier)],
      ['Team', n.team ?? 'nobody\'s'], ['Owner', n.owner], ['Known from', n.source],
      ['Story', modelId && modelLink(modelId, 'of this model')]]),
    ...touched('touched', 'Touched by a change of it', impact.downstream, states).filter(Boolean), ...(plan ? waves(plan) : []),
    ...touched('stands-on', 'What it stands on', impact.upstream, states).filter(Boolean));
}

function asTable(edges) {
  const vectors = edges.some((e) => e.embedding);
  return paged('dependencies', 'dependencies', edges, ROWS, (some) => table('Dependencies', [
    {name: 'What is used', of: (e) => e.upstream},
    {name: 'By', of: (e) => e.downstream},
    {name: 'As', of: (e) => words(e.kind).toLowerCase()},
    vectors && {name: 'Vectors', of: (e) => (e.embedding ? el('div', null, verdictOf(e.embedding)) : '–')},
  ].filter(Boolean), some));
}

function thingLink(id) {
  return el('a', {href: '#/dependencies/' + encodeURIComponent(id)}, id);
}

/** What has a text in its id, the models that want a person first. */
function found(text, models) {
  const place = (id) => {
    const at = models.has(id) ? STATE_ORDER.indexOf(models.get(id).staleness) : Infinity;
    return at < 0 ? STATE_ORDER.length : at;
  };
  const wanted = text.toLowerCase();
  return things.filter((id) => id.toLowerCase().includes(wanted)).map((id) => ({id, at: place(id)}))
    .sort((a, b) => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at - b.at)).map(({id}) => id);
}

function thingTable(ids, models) {
  return paged('things', 'things', ids, ROWS, (some) => table('Things, the models that want a person first', [
    {name: 'Thing', of: (id) => thingLink(id)},
    {name: 'Kind', of: (id) => words(kindOf(id))},
    {name: 'State', of: (id) => (models.has(id) ? stateBadge(models.get(id).staleness) : '–')},
    {name: 'Tier', number: true, of: (id) => (models.has(id) ? String(models.get(id).tier) : '–')},
    {name: 'Team', of: (id) => models.get(id)?.team ?? '–'},
  ], some, {key: (id) => id}));
}

/** Draws the graph, or of a large one what is around the thing that is looked at. */
export async function dependencies(place, {names: [chosen], refresh}) {
  const [links, fleet] = await Promise.all([findList('/v1/graph/edges', {}, PAGES), findList('/v1/views/fleet', {}, PAGES)]);
  if (links === null) {
    show(place, el('h1', null, 'Dependencies'), el('p', {class: 'none'}, 'The graph names models of all teams: it is not for a token that is limited to some.'));
    return {};
  }
  const models = new Map(fleet.items.map((m) => ['model:' + m.model_id, m]));
  const states = new Map([...models].map(([id, m]) => [id, m.staleness]));
  const edges = without(links.items, (id) => !whole && DETAILS.includes(kindOf(id)) && id !== chosen);
  const above = chosen ? side(links.items, chosen, 'downstream', 'upstream') : new Map();
  const below = chosen ? side(links.items, chosen, 'upstream', 'downstream') : new Map();
  const all = [...new Set([...edges.flatMap((e) => [e.upstream, e.downstream]), ...(chosen ? [chosen] : [])])];
  let shown = all;
  if (all.length > DRAWN && chosen) {
    const depth = (id) => below.get(id) ?? above.get(id) ?? 0;
    const near = new Set([...above.keys(), ...below.keys()]);
    shown = [chosen, ...all.filter((id) => near.has(id)).sort((a, b) => depth(a) - depth(b))].slice(0, DRAWN);
  }
  const set = new Set(shown);
  const drawnEdges = edges.filter((e) => set.has(e.upstream) && set.has(e.downstream));
  const nodes = shown.map((id) => ({node_id: id, kind: kindOf(id), name: id.slice(id.indexOf(':') + 1),
    tier: models.get(id)?.tier, staleness: models.get(id)?.staleness}));
  things = all;
  if (last !== chosen) {
    ['dependencies', 'touched', 'stands-on', 'waves'].forEach(firstPage); // Those of another thing.
  }
  // What is told of the thing stays until it is read anew.
  const impact = place.querySelector('.impact') ?? el('div', {class: 'impact'});
  const said = place.querySelector('#told') ?? el('p', {class: 'hidden', id: 'told', role: 'status'});
  const canvas = el('div', {class: 'canvas'});
  const too = shown.length > DRAWN;
  const graph = too || nodes.length === 0 ? null : drawing(nodes, drawnEdges, (id) => {
    location.hash = '#/dependencies/' + encodeURIComponent(id);
  });
  canvas.append(graph?.node ?? el('p', {class: 'none'}, 'Nothing is known to depend on anything yet.'));
  const choices = el('div');
  const options = el('datalist', {id: 'things'});
  const typed = () => document.getElementById('thing')?.value.trim() ?? chosen ?? '';
  redraw = () => {
    const text = typed();
    const some = found(text, models);
    // That of the form which is there, and not the one which this drawing has made.
    show(document.getElementById('things') ?? options, some.slice(0, PROPOSED).map((id) => el('option', {value: id})));
    if (too) {
      show(choices, el('p', {class: 'small', role: 'status'}, text ? `${some.length} of ${all.length} things have "${text}" in their name.` : `${all.length} things.`),
        thingTable(some, models));
    }
  };
  const scrolled = place.querySelector('.canvas');
  const left = [scrolled?.scrollLeft ?? 0, scrolled?.scrollTop ?? 0];
  renew(place,
    el('h1', null, 'Dependencies'),
    el('form', {class: 'filters', 'data-stays': 'a-thing', role: 'search', 'aria-label': 'A thing', onsubmit: (e) => {
      e.preventDefault();
      const text = e.target.elements.thing.value.trim();
      location.hash = text ? '#/dependencies/' + encodeURIComponent(text) : '#/dependencies';
    }},
    el('label', {for: 'thing'}, 'A thing, such as feature:age', el('input', {id: 'thing', name: 'thing', list: 'things', autocomplete: 'off', value: chosen ?? '',
      oninput: () => {
        firstPage('things');
        redraw();
      }})), options,
    el('button', {type: 'submit'}, 'Show'),
    chosen && el('a', {href: '#/dependencies'}, 'Show all'),
    el('label', {class: 'check', for: 'details'}, el('input', {id: 'details', type: 'checkbox', checked: whole, onchange: (e) => {
      whole = e.target.checked;
      refresh();
    }}), ' versions and deployments too')),
    el('p', {class: 'small'}, 'What is used stands left of what uses it. ',
      too ? `${all.length} things are too many to be drawn: choose one, and what is around it is. ` : '',
      shown.length < all.length ? `${shown.length} of ${all.length} things, the nearest. ` : '', links.cut ? 'There are more dependencies than a page reads. ' : '',
      chosen ? '+1 is touched by a change after one step, −1 is what it stands on.' : 'Choose one to see whom a change of it touches.'),
    too ? section('Things', choices) : canvas, said, impact,
    section('All of this as a table', asTable(drawnEdges)),
  );
  redraw();
  if (too) {
    last = chosen;
    return {};
  }
  canvas.scrollTo(...left);
  if (chosen) {
    const at = graph?.mark(chosen, above, below);
    if (at && last !== chosen) {
      canvas.scrollTo(at.x - canvas.clientWidth / 2, at.y - canvas.clientHeight / 2);
    }
    last = chosen;
    await tell(impact, chosen, states, said).catch((e) => show(impact, problemBox(e.body ?? {title: String(e)})));
  } else {
    last = chosen;
  }
  return {};
}
