// The story of a model: how stale it is and by what, its signals over time, what moved, what was decided and why,
// which labels it has, and what became of its retrains.

import {alertTable} from './alerts.js';
import {find, get, list} from './api.js';
import {bar, commandBadge, commandLink, details, el, modelLink, pairs, renew, section, STATE_WORDS, stateBadge, table, words} from './dom.js';
import {count, duration, interval, isoDuration, money, number, percent, time, timeNode} from './format.js';
import {stateStrip, timePlot} from './plots.js';

const DAY = 86_400_000;
const PAGES = 8; // 1,600 windows: eleven days of those of ten minutes.
const SPANS = [[1, 'a day'], [7, '7 days'], [31, '31 days']];
const NOTICES = 5; // Above all else; the others are below.
const FIRST_METRICS = ['auc', 'log_loss', 'rmse', 'ndcg_at_10'];

const SIGNALS = {
  AGE: 'Age', DATA_DRIFT: 'Data drift', CONCEPT_DRIFT: 'Concept drift', PERFORMANCE: 'Performance',
  EMBEDDING: 'Embedding', CUSTOM: 'Custom', EXPERIMENT: 'Experiment',
};

/**
 * What retrain-trigger measures of a performance: how much worse it has become for certain, which is the lower end of the one-sided
 * 95 % interval, and below 0 where it may as well have become better. All but the AUC as a share of what it was.
 */
const FALLS = {auc: {by: 'has fallen by'}, accuracy: {by: 'has fallen by', share: true}, ndcg_at_10: {by: 'has fallen by', share: true},
  log_loss: {by: 'has risen by', share: true}, rmse: {by: 'has risen by', share: true}};

/** What the value of a signal's part is, in words, and how it is written; null where its severity has no single figure. */
function measured(signal, part) {
  if (part.value === undefined || part.value === null) {
    return null;
  }
  const fall = signal === 'PERFORMANCE' ? FALLS[part.metric] : undefined;
  if (fall) {
    return {what: `${part.metric} ${fall.by} at least`, share: fall.share === true,
      shown: (value) => (fall.share ? percent(value, 2) : number(value)) + (value < 0 ? ': it may as well be better' : '')};
  }
  const of = signal === 'DATA_DRIFT' ? ' of the worst feature' : '';
  return {what: signal === 'AGE' ? 'age over cadence' : (part.metric ?? 'as its name says') + of, share: false, shown: (value) => number(value)};
}

const HOLDS = {
  COVERAGE: 'too few of the signals are there', CONDITION: 'the policy\'s condition does not hold',
  PROVISIONAL: 'what it is held against is provisional', OUTSTANDING: 'a command of the model is under way',
  COOL_DOWN: 'the cool-down lasts', DAILY_LIMIT: 'as many commands as a day may have', ATTEMPTS: 'it has been tried often enough',
  ATTRIBUTED: 'a model upstream explains it', GENERATION: 'too many hops from the first cause',
  STORM: 'too much of the fleet became stale at once', KILL_SWITCH: 'a kill switch is on',
};

const chosen = new Map(); // Of each model the span, version and metric that its reader looks at.

function seconds(text) {
  return new Date(text).getTime() / 1000;
}

function length(row) {
  return seconds(row.window_end_at) - seconds(row.window_start_at);
}

/** Windows of different lengths are different questions: those of the length that most have. */
function ofOneLength(rows) {
  const lengths = new Map();
  for (const row of rows) {
    lengths.set(length(row), (lengths.get(length(row)) ?? 0) + 1);
  }
  const most = [...lengths].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0];
  return {rows: rows.filter((row) => length(row) === most), seconds: most ?? null};
}

/** A line for each version. */
function byVersion(rows, versions, point, suffix = '') {
  const all = new Map();
  for (const row of rows) {
    const name = row.model_version;
    if (!all.has(name)) {
      all.set(name, []);
    }
    all.get(name).push({at: seconds(row.window_end_at), soft: row.provisional, ...point(row)});
  }
  return [...all].map(([name, points]) => ({
    name: name + suffix, colour: Math.max(0, versions.indexOf(name)), points: points.sort((a, b) => a.at - b.at),
  }));
}

function span(data, choice) {
  const ends = [data.health.data_until, ...data.health.staleness.map((s) => s.judged_at)].filter(Boolean).map((t) => new Date(t).getTime());
  const to = ends.length > 0 ? Math.max(...ends) + 1000 : Date.now();
  return {from: new Date(to - choice.days * DAY + 1000).toISOString(), to: new Date(to).toISOString()};
}

