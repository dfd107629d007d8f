// Embedding spaces: whether a version can take the place of another for each of its users and why, how fresh the vectors are, and
// which predictions mix versions.

import {findList} from './api.js';
import {el, modelLink, paged, pairs as facts, renew, section, show, svg, table, words} from './dom.js';
import {count, duration, interval, number, percent, time, timeNode} from './format.js';
import {timePlot} from './plots.js';

const DAYS = 2; // Of windows of ten minutes, which is what a page of them reads.
const USERS = 40;
const ROWS = 50; // Of a table at once.

const USED = {COORDINATES: 'its numbers', SIMILARITY: 'similarity of items', PREDICTION: 'predictions of a model that uses it', DATA_ONLY: 'data only'};

function byUsage(a, b) {
  return Object.keys(USED).indexOf(a.usage) - Object.keys(USED).indexOf(b.usage);
}

/** Why a verdict is what it is: what decided, as embedding-stability says it. */
export const REASONS = {
  NOT_USED: 'nothing of the vectors is used',
  AS_BASELINE: 'they differ as two trainings of the baseline pair do',
  NEIGHBOURS: 'too few of the nearest neighbours are still neighbours',
  EIGENSPACE: 'the strong directions have changed',
  SOME_ITEMS: 'single items have lost their neighbours, place or length',
  CKA: 'items lie otherwise to each other as a whole',
  NORMS: 'vectors are longer or shorter than before',
  ROTATION: 'the same up to a rotation, which the published matrix undoes',
  COORDINATES: 'the numbers have moved, and no rotation brings them back',
  DIMENSIONS: 'another number of dimensions',
  DEAD_DIMENSIONS: 'dimensions have become constant',
  UNUSABLE_VECTORS: 'more vectors are NaN, infinite or zero',
  TOO_FEW_PAIRS: 'too few items are in both versions yet',
  COVERAGE: 'items of one version are not in the other',
  FAILED: 'its measures could not be computed',
  TOO_WIDE: 'too wide to be compared in the memory there is',
  NO_SPREAD: 'all vectors of a version are the same',
  NO_FLOOR: 'the baseline pair has too few items, or too little in common',
  OTHER_SAMPLE: 'the baseline pair was measured on another number of items',
  NOT_COMPARED: 'no document names the pair any more',
};

/** What decides, as in embedding-stability's policy; shares are of what the baseline pair has. */
export const POLICY = {
  STABLE_SHARE: 0.9, MINOR_SHARE: 0.75, STABLE_CKA: 0.95, MOVED: 0.9, ALIGNED: 0.95, SHORTEST: 0.8, LONGEST: 1.25,
  FEW_LOST: 0.01, MANY_LOST: 0.05, LEAST_COVERAGE: 0.9,
};

export function compatibilityBadge(compatibility) {
  return el('span', {class: 'badge compatibility-' + compatibility}, words(compatibility));
}

export function spaceLink(id, text = id) {
  return el('a', {href: '#/embeddings/' + encodeURIComponent(id)}, text);
}

/** What was said last of the vectors that a dependency carries. */
export function verdictOf(e) {
  return [compatibilityBadge(e.compatibility), ` ${spaceWord(e)} ${e.version_before} to ${e.version_after}, `,
    e.up_to_date ? '' : 'out of date, ', e.current_document ? '' : 'by an older document, ', timeNode(e.as_of)];
}

function spaceWord(e) {
  return `${e.space_id}, by ${USED[e.usage] ?? words(e.usage).toLowerCase()}:`;
}

