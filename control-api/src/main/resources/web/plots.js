// Values over time: lines with their intervals and thresholds, read by mouse, by keyboard, and as a table.

import uPlot from './lib/uplot/uPlot.esm.js';
import {details, el, table} from './dom.js';
import {interval, number, time} from './format.js';

const HEIGHT = 190;
const COLOURS = 6;
const TABLE_ROWS = 60;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
}

/** The colour of a line: the same for the same place in every plot. */
function lineColour(i) {
  return colour('line-' + (1 + i % COLOURS));
}

/** Days where the step is a day or more, else the clock, with the day where it begins. */
function times(_, splits, axis, space, step) {
  return splits.map((s) => {
    const at = new Date(s * 1000);
    const day = at.toLocaleDateString('en-GB', {day: 'numeric', month: 'short', timeZone: 'UTC'});
    return step >= 86_400 || s % 86_400 === 0 ? day : at.toISOString().slice(11, 16);
  });
}

/** Points in a row are joined; where windows are missing there is a hole. Two points of one time are no step. */
function holed(points) {
  const steps = points.slice(1).map((p, i) => p.at - points[i].at).filter((step) => step > 0).sort((a, b) => a - b);
  if (steps.length < 2) {
    return points;
  }
  const usual = steps[Math.floor(steps.length / 2)];
  const all = [];
  points.forEach((p, i) => {
    if (i > 0 && p.at - points[i - 1].at > 3.5 * usual) {
      all.push({at: points[i - 1].at + usual, value: null, low: null, high: null, soft: p.soft});
    }
    all.push(p);
  });
  return all;
}

/** Of one line what is final, and what may still change, which begins at the last that is final. */
function parts(line) {
  const points = holed(line.points);
  const firm = points.filter((p) => !p.soft);
  const soft = points.filter((p) => p.soft);
  if (soft.length > 0 && firm.length > 0 && firm[firm.length - 1].at < soft[0].at) {
    soft.unshift(firm[firm.length - 1]);
  }
  return [{points: firm, soft: false}, {points: soft, soft: true}].filter((part) => part.points.length > 0);
}

function column(points, xs, of) {
  const known = new Map();
  for (const p of points) {
    if (!known.has(p.at) || (p.value ?? null) !== null) {
      known.set(p.at, p); // What is known stands before what is not.
    }
  }
  return xs.map((x) => (known.has(x) ? of(known.get(x)) : undefined));
}

/** What uPlot draws: for each part its values, and its limits as a band. Exported for its test. */
export function drawing(lines) {
  const split = lines.map((line) => parts(line));
  const xs = [...new Set(split.flatMap((all) => all.flatMap((part) => part.points.map((p) => p.at))))].sort((a, b) => a - b);
  const data = [xs];
  const series = [{}];
  const bands = [];
  split.forEach((all, i) => {
    for (const part of all) {
      const stroke = lineColour(lines[i].colour ?? i);
      if (part.points.some((p) => p.low !== undefined && p.low !== null)) {
        data.push(column(part.points, xs, (p) => p.high ?? null), column(part.points, xs, (p) => p.low ?? null));
        const hidden = {stroke: 'transparent', width: 0, points: {show: false}};
        series.push({...hidden}, {...hidden});
        bands.push({series: [series.length - 2, series.length - 1], fill: stroke + (part.soft ? '22' : '3a')});
      }
      data.push(column(part.points, xs, (p) => p.value ?? null));
      series.push({stroke, width: 2, dash: part.soft ? [5, 4] : undefined,
        points: {show: part.points.length <= 40, size: 5, fill: stroke}});
    }
  });
  return {xs, data, series, bands};
}

function scale(lines, thresholds, range) {
  return (u, low, high) => {
    if (range) {
      return range;
    }
    const values = thresholds.map((t) => t.value).filter((v) => v !== null && v !== undefined);
    const least = Math.min(low ?? Infinity, ...values);
    const most = Math.max(high ?? -Infinity, ...values);
    if (!Number.isFinite(least) || !Number.isFinite(most)) {
      return [0, 1];
    }
    const room = (most - least || Math.abs(most) || 1) * 0.08;
    return [least - room, most + room];
  };
}

function drawThresholds(thresholds) {
  return (u) => {
    const {ctx, bbox} = u;
    ctx.save();
    ctx.textAlign = 'left';
    ctx.textBaseline = 'bottom';
    ctx.font = 11 * devicePixelRatio + 'px system-ui, sans-serif';
    for (const threshold of thresholds) {
      const y = Math.round(u.valToPos(threshold.value, 'y', true));
      ctx.strokeStyle = ctx.fillStyle = colour(threshold.colour ?? 'warn');
      ctx.lineWidth = devicePixelRatio;
      ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      ctx.fillText(threshold.name, bbox.left + 4 * devicePixelRatio, y - 2 * devicePixelRatio);
    }
    ctx.restore();
  };
}

/** What the lines say at a time, in words. */
function told(lines, at) {
  const said = lines.map((line) => {
    const p = line.points.find((each) => each.at === at);
    return p && p.value !== null && p.value !== undefined
      ? `${line.name} ${interval(p.value, p.low, p.high)}${p.soft ? ', provisional' : ''}` : null;
  }).filter(Boolean);
  return time(at * 1000) + ': ' + (said.length > 0 ? said.join('; ')
    : lines.some((line) => line.points.some((p) => p.at === at && p.aside)) ? 'it was measured by something else then' : 'no data');
}

