// What waits for a person: the evidence in full, what it would touch, and the person's word, bound to that evidence.

import {judges, mayJudge} from './alerts.js';
import {Problem, find, get, list, newKey, post} from './api.js';
import {commandBadge, commandLink, details, el, firstPage, json, modelLink, paged, pairs, problemBox, section, show, words} from './dom.js';
import {duration, money, number, time, timeNode} from './format.js';
import {signalTable} from './model.js';

const FINAL = ['SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMED_OUT', 'REFUSED'];

let toTell = null; // The one whose card is about to go, and with it what had the focus.

/** Those that were judged in this tab: what became of them is told until it is closed, or its person signs out. */
const judged = new Map();

/**
 * What the person has begun to write, by command, with what was answered last: a card is made anew when the ledger restates its
 * command, and all of the page when one signs in again.
 */
const drafts = new Map();

function draftOf(command) {
  const id = command.command_id;
  const before = drafts.get(id);
  if (before?.hash !== command.evidence_hash) {
    // The words are kept; what they were said of, and was answered to them, is another matter now.
    const said = before?.text ? el('p', {class: 'notice'}, 'The evidence has changed since this was written: read it again.') : null;
    drafts.set(id, {hash: command.evidence_hash, text: before?.text ?? '', said, sent: null, answer: null});
  }
  return drafts.get(id);
}

/** What is being written, to be taken up by another document of the same person. */
export function written() {
  return [...drafts].map(([id, {hash, text, sent}]) => [id, {hash, text, sent}]);
}

export function takeUp(before) {
  before.forEach(([id, draft]) => drafts.set(id, {...draft, said: null, answer: null}));
}

/** A sum of what is known, and of how many it is not. */
function known(sum, missing, models, what, format) {
  return missing === models ? `an unknown ${what}` : 'about ' + format(sum) + (missing > 0 ? ` (without ${missing} whose ${what} is not known)` : '');
}

/** Waves, cost and time of what a retrain would touch; null where it is not for this reader. */
async function plan(place, modelId) {
  const found = await find('/v1/models/{model}/retrain-plan', {model: modelId});
  if (!found) {
    show(place, el('p', {class: 'small'}, 'What it would touch is not for this token.'));
    return;
  }
  const below = found.models - 1;
  show(place,
    el('p', null, below === 0 ? 'No other model stands on this one.' : `${below} other model${below === 1 ? ' stands' : 's stand'} on it, in `
      + `${found.waves.length - 1} wave${found.waves.length === 2 ? '' : 's'} after it. `,
    below > 0 && 'Together ' + known(found.cost, found.models_without_cost, found.models, 'cost', money)
      + ' and ' + known(found.seconds, found.models_without_seconds, found.models, 'time', duration) + ' of training.'),
    below > 0 && el('ol', {class: 'waves', start: 0}, found.waves.map((w) => el('li', {value: w.wave}, 'Wave ' + w.wave + ': ',
      w.models.map((m, i) => [i > 0 ? ', ' : '', modelLink(m.model_id), m.tier ? ` (tier ${m.tier})` : ''])))));
}

/** What else there is to say of a 409: whether what waits is still what was read here. */
async function changed(command, done) {
  const now = await find('/v1/models/{model}/retrains/{command}', {model: command.model_id, command: command.command_id});
  const what = now === null ? null
    : now.state !== 'AWAITING_APPROVAL' ? ['It does not wait any more: ', commandBadge(now.state), '. ']
      : now.evidence_hash !== command.evidence_hash ? ['Its evidence has changed. '] : null;
  return what && el('p', null, what, el('button', {type: 'button', onclick: done}, 'Read it again'));
}

/** The same wish has the same key, however often it is sent: where nobody knows whether it arrived it must not count twice. */
function keyOf(draft, body) {
  if (draft.sent?.body !== body) {
    draft.sent = {body, key: newKey()};
  }
  return draft.sent.key;
}