/** Limits of one measure: where a value is beyond one of them, that is what it means. */
export function measuresOf(pair) {
  const p = POLICY;
  const of = new Map(pair.metrics.map((m) => [m.metric, m]));
  const floor = pair.floor ?? {};
  const has = (value) => value !== null && value !== undefined;
  const below = (at, word) => ({at, word, beyond: (v) => v < at, side: 'below'});
  const above = (at, word) => ({at, word, beyond: (v) => v > at, side: 'above'});
  const shareLimits = (base) => (has(base) ? [above(base + p.MANY_LOST, 'breaks'), above(base + p.FEW_LOST, 'minor')] : []);
  const instability = (share) => 1 - share * (1 - floor.instability);
  const rows = [
    ['knn_overlap', 'Neighbours kept', [0, 1], has(floor.overlap)
      ? [below(p.MINOR_SHARE * floor.overlap, 'breaks'), below(p.STABLE_SHARE * floor.overlap, 'minor')] : []],
    ['eigenspace_instability', 'Change of the strong directions', [0, 1], has(floor.instability)
      ? [above(instability(p.MINOR_SHARE), 'breaks'), above(instability(p.STABLE_SHARE), 'minor')] : []],
    ['cka_debiased', 'Likeness as a whole (CKA)', [0, 1], [below(p.STABLE_CKA, 'minor')]],
    ['raw_cosine', 'Cosine as they are', [-1, 1], [below(p.MOVED, 'numbers have moved')]],
    ['aligned_cosine', 'Cosine after the best rotation', [-1, 1], [below(p.ALIGNED, 'breaks where numbers have moved')]],
    ['norm_ratio', 'Mean length over what it was', [0.5, 1.5], [below(p.SHORTEST, 'breaks'), above(p.LONGEST, 'breaks')]],
    // Of shares it is their lower ends that count: they are surely so many.
    ['knn_lost', 'Items that lost their neighbours', [0, 1], shareLimits(floor.neighbours_lost), true],
    ['norm_changed', 'Items of another length', [0, 1], shareLimits(floor.norms_changed), true],
    ['aligned_items_moved', 'Items elsewhere even after rotation', [0, 1], shareLimits(floor.items_moved), true],
    ['missing_after', 'Items that the newer version lacks', [0, 1], [above(p.MANY_LOST, 'undecided'), above(p.FEW_LOST, 'minor')], true],
    ['coverage', 'Items in both', [0, 1], [below(p.LEAST_COVERAGE, 'undecided')]],
  ];
  return rows.filter(([metric]) => of.has(metric)).map(([metric, name, range, limits, surely]) => {
    const m = of.get(metric);
    const judged = surely ? m.low : m.value;
    return {metric, name, range, limits, value: m.value, low: m.low, high: m.high, n: m.n, gap: m.gap,
      beyond: has(m.value) && has(judged) ? limits.find((l) => l.beyond(judged)) ?? null : null};
  });
}

const WIDTH = 170;
const HALF = 9;

/** A value with its interval between the limits that it is held against; the numbers stand beside it. */
function whisker({value, low, high, range, limits}) {
  const x = (v) => 4 + (WIDTH - 8) * Math.max(0, Math.min(1, (v - range[0]) / (range[1] - range[0])));
  return svg('svg', {class: 'whisker', viewBox: `0 0 ${WIDTH} ${2 * HALF}`, width: WIDTH, height: 2 * HALF, 'aria-hidden': 'true'},
    svg('line', {class: 'axis', x1: 4, y1: HALF, x2: WIDTH - 4, y2: HALF}),
    limits.map((l) => svg('line', {class: 'limit ' + (l.word.startsWith('breaks') ? 'breaks' : 'minor'), x1: x(l.at), y1: 1, x2: x(l.at), y2: 2 * HALF - 1})),
    low !== undefined && high !== undefined && svg('line', {class: 'span', x1: x(low), y1: HALF, x2: x(high), y2: HALF}),
    svg('circle', {cx: x(value), cy: HALF, r: 4}));
}

const GAPS = {TOO_FEW_PAIRS: 'too few items in both', UNDEFINED: 'not defined for such vectors', FAILED: 'could not be computed', TOO_WIDE: 'too wide for the memory there is'};

