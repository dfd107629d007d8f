// Elements and what many of them share. Text is always a text node: nothing here makes a document of a string.

import {count, time} from './format.js';

const SVG = 'http://www.w3.org/2000/svg';

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (name.startsWith('on')) {
      node.addEventListener(name.slice(2), value);
    } else {
      node.setAttribute(name, value === true ? '' : String(value));
    }
  }
  append(node, children);
  return node;
}

function append(node, children) {
  node.append(...nodes(children));
}

function nodes(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}

/** An element; children are nodes, texts, arrays of them, or nothing. */
export function el(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same of SVG. */
export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Puts children in the place of what was there. */
export function show(place, ...children) {
  const parts = document.createDocumentFragment();
  append(parts, children);
  place.replaceChildren(parts);
}

/**
 * The same, but what is marked with data-stays and stands there already stays itself, with its focus, and what is written or open
 * in it. A form stays whole but for what can be chosen, so its handlers must not rest on what it was drawn from; of anything else
 * the children are made anew in this same way.
 */
export function renew(place, ...children) {
  // The heading has the focus when a view has just been opened.
  const key = (node) => node.dataset?.stays ?? (node.tagName === 'H1' ? 'h1' : undefined);
  const before = new Map([...place.children].filter(key).map((node) => [key(node), node]));
  const news = nodes(children).map((node) => {
    const old = before.get(key(node));
    return old && stays(old, node) ? old : node;
  });
  [...place.childNodes].filter((node) => !news.includes(node)).forEach((node) => node.remove());
  let at = place.firstChild;
  for (const node of news) {
    if (node === at) {
      at = at.nextSibling;
    } else {
      place.insertBefore(node, at);
    }
  }
}

/** Takes over what is new; false where it is another form than it was. */
function stays(old, node) {
  if (node.tagName !== 'FORM') {
    renew(old, ...node.childNodes);
    return true;
  }
  const choices = (form) => [...form.querySelectorAll('input, select, datalist')];
  const said = (list) => [...list.children].map((option) => option.value + '\n' + option.textContent).join('\n');
  const [olds, news] = [choices(old), choices(node)];
  if (olds.map((each) => each.id).join('\n') !== news.map((each) => each.id).join('\n')) {
    return false;
  }
  olds.forEach((each, i) => {
    if (each.tagName !== 'INPUT' && said(each) !== said(news[i])) {
      const chosen = news[i].value;
      each.replaceChildren(...news[i].children);
      each.value = chosen;
    } else if (each.tagName === 'SELECT' && each.value !== news[i].value) {
      each.value = news[i].value;
    }
  });
  return true;
}

/** A part of a page with its heading. */
export function section(title, ...children) {
  const id = 'h-' + title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return el('section', {'aria-labelledby': id, 'data-stays': id}, el('h2', {id}, title), ...children);
}

/**
 * A table. On a narrow screen its rows are cards, in which each cell says its column's name.
 *
 * @param caption read out, and shown where it is not hidden
 * @param columns of {name, of: row => content, number: whether it is one}
 */
export function table(caption, columns, rows, {hideCaption = true, key = null} = {}) {
  if (rows.length === 0) {
    return el('p', {class: 'none'}, 'None.');
  }
  // The roles are said because a table whose rows are cards is none for a browser.
  const head = columns.map((c) => el('th', {scope: 'col', role: 'columnheader', class: c.number && 'number'}, c.name));
  const body = rows.map((row) => el('tr', {role: 'row', 'data-key': key && key(row)}, columns.map((c, i) =>
    el(i === 0 ? 'th' : 'td', {scope: i === 0 && 'row', role: i === 0 ? 'rowheader' : 'cell', 'data-name': c.name, class: c.number && 'number'},
      el('span', {class: 'cell'}, c.of(row) ?? el('span', {class: 'none'}, 'no data'))))));
  return el('table', {role: 'table'}, el('caption', {class: hideCaption && 'hidden'}, caption),
    el('thead', {role: 'rowgroup'}, el('tr', {role: 'row'}, head)), el('tbody', {role: 'rowgroup'}, body));
}

/** Which page of a long list is looked at, by its key, while the document lives. */
const pages = new Map();

/** Goes back to the first page: another question has another list. */
export function firstPage(key) {
  pages.delete(key);
}

/**
 * A list by pages, so that a long one costs no more than a short one, and every line of it can be reached.
 *
 * @param key of this list
 * @param name of it, for whoever hears and does not see
 * @param items all of them
 * @param size how many are drawn at once
 * @param draw makes nodes of some of them
 */
export function paged(key, name, items, size, draw) {
  const place = el('div', {class: 'paged'});
  const last = Math.max(0, Math.ceil(items.length / size) - 1);

  function turn(to, id) {
    pages.set(key, Math.max(0, Math.min(last, to)));
    again();
    if (id.startsWith('under-')) {
      place.scrollIntoView({block: 'start'}); // Its new beginning is what one turned for.
    }
    document.getElementById(id)?.focus({preventScroll: true});
  }

  /** A button that leads nowhere stays one that has the focus. */
  function button(id, text, to) {
    const off = to < 0 || to > last;
    return el('button', {type: 'button', id, 'aria-disabled': off && 'true', 'aria-describedby': id.split('-')[0] + '-range-' + key,
      onclick: () => off || turn(to, id)}, text);
  }

  function pager(at, where) {
    const from = at * size;
    return el('nav', {class: 'pager', 'aria-label': `Pages of ${name}, ${where} them`},
      button(`${where}-previous-${key}`, 'Previous', at - 1),
      el('span', {id: `${where}-range-${key}`}, `${count(from + 1)} to ${count(Math.min(items.length, from + size))} of ${count(items.length)}`),
      button(`${where}-next-${key}`, 'Next', at + 1));
  }

  function again() {
    const at = Math.min(pages.get(key) ?? 0, last);
    const drawn = draw(items.slice(at * size, (at + 1) * size));
    show(place, ...(last === 0 ? [drawn] : [pager(at, 'over'), drawn, pager(at, 'under')]));
  }

  again();
  return place;
}

/** What opens; whether it is open is kept under its key while the page lives. */
const open = new Map();
export function details(key, summary, ...children) {
  const node = el('details', {open: open.get(key) === true}, el('summary', {id: 'd-' + key}, summary), ...children);
  node.addEventListener('toggle', () => open.set(key, node.open));
  return node;
}

/** Names and values. */
export function pairs(list) {
  return el('dl', null, list.filter(([, value]) => value !== null && value !== undefined && value !== false)
    .map(([name, value]) => el('div', null, el('dt', null, name), el('dd', null, value))));
}

export const STATE_WORDS = {
  WARMING: 'Warming', HEALTHY: 'Healthy', AT_RISK: 'At risk', STALE: 'Stale', RETRAINING: 'Retraining',
  SUSPENDED: 'Suspended', NO_DATA: 'No data', DEPRECATED: 'Deprecated', RETIRED: 'Retired',
};

/** From what wants a person to what wants nobody. */
export const STATE_ORDER = ['STALE', 'SUSPENDED', 'NO_DATA', 'AT_RISK', 'RETRAINING', 'WARMING', 'HEALTHY', 'DEPRECATED'];

/** How stale a version is, in words: colour alone says nothing. */
export function stateBadge(state) {
  return state
    ? el('span', {class: 'badge state-' + state}, STATE_WORDS[state] ?? state)
    : el('span', {class: 'badge state-none'}, 'Not judged');
}

/** The state of a command. */
export function commandBadge(state) {
  return el('span', {class: 'badge command-' + state}, words(state));
}

export function words(constant) {
  return constant ? constant.charAt(0) + constant.slice(1).toLowerCase().replaceAll('_', ' ') : null;
}

/** A share of a whole as a bar, beside the number that it is read by. */
export function bar(share, label, mark = null) {
  const inner = el('span', {class: 'filled'});
  inner.style.width = (100 * Math.max(0, Math.min(1, share))).toFixed(1) + '%';
  const node = el('span', {class: 'bar', role: 'img', 'aria-label': label}, inner);
  if (mark !== null) {
    const line = el('span', {class: 'mark'});
    line.style.left = (100 * Math.max(0, Math.min(1, mark))).toFixed(1) + '%';
    node.append(line);
  }
  return node;
}

/** A problem of the API (RFC 9457) where it belongs: with every place that is wrong, and the id for the log. */
export function problemBox(problem) {
  return el('div', {class: 'problem', role: 'alert'},
    el('p', null, el('strong', null, problem.title ?? 'It did not work'), problem.detail ? ': ' + problem.detail : ''),
    problem.errors?.length > 0 && el('ul', null, problem.errors.map((e) =>
      el('li', null, el('code', null, e.pointer ?? e.parameter ?? e.header ?? ''), ' ', e.detail))),
    problem.request_id && el('p', {class: 'small'}, 'Request ', el('code', null, problem.request_id)));
}

/** What a number of milliseconds is as a time, beside the number itself. */
function when(name, value) {
  return typeof value === 'number' && value > 1e11 && /(_millis|_end|_at)$/.test(name) && ' (' + time(value) + ')';
}

/** JSON in full, as names and values that wrap. */
export function json(value) {
  if (Array.isArray(value)) {
    return value.length === 0 ? el('span', null, 'none')
      : value.every((v) => v === null || typeof v !== 'object') ? el('span', null, value.join(', '))
        : el('ol', null, value.map((v) => el('li', null, json(v))));
  }
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value);
    return entries.length === 0 ? el('span', null, 'nothing')
      : el('dl', {class: 'json'}, entries.map(([k, v]) => el('div', null, el('dt', null, k), el('dd', null, json(v), when(k, v)))));
  }
  return el('span', null, value === null ? 'null' : String(value));
}

export function modelLink(id, text = id) {
  return el('a', {href: '#/model/' + encodeURIComponent(id)}, text);
}

export function commandLink(modelId, commandId) {
  return el('a', {href: '#/retrain/' + encodeURIComponent(modelId) + '/' + commandId, title: commandId}, commandId.slice(0, 8));
}