function form(command, me, done) {
  const draft = draftOf(command);
  const id = command.command_id;
  const answer = el('div', {class: 'answer'}, draft.said);
  const reason = el('textarea', {id: 'reason-' + id, name: 'reason', rows: 2, maxlength: 900, 'aria-describedby': 'hint-' + id,
    oninput: () => (draft.text = reason.value)}, draft.text);
  const buttons = [];
  draft.answer = answer;

  /** In the card that is there now, which need not be the one that was pressed. */
  function say(...what) {
    draft.said = el('div', null, ...what);
    show(draft.answer, draft.said);
  }

  async function judge(verdict) {
    const text = reason.value.trim();
    if (verdict === 'REJECT' && text === '') {
      reason.setAttribute('aria-invalid', 'true');
      say(problemBox({title: 'A rejection takes a reason', detail: 'say why, for those who see it refused'}));
      reason.focus();
      return;
    }
    reason.removeAttribute('aria-invalid');
    const pressed = document.activeElement; // What is disabled has no focus.
    buttons.forEach((b) => (b.disabled = true));
    show(answer, el('p', {role: 'status'}, 'Sending …'));
    const body = {verdict, evidence_hash: command.evidence_hash, ...(text && {reason: text})};
    try {
      const after = await post('/v1/models/{model}/retrains/{command}/judgement', {model: command.model_id, command: id},
        body, keyOf(draft, JSON.stringify(body)));
      judged.set(id, after);
      drafts.delete(id);
      toTell = id;
      done();
    } catch (e) {
      if (!(e instanceof Problem)) {
        throw e;
      }
      if (e.status >= 400 && e.status < 500 && e.status !== 429) {
        draft.sent = null; // It was answered: the next try is another wish.
      }
      buttons.forEach((b) => (b.disabled = false));
      if (document.activeElement === document.body) {
        pressed.focus();
      }
      say(problemBox(e.body));
      if (e.status === 409) {
        const more = await changed(command, done).catch(() => null);
        say(problemBox(e.body), more);
      }
    }
  }

  const may = judges(me);
  if (may) {
    buttons.push(
      el('button', {type: 'button', class: 'yes', id: 'approve-' + id, onclick: () => judge('APPROVE')}, 'Approve'),
      el('button', {type: 'button', class: 'no', id: 'reject-' + id, onclick: () => judge('REJECT')}, 'Reject'));
  }
  return may
    ? el('form', {class: 'judge', 'aria-label': 'Your word on ' + command.model_id, onsubmit: (e) => e.preventDefault()},
      el('label', {for: 'reason-' + id}, 'Reason'), reason,
      el('p', {class: 'small', id: 'hint-' + id}, 'Your word is bound to the evidence above by its hash. A rejection takes a reason.',
        mayJudge(me, command.team) ? '' : ` You are not in ${command.team ? 'team ' + command.team : 'its team'}, whose it was when it was issued: unless the model is yours by now, your word is refused.`,
        me.subject.startsWith('token:') ? ' A token of a machine is no person: it may reject, and approves nothing.' : ''),
      el('div', {class: 'buttons'}, buttons), answer)
    : el('p', {class: 'small'}, 'To judge takes the role approver, in team ' + (command.team ?? 'of the model') + '.');
}

const AT_ONCE = 4;
const AGAIN = 60_000;
let reading = 0;
const wanted = []; // Plans that are seen, and not read yet.

/** Plans of cards that a person sees, a few at a time: those of a storm all at once would use up what the token may ask. */
const seen = new IntersectionObserver((entries) => entries.forEach(({target, isIntersecting}) => {
  const at = wanted.indexOf(target);
  if (isIntersecting && at < 0) {
    wanted.push(target);
  } else if (!isIntersecting && at >= 0) {
    wanted.splice(at, 1);
  }
  readPlans();
}), {rootMargin: '200px'});

function readPlans() {
  while (reading < AT_ONCE) {
    const place = wanted.find((each) => each.isConnected && Date.now() - Number(each.dataset.readAt ?? 0) > AGAIN);
    if (!place) {
      return;
    }
    place.dataset.readAt = String(Date.now());
    reading++;
    plan(place, place.dataset.model)
      .catch((e) => show(place, problemBox(e.body ?? {title: 'It cannot be read'}),
        el('p', null, el('button', {type: 'button', onclick: () => {
          delete place.dataset.readAt;
          readPlans();
        }}, 'Try again'))))
      .finally(() => {
        reading--;
        readPlans();
      });
  }
}