function measureTable(pair) {
  return table(`Measures of ${pair.version_before} to ${pair.version_after} against what they are held against`, [
    {name: 'Measure', of: (m) => m.name},
    {name: 'Value, and 95 % interval', number: true, of: (m) => interval(m.value, m.low, m.high) ?? (m.gap ? GAPS[m.gap] ?? words(m.gap).toLowerCase() : null)},
    {name: 'Between its limits', of: (m) => (m.value === undefined || m.value === null ? '–' : whisker(m))},
    {name: 'Held against', of: (m) => m.limits.map((l) => `${l.word} ${l.side} ${number(l.at)}`).join(', ') || 'what the baseline pair has, which is not known'},
    {name: 'Says', of: (m) => (m.beyond ? el('span', {class: 'tag warn'}, m.beyond.word) : m.value === undefined || m.value === null ? '–' : 'within')},
    {name: 'Items', number: true, of: (m) => count(m.n)},
  ], measuresOf(pair), {key: (m) => m.metric});
}

function pairName(pair) {
  return `${pair.version_before} to ${pair.version_after}`;
}

function passes(pair) {
  if (pair.baseline) {
    return 'it is what the others are held against';
  }
  return pair.passed ? 'yes' : 'no' + (pair.current_document ? '' : ', judged by an older document') + (pair.up_to_date ? '' : ', out of date');
}

/** Who uses it so: by the document, and by the dependency graph. */
function users(pair, verdict) {
  const models = [...new Set([...verdict.models,
    ...pair.graph_consumers.filter((g) => g.usage === verdict.usage).map((g) => g.node.replace(/^model:/, ''))])];
  const shown = models.slice(0, USERS).flatMap((m, i) => [i > 0 && ', ', m.includes(':') ? m : modelLink(m)]);
  return models.length === 0 ? el('span', {class: 'none'}, 'nobody is known') : [shown, models.length > USERS && ` and ${models.length - USERS} more`];
}

function fresh(estimate, most) {
  return estimate ? [interval(estimate.value, estimate.low, estimate.high), ' s',
    most !== undefined && (estimate.low ?? estimate.value) > most && el('span', {class: 'tag warn'}, 'too old')] : null;
}

const MIXING = {WITHIN: 'single predictions rest on two versions', ACROSS: 'some rest on one version, some on another', NONE: 'all rest on one version'};

function mixtureTable(space) {
  return paged('mixtures', 'models', space.mixtures, ROWS, (some) => table('Predictions of the last day by the versions that they rest on, those that mix first', [
    {name: 'Model', of: (m) => modelLink(m.model_id)},
    {name: 'Version', of: (m) => m.model_version},
    {name: 'Mixing', of: (m) => (m.mixing === 'NONE' ? MIXING.NONE : el('span', {class: 'tag warn'}, MIXING[m.mixing]))},
    {name: 'Rest on two', number: true, of: (m) => `${percent(m.within_share.value)} (${percent(m.within_share.low)} to ${percent(m.within_share.high)})`},
    {name: 'Versions of the space', of: (m) => m.versions.join(', ')},
    {name: 'Predictions', number: true, of: (m) => count(m.predictions)},
    {name: 'Window ends', of: (m) => timeNode(m.window_end_at)},
  ], some, {key: (m) => m.model_id + ' ' + m.model_version}));
}

function warning(unfit) {
  return unfit && el('p', {class: 'notice'}, `The baseline pair, ${unfit.version_before} and ${unfit.version_after}, does not pass itself for `,
    unfit.usages.map((u) => USED[u] ?? u).join(', '), `: ${unfit.reasons.map((r) => REASONS[r] ?? words(r)).join('; ')}. `,
    'Two trainings without any intended change are that far apart, so no new version will pass there.');
}

const FATES = ['BREAKING', 'UNDECIDED', 'ROTATED', 'OUT_OF_DATE', 'PASSED'];

function fates(pairs) {
  const said = FATES.filter((f) => pairs[f]).map((f) => `${pairs[f]} ${f === 'PASSED' ? (pairs[f] === 1 ? 'passes' : 'pass') : words(f).toLowerCase()}`);
  return said.length > 0 ? said.join(', ') : 'nothing was compared yet';
}

