// Alerts, and whether they were right, as those say who looked: what the precision of alerts is made of.

import {Problem, newKey, post} from './api.js';
import {el, modelLink, problemBox, show, table, words} from './dom.js';
import {spaceLink} from './embeddings.js';
import {timeNode} from './format.js';

/** What the person is about to say of an alert, by its id: tables are made anew with each reading, and words must not get lost. */
const drafts = new Map();

/** Those that were judged in this tab, as answered: one that is over would else be gone with the word on it, and nobody could mend it. */
const said = new Map();

const WORDS = {TRUE: 'It was right', FALSE: 'It was wrong'};

/** Whether a person may say what is an approver's to say in a team; what is of no team is an administrator's. */
export function mayJudge(me, team) {
  return me.roles.includes('admin') || (me.roles.includes('approver') && me.teams.includes(team));
}

/** Whether there can be any that a person may judge. */
export function judges(me) {
  return me.roles.includes('admin') || me.roles.includes('approver');
}

/** Of those that are over and not judged, with those that were judged here. */
export function toJudge(alerts) {
  const there = new Set(alerts.map((a) => a.alert_id));
  return [...[...said.values()].filter((a) => a.resolved_at && !there.has(a.alert_id)).reverse(), ...alerts];
}

/** What is being written, to be taken up by another document of the same person. */
export function written() {
  return [...drafts].map(([id, {verdict, text, sent}]) => [id, {verdict, text, sent}]);
}

export function takeUp(before) {
  before.forEach(([id, draft]) => drafts.set(id, {...draft, said: null, invalid: false, again: () => {}}));
}

/** The same wish has the same key, however often it is sent. */
function keyOf(draft, body) {
  if (draft.sent?.body !== body) {
    draft.sent = {body, key: newKey()};
  }
  return draft.sent.key;
}

/** What was said last, here or by another. */
function word(alert) {
  const [read, own] = [alert.judgement, said.get(alert.alert_id)?.judgement];
  const j = own && !(read && read.said_at > own.said_at) ? own : read;
  return j && el('p', null, el('span', {class: j.verdict === 'TRUE' ? 'tag' : 'tag warn'}, WORDS[j.verdict]), ' said by ' + j.said_by + ' ',
    timeNode(j.said_at), j.reason ? `: ${j.reason}` : '');
}

function form(alert, draft, again, refresh) {
  const id = alert.alert_id;
  const answer = el('div', {class: 'answer'}, draft.said);
  const why = el('textarea', {id: 'why-' + id, rows: 2, maxlength: 900, 'aria-invalid': draft.invalid && 'true', oninput: () => (draft.text = why.value)}, draft.text);
  const send = el('button', {type: 'submit', class: draft.verdict === 'TRUE' ? 'yes' : 'no', id: 'say-' + id}, 'Say so');

  /** In the row that is there now, which need not be the one that was pressed. */
  function tell(...what) {
    draft.said = el('div', null, ...what);
    const focus = document.activeElement?.id;
    draft.again();
    if (focus && document.activeElement === document.body) {
      document.getElementById(focus)?.focus();
    }
  }

  async function judge() {
    const reason = draft.text.trim();
    draft.invalid = draft.verdict === 'FALSE' && reason === '';
    if (draft.invalid) {
      tell(problemBox({title: 'That it was wrong takes a reason', detail: 'say why, for those who mend what raised it'}));
      document.getElementById('why-' + id)?.focus();
      return;
    }
    send.disabled = true;
    show(answer, el('p', {role: 'status'}, 'Sending …'));
    const body = {verdict: draft.verdict, ...(reason && {reason})};
    try {
      said.set(id, await post('/v1/alerts/{alert}/judgement', {alert: id}, body, keyOf(draft, JSON.stringify(body))));
      drafts.delete(id);
      draft.again();
      document.getElementById('right-' + id)?.focus();
      refresh();
    } catch (e) {
      if (!(e instanceof Problem)) {
        throw e;
      }
      if (e.status >= 400 && e.status < 500 && e.status !== 429) {
        draft.sent = null; // It was answered: the next try is another wish.
      }
      tell(problemBox(e.body));
    }
  }

  draft.again = again;
  return el('form', {class: 'judge', 'aria-label': WORDS[draft.verdict] + ': ' + alert.summary, onsubmit: (event) => {
    event.preventDefault();
    judge();
  }},
  el('label', {for: 'why-' + id}, WORDS[draft.verdict] + '. Why' + (draft.verdict === 'TRUE' ? ' (may be left out)' : '')), why,
  el('div', {class: 'buttons'}, send, el('button', {type: 'button', id: 'leave-' + id, onclick: () => {
    drafts.delete(id);
    again();
    document.getElementById('right-' + id)?.focus();
  }}, 'Leave it')), answer);
}

/** What was said of an alert, and where the person may the two buttons to say it. */
function right(alert, may, refresh) {
  const id = alert.alert_id;
  const place = el('div', {class: 'judged'});

  function button(verdict, name, text) {
    return el('button', {type: 'button', id: name + '-' + id, 'aria-label': WORDS[verdict] + ': ' + alert.summary, onclick: () => {
      drafts.set(id, {verdict, text: '', said: null, sent: null, invalid: false, again});
      again();
      document.getElementById('why-' + id)?.focus();
    }}, text);
  }

  function again() {
    const draft = drafts.get(id);
    show(place, word(alert) ?? el('span', {class: 'none'}, 'not judged'), may && (draft
      ? form(alert, draft, again, refresh)
      : el('div', {class: 'buttons small'}, button('TRUE', 'right', 'Right'), button('FALSE', 'wrong', 'Wrong'))));
  }

  again();
  return place;
}

/**
 * A table of alerts, each with what was said of it.
 *
 * @param teamOf whose an alert is today, which may be another team than when it was opened
 */
export function alertTable(caption, alerts, {me, refresh, teamOf, ofModel = false}) {
  return table(caption, [
    {name: 'What', of: (a) => a.summary},
    !ofModel && {name: 'Model', of: (a) => (a.rule === 'BASELINE_UNFIT' ? spaceLink(a.model_id) : a.model_id ? modelLink(a.model_id) : 'the fleet')},
    {name: 'Severity', of: (a) => el('span', {class: 'badge severity-' + a.severity}, words(a.severity))},
    {name: 'Opened', of: (a) => timeNode(a.opened_at)},
    {name: 'Over', of: (a) => (a.resolved_at ? [timeNode(a.resolved_at), ' ', a.resolution] : 'it is open')},
    {name: 'Told', of: (a) => (a.muted && !a.resolved_at ? 'nobody, it is muted'
      : [a.told.length > 0 ? a.told.join(', ') : 'nobody', a.untold.length > 0 ? '; not yet ' + a.untold.join(', ') : ''])},
    {name: 'Was it right?', of: (a) => right(a, mayJudge(me, teamOf(a)), refresh)},
  ].filter(Boolean), alerts, {key: (a) => a.alert_id});
}