/** Versions as the fleet ranks them (v_fleet): the first is the one that stands for the model there. */
function ranked(staleness, primaries) {
  const last = (s) => [['RETIRED', 'DEPRECATED'].includes(s.state), !primaries.has(s.model_version), s.state === 'NO_DATA'];
  return [...staleness].sort((a, b) => last(a).map((each, i) => each - last(b)[i]).find((d) => d !== 0)
    ?? (seconds(b.judged_at) - seconds(a.judged_at) || (a.model_version < b.model_version ? 1 : -1)));
}

function now(modelId, staleness, primaries) {
  if (staleness.length === 0) {
    return el('p', {class: 'none'}, 'No version was judged yet: predictions, a baseline and a minute or two are what that takes.');
  }
  const past = staleness.slice(1).filter((s) => ['RETIRED', 'DEPRECATED', 'NO_DATA'].includes(s.state) && !primaries.has(s.model_version));
  return [staleness.filter((s) => !past.includes(s)).map((s) => judgement(s, primaries)),
    past.length > 0 && details('past-' + modelId, `${past.length} more: retired, deprecated, or without data`, past.map((s) => judgement(s, primaries)))];
}

function judgement(s, primaries) {
  return el('article', {class: 'card'},
    el('h3', null, 'Version ' + s.model_version + ' ', stateBadge(s.state), primaries.has(s.model_version) && el('span', {class: 'tag'}, 'primary')),
    pairs([
      ['Since', timeNode(s.since_at)],
      ['Before', STATE_WORDS[s.previous_state] ?? s.previous_state],
      ['Suspended for', s.suspension && words(s.suspension)],
      ['Score', s.score === undefined ? 'no data' : [bar(s.score, 'score'), ' ', number(s.score, 3), ' of 1']],
      ['Signals there', percent(s.coverage, 0) + ' by weight'],
      ['At fault', s.features?.length > 0 && s.features.join(', ')],
      ['Policy', s.policy && `${s.policy}, version ${s.policy_version}`],
      ['Judged', timeNode(s.judged_at)],
    ]),
    signalTable(s));
}

function figure(signal, part, value) {
  const how = measured(signal, part);
  return how ? how.shown(value) : el('span', {class: 'none'}, '–');
}

/** A plot for each thing that a signal was measured by: which one it is may change from window to window. */
function signalPlots(names, rows, at, shown) {
  return names.flatMap((name) => {
    const there = rows.filter((r) => r.parts?.[name]).map((r) => ({at: at(r), part: r.parts[name]}))
      .map((each) => ({...each, how: measured(name, each.part)})).filter((each) => each.how !== null);
    return [...new Set(there.map((each) => each.how.what))].map((what) => {
      const own = there.filter((each) => each.how.what === what);
      const {share} = own[0].how;
      const written = (value) => (share ? 100 * value : value);
      const points = there.map((each) => (each.how.what === what ? {at: each.at, value: written(each.part.value)}
        : {at: each.at, value: null, aside: true}));
      const last = own.at(-1).part;
      const thresholds = [['begins to matter', last.warn, 'warn'], ['matters fully', last.critical, 'critical']]
        .filter(([, value]) => value !== undefined && value !== null).map(([n, value, colour]) => ({name: n, value: written(value), colour}));
      const title = SIGNALS[name] ?? name;
      return timePlot({span: shown, key: `signal-${name}-${what.replace(/[^A-Za-z0-9_]+/g, '-')}`, label: `${title}: ${what}${share ? ', %' : ''}`,
        lines: [{name: title, colour: names.indexOf(name) + 1, points}], thresholds,
        note: name === 'PERFORMANCE' ? 'Against its first windows with labels; what is certain of it, so below 0 it may as well be better.' : null});
    });
  });
}

/** Signals of a judgement, or of the evidence that was made of one, each with what its number is. */
export function signalTable(s) {
  const there = Object.entries(s.parts ?? {}).map(([name, part]) => ({name, part}));
  const missing = (s.missing ?? []).map((name) => ({name, part: null}));
  return table('Signals of version ' + s.model_version, [
    {name: 'Signal', of: ({name}) => SIGNALS[name] ?? name},
    {name: 'Severity', number: true, of: ({part}) => part && el('span', {class: 'scored'}, bar(part.severity, 'severity ' + number(part.severity, 2)), number(part.severity, 2))},
    {name: 'What was measured', of: ({name, part}) => part && (measured(name, part)?.what ?? part.metric ?? 'no single figure')},
    {name: 'Value', number: true, of: ({name, part}) => part && figure(name, part, part.value)},
    {name: 'Begins to matter', number: true, of: ({name, part}) => part && figure(name, part, part.warn)},
    {name: 'Matters fully', number: true, of: ({name, part}) => part && figure(name, part, part.critical)},
    {name: 'Window ends', of: ({part}) => part?.window_end && time(part.window_end)},
  ], [...there, ...missing]);
}