function worst(estimates) {
  return estimates.filter(Boolean).sort((a, b) => b.value - a.value)[0];
}

function overview(place, all) {
  renew(place,
    el('h1', null, 'Embeddings'),
    el('p', {class: 'lead'}, 'Whether new versions of embeddings can take the place of those before them, for each consumer.'),
    section('Spaces', paged('spaces', 'spaces', all.items, ROWS, (some) => table('Embedding spaces', [
      {name: 'Space', of: (s) => spaceLink(s.space_id)},
      {name: 'Team', of: (s) => s.team ?? '–'},
      {name: 'State', of: (s) => (s.state ? words(s.state) : 'its documents are written by hand')},
      {name: 'Pairs of versions', of: (s) => fates(s.pairs)},
      {name: 'Baseline pair', of: (s) => (s.unfit_baseline ? el('span', {class: 'tag warn'}, 'does not pass itself') : '–')},
      {name: 'Freshness, p95', number: true, of: (s) => fresh(worst(s.versions.map((v) => v.freshness_p95)), s.thresholds.freshness_seconds)},
      {name: 'Mixed versions', of: (s) => {
        const mixed = s.mixtures.filter((m) => m.mixing !== 'NONE');
        return mixed.length > 0 ? el('span', {class: 'tag warn'}, mixed.map((m) => m.model_id).join(', ')) : 'none';
      }},
    ], some, {key: (s) => s.space_id})),
    all.items.length === 0 && el('p', {class: 'small'}, 'A space is registered by ', el('code', null, './runway spaces create SPACE --file FILE'), '.'),
    all.cut && el('p', {class: 'small'}, 'There are more than a page reads.')));
}

function seconds(text) {
  return new Date(text).getTime() / 1000;
}

function points(windows, version, name) {
  return windows.filter((w) => w.embedding_version === version && w[name]).reverse()
    .map((w) => ({at: seconds(w.window_end_at), value: w[name].value, low: w[name].low, high: w[name].high}));
}

function plots(space, windows, from, to) {
  const versions = [...new Set(windows.map((w) => w.embedding_version))].sort();
  const lines = (names) => versions.flatMap((v, i) => names.map(([name, word], j) =>
    ({name: `${v}${word}`, colour: i * names.length + j, points: points(windows, v, name)})));
  const span = [seconds(from), seconds(to)];
  return el('div', {class: 'plots'},
    timePlot({key: 'freshness', label: 'Freshness: seconds until a vector was stored', span,
      lines: lines([['freshness_p95', ', p95'], ['freshness_p50', ', p50']]),
      thresholds: [{name: 'p95 at most', value: space.thresholds.freshness_seconds}]}),
    timePlot({key: 'mean-shift', label: 'How far the mean of the vectors moved', span, lines: lines([['mean_shift', '']]),
      note: 'Of what vectors are apart from it. It says nothing of whether versions fit: a rotation moves it, and harms few.',
      thresholds: [{name: 'at most', value: space.thresholds.mean_shift}]}));
}