/** What the numbers of the evidence mean, where it has those of a judgement: a person's command may have anything. */
function signals({model_version: version, evidence}) {
  const parts = Object.entries(evidence?.parts ?? {}).filter(([, part]) => typeof part?.severity === 'number');
  return parts.length > 0 && signalTable({model_version: version, parts: Object.fromEntries(parts),
    missing: Array.isArray(evidence.missing) ? evidence.missing : []});
}

function card(command, me, done) {
  const touched = el('div', {class: 'plan', 'data-model': command.model_id}, el('p', {class: 'small'}, 'Reading what it would touch …'));
  seen.observe(touched);
  const id = command.command_id;
  return el('article', {class: 'card approval', 'data-command': id, 'aria-labelledby': 'title-' + id},
    el('h3', {id: 'title-' + id}, words(command.action) + ' ', modelLink(command.model_id), ' ' + command.model_version, ' ',
      el('span', {class: 'badge class-' + command.severity_class}, words(command.severity_class)), ' ',
      el('span', {class: 'tag'}, 'tier ' + command.tier)),
    el('p', {class: 'why'}, command.reason ?? ''),
    pairs([
      ['Because of', words(command.reason_class)],
      ['Severity', number(command.severity, 3) + ' of 1'],
      ['Estimated cost', money(command.estimated_cost)],
      ['Goes back to', command.target],
      ['Asked by', command.asked_by],
      ['Issued', timeNode(command.issued_at)],
      ['Escalates or ends', command.approval_expires_at && timeNode(command.approval_expires_at)],
      ['Too late after', command.deadline_at && time(command.deadline_at)],
      ['Approved by so far', `${command.approvals_given} of ${command.approvals_needed ?? 1}`],
      ['Policy', command.policy && `${command.policy}, version ${command.policy_version}`],
      ['Wave', command.wave > 0 && String(command.wave)],
    ]),
    el('h4', null, 'Evidence'), signals(command), json(command.evidence),
    el('p', {class: 'hash'}, 'SHA-256 ', el('code', {id: 'hash-' + id}, command.evidence_hash)),
    details('raw-' + id, 'The evidence as it was sent', el('pre', {tabindex: 0}, JSON.stringify(command.evidence, null, 2))),
    el('h4', null, 'What it would touch'), touched,
    form(command, me, done));
}

async function became(place) {
  const now = await Promise.all([...judged.values()].map((c) => find('/v1/models/{model}/retrains/{command}', {model: c.model_id, command: c.command_id})));
  now.filter(Boolean).forEach((c) => judged.set(c.command_id, c));
  show(place, ...[...judged.values()].reverse().map((c) => el('p', {id: 'judged-' + c.command_id, tabindex: -1, 'data-judged': c.command_id, role: 'status'},
    commandLink(c.model_id, c.command_id), ' ', words(c.action), ' of ', modelLink(c.model_id), ' ', commandBadge(c.state), ' ',
    c.reason ?? '', c.scheduler_run ? ` Run ${c.scheduler_run} of ${c.scheduler}.` : '', c.new_version ? ` New version ${c.new_version}.` : '')));
  if (toTell !== null && document.activeElement === document.body) {
    document.getElementById('judged-' + toTell)?.focus();
  }
  toTell = null;
}

const CARDS = 20; // At once: each has its evidence in full.
let wish = ''; // What is looked for among those that wait.
let redraw = () => {};

function wished(command) {
  const text = wish.toLowerCase();
  return [command.model_id, command.team ?? '', command.command_id].some((each) => each.toLowerCase().includes(text));
}

function findForm() {
  return el('form', {class: 'filters', id: 'find-approval', role: 'search', 'aria-label': 'What waits for a person', onsubmit: (e) => e.preventDefault()},
    el('label', {for: 'approval-text'}, 'Model or team', el('input', {id: 'approval-text', type: 'search', autocomplete: 'off', value: wish, oninput: (e) => {
      wish = e.target.value;
      firstPage('approvals');
      redraw();
    }})), el('p', {class: 'small', role: 'status', id: 'approvals-found'}));
}