function scores(rows, shown, version, cut) {
  const sorted = [...rows].sort((a, b) => seconds(a.judged_at) - seconds(b.judged_at) || a.revision - b.revision);
  const at = (r) => seconds(r.judged_at);
  const names = [...new Set(sorted.flatMap((r) => Object.keys(r.parts ?? {})))];
  const lines = [{name: 'Score', colour: 0, points: sorted.map((r) => ({at: at(r), value: r.score ?? null}))},
    ...names.map((name, i) => ({name: SIGNALS[name] ?? name, colour: i + 1,
      points: sorted.filter((r) => r.parts?.[name]).map((r) => ({at: at(r), value: r.parts[name].severity ?? null}))}))];
  const changes = sorted.filter((r, i) => i === 0 || r.state !== sorted[i - 1].state).map((r) => ({at: at(r), state: r.state}));
  const plots = signalPlots(names, sorted, at, shown);
  return [
    el('h3', null, 'State of version ' + version),
    stateStrip('State', changes, ...shown, (s) => STATE_WORDS[s] ?? s, cut ? 'Not read' : 'Not judged'),
    el('ul', {class: 'legend'}, [...new Set(changes.map((c) => c.state))].map((s) => el('li', null, stateBadge(s)))),
    el('div', {class: 'plots'},
      timePlot({span: shown, key: 'score', label: 'Score, and severity of each signal, 0 to 1', lines, range: [0, 1.05]}), plots),
  ];
}

function performance(rows, shown, versions, metric) {
  const measured = ofOneLength(rows.filter((r) => !r.estimated));
  const estimated = rows.filter((r) => r.estimated && length(r) === measured.seconds);
  const point = (r) => ({value: r.value ?? null, low: r.low, high: r.high});
  return timePlot({span: shown, key: 'performance', label: `${metric} with its 95 % interval, windows of ${duration(measured.seconds) ?? 'unknown length'}`,
    lines: [...byVersion(measured.rows, versions, point),
      ...byVersion(estimated, versions, point, ', estimated').map((l) => ({...l, colour: l.colour + 3}))],
    note: 'Dashed: provisional, its labels are still due. Windows are those of the predictions, whenever their labels came.'});
}

const OWN = 'custom.'; // Readings of the users' own metrics: beside those of the built-in ones, of the same windows.

/** A line for each version, and where it was held against several baselines for each of these; own metrics have theirs. */
function drift(rows, shown, versions) {
  const windows = ofOneLength(rows.filter((r) => !r.profile_id.startsWith('concept.')
    && !['change-detectors', 'performance-estimate', 'no-baseline'].includes(r.profile_id)));
  const profiles = new Map();
  for (const row of windows.rows.filter((r) => !r.profile_id.startsWith(OWN))) {
    profiles.set(row.model_version, (profiles.get(row.model_version) ?? new Set()).add(row.profile_id));
  }
  const several = (row) => profiles.get(row.model_version)?.size > 1;
  const named = (row) => row.model_version + (row.profile_id.startsWith(OWN) ? ', own metrics'
    : several(row) ? ' against ' + row.profile_id : '');
  // What decides nothing has no severity: of own metrics without a threshold no line is to be had.
  const drawn = windows.rows.filter((r) => !r.profile_id.startsWith(OWN) || r.severity !== undefined)
    .map((r) => ({...r, model_version: named(r)}));
  const names = [...new Set([...versions, ...drawn.map((r) => r.model_version)])];
  return timePlot({span: shown, key: 'drift', label: `Severity of drift, windows of ${duration(windows.seconds) ?? 'unknown length'}`,
    lines: byVersion(drawn, names, (r) => ({value: r.severity ?? null})), range: [0, 1.05],
    thresholds: [{name: 'a feature drifts', value: 0.5, colour: 'warn'}],
    note: 'Dashed: against a baseline that was made from live traffic.'});
}