/** All spaces, or one of them. */
export async function embeddings(place, {names: [chosen]}) {
  if (!chosen) {
    const all = await findList('/v1/views/embeddings', {});
    if (all === null) {
      show(place, el('h1', null, 'Embeddings'), el('p', {class: 'none'}, 'Spaces name the models of all teams that use them: they are not for a token that is limited to some.'));
    } else {
      overview(place, all);
    }
    return {};
  }
  const to = new Date(Date.now() + 600_000).toISOString();
  const from = new Date(Date.now() - DAYS * 86_400_000).toISOString();
  const all = await findList('/v1/views/embeddings', {space: chosen});
  const space = all?.items[0];
  if (!space) {
    show(place, el('h1', null, chosen), el('p', {class: 'none'}, all === null ? 'Spaces are not for a token that is limited to some models.' : 'There is no such embedding space.'),
      el('p', null, el('a', {href: '#/embeddings'}, 'All spaces')));
    return {};
  }
  const [told, traffic] = await Promise.all([findList('/v1/spaces/{space}/stability', {space: chosen}),
    findList('/v1/spaces/{space}/traffic', {space: chosen, from, to})]);
  const newest = [...told.items].sort((a, b) => Number(b.baseline) - Number(a.baseline) || (a.as_of < b.as_of ? 1 : -1));
  const compared = newest.filter((p) => p.metrics.length > 0);
  renew(place,
    el('h1', null, chosen),
    el('p', null, el('a', {href: '#/embeddings'}, 'All spaces'), ' · ', el('a', {href: '#/dependencies/' + encodeURIComponent('model:' + chosen)}, 'who uses it')),
    facts([['Team', space.team], ['State', space.state ? words(space.state) : 'its documents are written by hand'],
      ['Document', space.revision && `revision ${space.revision}`]]),
    warning(space.unfit_baseline),
    section('Pairs of versions', table('Pairs of versions', [
      {name: 'Versions', of: (p) => [pairName(p), p.baseline && el('span', {class: 'tag'}, 'baseline')]},
      {name: 'Verdict', of: (p) => compatibilityBadge(p.compatibility)},
      {name: 'May be released', of: passes},
      {name: 'Items in both', number: true, of: (p) => count(p.pairs)},
      {name: 'Newest vector', of: (p) => timeNode(p.as_of)},
      {name: 'Told', of: (p) => timeNode(p.computed_at)},
      {name: 'Rotation', of: (p) => (p.rotation_sha256 ? el('span', {title: p.rotation_sha256}, 'published, SHA-256 ', el('code', null, p.rotation_sha256.slice(0, 12))) : '–')},
    ], newest, {key: pairName})),
    section('For each consumer, and why', table('Verdicts by way of using', [
      {name: 'Versions', of: ({p}) => [pairName(p), p.baseline && el('span', {class: 'tag'}, 'baseline')]},
      {name: 'Uses', of: ({v}) => USED[v.usage] ?? words(v.usage)},
      {name: 'Verdict', of: ({v}) => compatibilityBadge(v.compatibility)},
      {name: 'Why', of: ({v}) => REASONS[v.reason] ?? words(v.reason)},
      {name: 'Consumers', of: ({p, v}) => users(p, v)},
    ], newest.flatMap((p) => [...p.verdicts].sort(byUsage).map((v) => ({p, v}))), {key: ({p, v}) => pairName(p) + ' ' + v.usage})),
    compared.length > 0 && section('Measures against what they are held against', compared.map((p) =>
      [el('h3', null, pairName(p), p.baseline ? ', the baseline pair' : ''), measureTable(p)])),
    section('Newest window of each version', table('Newest window of each version', [
      {name: 'Version', of: (v) => v.embedding_version},
      {name: 'Freshness, p50', number: true, of: (v) => fresh(v.freshness_p50)},
      {name: `Freshness, p95, at most ${duration(space.thresholds.freshness_seconds)}`, number: true, of: (v) => fresh(v.freshness_p95, space.thresholds.freshness_seconds)},
      {name: 'Beyond a threshold', of: (v) => (v.breached.length > 0 ? el('span', {class: 'tag warn'}, v.breached.map((b) => words(b.toUpperCase()).toLowerCase()).join(', ')) : 'nothing')},
      {name: 'Vectors', number: true, of: (v) => count(v.vectors)},
      {name: 'Window ends', of: (v) => timeNode(v.window_end_at)},
    ], space.versions, {key: (v) => v.embedding_version})),
    section('Traffic of the last two days', plots(space, traffic.items, from, to),
      traffic.cut && el('p', {class: 'small'}, `The newest windows, since ${time(traffic.items.at(-1).window_end_at)}.`)),
    section('Predictions by version', mixtureTable(space),
      el('p', {class: 'small'}, `Versions are mixed where surely more than ${percent(space.thresholds.mixed_share)} of the predictions are.`)),
  );
  return {};
}