/** Draws what waits. What a person has begun to write stays while the command does not change. */
export async function approvals(place, {me, refresh}) {
  const waiting = await list('/v1/approvals');
  let head = place.querySelector('#approvals');
  if (head === null) {
    show(place, el('h1', null, 'Approvals'),
      section('Judged just now', el('div', {id: 'judged'})), section('Waiting for a person', findForm(), el('div', {id: 'approvals'})));
    head = place.querySelector('#approvals');
    head.before(el('p', {class: 'notice', id: 'more-wait', hidden: true}, 'More wait than a page reads: judge some, and the others follow.'));
  }
  place.querySelector('#more-wait').hidden = !waiting.cut;

  /** Moving a node takes its focus away, so only cards that have changed are made anew, and nothing is touched where none has. */
  function cards(some) {
    const before = new Map([...head.querySelectorAll('[data-command]')].map((node) => [node.dataset.version, node]));
    const news = some.map((command) => {
      const version = command.command_id + '/' + command.state_revision + '/' + command.evidence_hash + '/' + command.approvals_given;
      const node = before.get(version) ?? card(command, me, refresh);
      node.dataset.version = version;
      return node;
    });
    return el('div', {class: 'cards'}, news);
  }

  redraw = () => {
    const found = waiting.items.filter(wished);
    const shape = JSON.stringify(found.map((c) => [c.command_id, c.state_revision, c.evidence_hash, c.approvals_given]));
    place.querySelector('#find-approval').hidden = waiting.items.length <= CARDS && wish === '';
    place.querySelector('#approvals-found').textContent = wish === '' ? '' : `${found.length} of ${waiting.items.length}`;
    if (head.dataset.shape !== shape) {
      head.dataset.shape = shape;
      show(head, found.length > 0 ? paged('approvals', 'what waits', found, CARDS, cards)
        : el('p', {class: 'none'}, wish === '' ? 'Nothing waits for a person.' : 'Nothing of that name waits.'));
    }
    readPlans();
  };
  redraw();
  const past = place.querySelector('#judged');
  past.closest('section').hidden = judged.size === 0;
  await became(past);
  return {};
}

/** One command with all that became of it. */
export async function retrain(place, {names: [modelId, commandId]}) {
  const c = await get('/v1/models/{model}/retrains/{command}', {model: modelId, command: commandId});
  show(place,
    el('h1', null, words(c.action) + ' of ', modelLink(modelId), ' ' + c.model_version),
    el('p', null, commandBadge(c.state), ' ', c.reason ?? ''),
    pairs([
      ['Command', el('code', null, c.command_id)], ['Because of', words(c.reason_class)], ['Class', words(c.severity_class)],
      ['Asked by', c.asked_by], ['Issued', timeNode(c.issued_at)], ['Received', timeNode(c.received_at)],
      ['Granted', timeNode(c.granted_at)], ['Taken by the scheduler', timeNode(c.accepted_at)], ['Began', timeNode(c.started_at)],
      ['Ended', timeNode(c.ended_at)], ['Run', c.scheduler_run && `${c.scheduler_run} of ${c.scheduler}`], ['New version', c.new_version],
      ['Cost', c.actual_cost !== undefined ? money(c.actual_cost) : money(c.estimated_cost) + ' estimated'],
      ['Reserved', FINAL.includes(c.state) ? null : money(c.reserved_cost)], ['Paid by', c.budget_month && c.budget_month.slice(0, 7)],
      ['May still run', c.may_run && 'yes: the next training of the model waits for a person'],
      ['Cancel asked by', c.cancel_asked_by],
    ]),
    section('What became of it', el('ol', {class: 'story'}, c.history.map((h) => el('li', null, el('p', null, timeNode(h.at), ' ', commandBadge(h.state), ' ', h.reason ?? ''))))),
    section('Evidence', json(c.evidence), el('p', {class: 'hash'}, 'SHA-256 ', el('code', null, c.evidence_hash))),
    section('Persons', c.approvals.length === 0 ? el('p', {class: 'none'}, c.state === 'AWAITING_APPROVAL' ? [el('a', {href: '#/approvals'}, 'It waits for one.')] : 'Nobody was asked.')
      : el('ul', null, c.approvals.map((a) => el('li', null, `${words(a.verdict)} by ${a.said_by}, ${time(a.said_at)}`, a.reason ? `: ${a.reason}` : '')))),
    section('Money', c.costs.length === 0 ? el('p', {class: 'none'}, 'None moved.')
      : el('ul', null, c.costs.map((m) => el('li', null, `${words(m.kind)} ${money(m.amount)} of ${m.month.slice(0, 7)}, ${time(m.at)}`)))),
  );
  return {};
}