function coverage(rows, shown, version) {
  const windows = ofOneLength(rows);
  const own = windows.rows.filter((r) => r.model_version === version).sort((a, b) => seconds(a.window_end_at) - seconds(b.window_end_at));
  const line = (name, colour, field, soft) => ({name, colour, points: own.filter((r) => r[field] !== undefined)
    .map((r) => ({at: seconds(r.window_end_at), value: r[field], soft: soft && r.provisional}))});
  return timePlot({span: shown, key: 'coverage', label: `Share of predictions with a label, version ${version}, windows of ${duration(windows.seconds) ?? 'unknown length'}`,
    lines: [line('so far', 0, 'coverage_so_far', true), line('expected in the end', 1, 'expected_coverage', false),
      line('final', 2, 'coverage', false)], range: [0, 1.05]});
}

/** Versions whose newest predictions were held against nothing: that none of their features moved says nothing of them. */
function unwatched(health) {
  const compared = (d) => health.drift.some((w) => w.model_version === d.model_version && w.status !== 'NO_BASELINE'
    && !w.profile_id.startsWith(OWN) && w.window_end_at >= d.window_end_at);
  const bare = new Map(health.drift.filter((d) => d.status === 'NO_BASELINE' && !compared(d)).map((d) => [d.model_version, d]));
  return [...bare.values()].map((d) => el('p', {class: 'notice'}, `Version ${d.model_version} has no baseline: its predictions until ${time(d.window_end_at)} `
    + 'were compared with nothing, so whether they drift is not known.'));
}

function moved(health) {
  return [
    unwatched(health),
    el('h3', null, 'Features that drifted in the newest window'),
    table('Features that drifted in the newest window', [
      {name: 'Feature', of: (f) => [f.feature, el('span', {class: 'small'}, ' ' + f.model_version)]},
      {name: 'Severity', number: true, of: (f) => f.severity !== undefined
        && el('span', {class: 'scored'}, bar(f.severity, 'severity ' + number(f.severity, 2), 0.5), number(f.severity, 2))},
      {name: 'Metric', of: (f) => f.metric},
      {name: 'Value (95 %)', number: true, of: (f) => interval(f.value, f.low, f.high)},
      {name: 'Threshold', number: true, of: (f) => number(f.threshold)},
      {name: 'Predictions', number: true, of: (f) => count(f.samples)},
      {name: 'Window ends', of: (f) => time(f.window_end_at)},
    ], health.drifting_features),
    el('h3', null, 'Alarms: drift in windows in a row'),
    table('Alarms of drift', [
      {name: 'Feature', of: (a) => [a.feature, el('span', {class: 'small'}, ' ' + a.model_version)]},
      {name: 'Since', of: (a) => timeNode(a.since_at)},
      {name: 'Raised', of: (a) => time(a.raised_at)},
      {name: 'Last window', of: (a) => time(a.window_end_at)},
      {name: 'Windows', number: true, of: (a) => `${a.windows} of ${duration(a.window_seconds)}`},
      {name: 'Severity', number: true, of: (a) => number(a.severity, 2)},
    ], health.drift_alarms),
    health.concept_drift.length > 0 && [
      el('h3', null, 'What scores mean'),
      table('Concept drift', [
        {name: 'Version', of: (c) => c.model_version},
        {name: 'Changed', of: (c) => (c.status !== 'EVALUATED' ? words(c.status) : c.flagged ? el('span', {class: 'tag warn'}, 'yes') : 'no')},
        {name: 'Conditional KL (95 %)', number: true, of: (c) => interval(c.conditional_kl_normalised, c.low, c.high)},
        {name: 'Threshold', number: true, of: (c) => number(c.threshold)},
        {name: 'Labels', number: true, of: (c) => count(c.labels)},
        {name: 'Window ends', of: (c) => time(c.window_end_at)},
      ], health.concept_drift)],
    health.change_alarms.length > 0 && [
      el('h3', null, 'Rises of the loss'),
      table('Alarms of change detectors', [
        {name: 'Detector', of: (c) => words(c.detector.toUpperCase())},
        {name: 'Version', of: (c) => c.model_version},
        {name: 'Since', of: (c) => timeNode(c.since_at)},
        {name: 'Statistic', number: true, of: (c) => number(c.statistic)},
        {name: 'Threshold', number: true, of: (c) => number(c.threshold)},
        {name: 'Window ends', of: (c) => time(c.window_end_at)},
      ], health.change_alarms)],
  ];
}