function legend(lines, thresholds) {
  return el('ul', {class: 'legend'},
    lines.map((line, i) => {
      const swatch = el('span', {class: 'swatch line-' + (1 + (line.colour ?? i) % COLOURS)});
      const last = line.points.filter((p) => p.value !== null && p.value !== undefined).at(-1);
      return el('li', null, swatch, line.name, last && el('strong', null, ' ' + interval(last.value, last.low, last.high)));
    }),
    thresholds.map((t) => el('li', null, el('span', {class: 'swatch threshold ' + (t.colour ?? 'warn')}), t.name + ' ' + number(t.value))));
}

function asTable(key, label, lines) {
  const rows = lines.flatMap((line) => line.points.filter((p) => !p.aside).map((p) => ({line, p}))).sort((a, b) => b.p.at - a.p.at);
  const shown = rows.slice(0, TABLE_ROWS);
  return details('table-' + key, 'As a table',
    table(label, [
      {name: 'Window ends', of: ({p}) => time(p.at * 1000)},
      {name: 'What', of: ({line}) => line.name},
      {name: 'Value', number: true, of: ({p}) => interval(p.value, p.low, p.high)},
      {name: 'May change', of: ({p}) => (p.soft ? 'yes, provisional' : 'no')},
    ], shown),
    rows.length > shown.length && el('p', {class: 'small'}, `The newest ${TABLE_ROWS} of ${rows.length}.`));
}

/**
 * Values over time.
 *
 * @param key of this plot on its page
 * @param label what is shown, with its unit
 * @param span its first and last second: the same for all plots of a page, that they can be held against each other
 * @param lines of {name, colour, points}; a point has at (seconds), value, low, high, soft where it may still change, and aside
 *     where another line of the same thing has its time: there this one is broken
 * @param thresholds of {name, value, colour}
 */
export function timePlot({key, label, span, note = null, lines, thresholds = [], range = null}) {
  const kept = lines.filter((line) => line.points.length > 0);
  if (kept.length === 0) {
    return el('figure', null, el('figcaption', null, label), el('p', {class: 'none'}, 'No data in this span.'));
  }
  const {xs, data, series, bands} = drawing(kept);
  const place = el('div', {class: 'plot', id: 'plot-' + key, tabindex: 0, role: 'img',
    'aria-label': `${label}. ${kept.map((l) => told([l], l.points.at(-1).at)).join(' ')} Arrow keys read it.`});
  const reading = el('p', {class: 'reading', 'aria-live': 'polite'}, told(kept, xs.at(-1)));
  let plot = null;
  let at = xs.length - 1;

  function make(width) {
    const grid = {stroke: colour('grid'), width: 1};
    const axis = {stroke: colour('ink-soft'), grid, ticks: grid, font: '12px system-ui, sans-serif'};
    plot = new uPlot({
      width, height: HEIGHT, padding: [8, 12, 0, 0],
      tzDate: (s) => uPlot.tzDate(new Date(s * 1000), 'Etc/UTC'),
      scales: {x: {range: () => span}, y: {range: scale(kept, thresholds, range)}},
      series, bands,
      axes: [{...axis, values: times, space: 60, size: 32}, {...axis, size: 56, values: (_, splits) => splits.map((v) => number(v))}],
      legend: {show: false},
      cursor: {drag: {x: false, y: false}, y: false, points: {show: false}},
      hooks: {
        draw: [drawThresholds(thresholds)],
        setCursor: [(u) => {
          if (u.cursor.idx !== null && u.cursor.idx !== undefined) {
            at = u.cursor.idx;
            reading.textContent = told(kept, xs[at]);
          }
        }],
      },
    }, data, place);
  }

  place.addEventListener('keydown', (event) => {
    const step = {ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity}[event.key];
    if (step === undefined || plot === null) {
      return;
    }
    event.preventDefault();
    at = Math.max(0, Math.min(xs.length - 1, Number.isFinite(step) ? at + step : step < 0 ? 0 : xs.length - 1));
    plot.setCursor({left: plot.valToPos(xs[at], 'x'), top: 10});
    reading.textContent = told(kept, xs[at]);
  });
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry.contentRect.width);
    if (width === 0) {
      plot?.destroy();
      plot = null;
    } else if (plot === null) {
      make(width);
    } else if (plot.width !== width) {
      plot.setSize({width, height: HEIGHT});
    }
  }).observe(place);
  return el('figure', null, el('figcaption', null, label), place, reading, legend(kept, thresholds),
    note && el('p', {class: 'small'}, note), asTable(key, label, kept));
}

/**
 * States over time as a strip.
 *
 * @param changes of {at, state}, the oldest first
 * @param before what to call the time before the first of them
 */
export function stateStrip(label, changes, from, to, word, before = 'Not judged') {
  if (changes.length === 0) {
    return el('p', {class: 'none'}, 'Not judged in this span.');
  }
  const strip = el('div', {class: 'strip', role: 'img',
    'aria-label': label + ': ' + (changes[0].at > from ? before + ', ' : '') + changes.map((c) => `${word(c.state)} from ${time(c.at * 1000)}`).join(', ')});
  const begin = Math.max(from, changes[0].at);
  if (begin > from) {
    strip.append(piece(begin - from, 'state-none', before));
  }
  changes.forEach((change, i) => {
    const start = Math.max(from, change.at);
    const end = i + 1 < changes.length ? changes[i + 1].at : to;
    if (end > start) {
      strip.append(piece(end - start, 'state-' + change.state, `${word(change.state)} from ${time(change.at * 1000)}`));
    }
  });
  return strip;
}

function piece(length, state, title) {
  const node = el('span', {class: state, title});
  node.style.flexGrow = String(length);
  return node;
}