function decisions(modelId, health) {
  return health.decisions.length === 0 ? el('p', {class: 'none'}, 'Nothing was to be done so far, and no state has changed.')
    : el('ol', {class: 'story'}, health.decisions.map((d) => el('li', null,
      el('p', null, timeNode(d.decided_at), ' ', el('span', {class: 'badge verdict-' + d.verdict}, d.verdict === 'NONE' ? 'Nothing to do' : words(d.verdict)),
        ' version ' + d.model_version + ' ', d.state_before === d.state_after ? stateBadge(d.state_after)
          : [stateBadge(d.state_before), ' → ', stateBadge(d.state_after)]),
      el('p', {class: 'why'}, d.explanation),
      d.hold && el('p', {class: 'held'}, 'Held back: ' + (HOLDS[d.hold] ?? words(d.hold)) + '.'),
      d.attributed_to && el('p', null, 'Explained by ', modelLink(d.attributed_to), '.'),
      d.command_id && el('p', null, 'Command ', commandLink(modelId, d.command_id), ' ',
        d.command_state ? commandBadge(d.command_state) : 'not answered'),
      details('decision-' + d.decision_id, 'What it rests on', pairs([
        ['Score', number(d.score, 3) ?? 'no data'], ['Class', d.severity_class && words(d.severity_class)],
        ['Signals there', percent(d.coverage, 0)], ['Features', d.features?.join(', ')],
        ['Policy', d.policy && `${d.policy}, version ${d.policy_version}`], ['Mode', words(d.mode)],
        ['Window ends', time(d.window_end_at)], ['Decision', el('code', null, d.decision_id)],
        ['Made again by', el('code', null, './runway why ' + d.decision_id)],
      ])))));
}

function delays(health) {
  const millis = (value) => (value === undefined ? null : duration(value / 1000));
  return table('How long labels take, by the newest window with labels', [
    {name: 'Version', of: (d) => d.model_version},
    {name: 'Half within', number: true, of: (d) => millis(d.p50_millis)},
    {name: '95 % within', number: true, of: (d) => millis(d.p95_millis)},
    {name: '99 % within', number: true, of: (d) => millis(d.p99_millis)},
    {name: 'Labels', number: true, of: (d) => count(d.labels)},
    {name: 'Without one yet', number: true, of: (d) => count(d.censored)},
    {name: 'Window', of: (d) => `${duration(length(d))} to ${time(d.window_end_at)}${d.provisional ? ', provisional' : ''}`},
  ], health.label_delay, {hideCaption: false});
}

function retrains(modelId, commands) {
  return table('Retrains of this model, the newest first', [
    {name: 'Command', of: (c) => commandLink(modelId, c.command_id)},
    {name: 'State', of: (c) => commandBadge(c.state)},
    {name: 'What', of: (c) => `${words(c.action)} of ${c.model_version}, ${words(c.reason_class).toLowerCase()}`},
    {name: 'Why so', of: (c) => c.reason ?? '–'},
    {name: 'New version', of: (c) => c.new_version ?? '–'},
    {name: 'Cost', number: true, of: (c) => (c.actual_cost !== undefined ? money(c.actual_cost) : money(c.estimated_cost) + ' estimated')},
    {name: 'Received', of: (c) => timeNode(c.received_at)},
  ], commands, {key: (c) => c.command_id});
}

function select(id, label, values, current, onChange) {
  return el('label', {for: id}, label, el('select', {id, onchange: (e) => onChange(e.target.value)},
    values.map(([value, text]) => el('option', {value, selected: String(value) === String(current)}, text))));
}

/** Draws the story of one model. */
export async function model(place, {me, names: [modelId], refresh}) {
  const [document_, health, versions, commands, controls, alerts, told, deployments] = await Promise.all([
    get('/v1/models/{model}', {model: modelId}), get('/v1/models/{model}/health', {model: modelId}),
    list('/v1/models/{model}/versions', {model: modelId}, 1),
    list('/v1/retrains', {model: modelId, limit: 20}, 1), find('/v1/models/{model}/controls', {model: modelId}),
    list('/v1/alerts', {model: modelId, open: true}, 1), list('/v1/alerts', {model: modelId, limit: 20}, 1),
    list('/v1/models/{model}/deployments', {model: modelId})]);
  const primaries = new Set(deployments.items.filter((d) => d.role === 'PRIMARY' && !d.ended_at).map((d) => d.version));
  const staleness = ranked(health.staleness, primaries);
  const metrics = [...new Set(health.performance.map((p) => p.metric))].sort();
  const known = [...new Set([...staleness.map((s) => s.model_version), ...health.coverage.map((c) => c.model_version)])];
  const choice = {days: 7, version: known[0], metric: FIRST_METRICS.find((m) => metrics.includes(m)) ?? metrics[0], ...chosen.get(modelId)};
  const {from, to} = span({health}, choice);
  const shown = [seconds(from), seconds(to)];
  const names = {model: modelId, from, to};
  const [judged, performed, covered, drifted] = await Promise.all([
    choice.version ? list('/v1/models/{model}/staleness', {...names, version: choice.version}, PAGES) : {items: [], cut: false},
    choice.metric ? list('/v1/models/{model}/performance', {...names, metric: choice.metric}, PAGES) : {items: [], cut: false},
    list('/v1/models/{model}/coverage', names, PAGES), list('/v1/models/{model}/drift', names, PAGES)]);
  const choose = (name) => (value) => {
    chosen.set(modelId, {...chosen.get(modelId), [name]: name === 'days' ? Number(value) : value});
    refresh();
  };
  const cut = [judged, performed, covered, drifted].some((all) => all.cut);
  renew(place,
    el('h1', null, modelId),
    el('p', {class: 'lead'}, document_.description ?? '', ' ', document_.tags.map((t) => el('span', {class: 'tag'}, t))),
    pairs([['Tier', String(document_.tier)], ['Team', document_.team], ['Owner', document_.owner], ['Registry', words(document_.state)],
      ['Task', words(document_.judging.task)], ['Labels due after', isoDuration(document_.judging.horizon ?? 'P7D')],
      ['Data until', health.data_until ? timeNode(health.data_until) : 'no data'],
      ['Depends', el('a', {href: '#/dependencies/' + encodeURIComponent('model:' + modelId)}, 'what it stands on, and what stands on it')]]),
    controls?.items.filter((c) => ['MUTE', 'SNOOZE', 'KILL_SWITCH_ON'].includes(c.action)).map((c) =>
      el('p', {class: 'notice'}, words(c.action), c.reason ? `: "${c.reason}"` : '', ` said by ${c.said_by}, ${time(c.said_at)}`,
        c.expires_at ? `, until ${time(c.expires_at)}` : '', '.')),
    alerts.items.slice(0, NOTICES).map((a) => el('p', {class: 'notice severity-' + a.severity}, words(a.severity) + ': ' + a.summary + ', since ' + time(a.opened_at))),
    alerts.items.length > NOTICES && el('p', {class: 'small'}, `${count(alerts.items.length - NOTICES)}${alerts.cut ? ' or more' : ''} other alerts are open.`),
    section('How it is', now(modelId, staleness, primaries)),
    section('Decisions and why', decisions(modelId, health)),
    section('Alerts', alertTable('The newest alerts of this model', told.items, {me, refresh, teamOf: () => document_.team, ofModel: true}),
      told.cut && el('p', {class: 'small'}, 'The newest 20.')),
    section('Over time',
      el('form', {class: 'filters', 'data-stays': 'shown', 'aria-label': 'What is shown', onsubmit: (e) => e.preventDefault()},
        select('span', 'Span of the data', SPANS, choice.days, choose('days')),
        known.length > 0 && select('version', 'Version', known.map((v) => [v, primaries.has(v) ? v + ' (primary)' : v]), choice.version, choose('version')),
        metrics.length > 0 && select('metric', 'Metric', metrics.map((m) => [m, m]), choice.metric, choose('metric'))),
      el('p', {class: 'small'}, `${time(from)} to ${time(to)}`, cut ? '. There are more windows than a page shows: the oldest are left out.' : ''),
      scores(judged.items, shown, choice.version ?? 'unknown', judged.cut),
      el('div', {class: 'plots'}, choice.metric && performance(performed.items, shown, known, choice.metric), drift(drifted.items, shown, known))),
    section('What moved', moved(health)),
    section('Labels', delays(health), el('div', {class: 'plots'}, coverage(covered.items, shown, choice.version ?? ''))),
    section('Retrains', retrains(modelId, commands.items)),
    section('Versions', table('Versions', [
      {name: 'Version', of: (v) => v.version},
      {name: 'State', of: (v) => words(v.state)},
      {name: 'Trained on data until', of: (v) => time(v.data_end_at)},
      {name: 'Registered', of: (v) => timeNode(v.created_at)},
      {name: 'By', of: (v) => v.created_by},
    ], versions.items)),
  );
  return {};
}
