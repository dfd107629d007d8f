// Signing in at the issuer of people's tokens: a code, bound to this tab by PKCE, for a token (OpenID Connect). There is no secret
// of a client and no cookie. What is kept until the issuer sends a person back is kept in this tab, and good for one answer.

import {Problem, keep, taken} from './api.js';

const BEGUN = 'sign-in';
const PATIENCE = 20_000;
const LONGEST = 3_600_000; // From being sent away to coming back.
const SKEW = 300_000; // Clocks of browsers are off by minutes.

function no(title, detail) {
  return new Problem(0, {title, detail});
}

function parsed(address) {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}

async function ask(address, options = {}) {
  try {
    return await fetch(address, {signal: AbortSignal.timeout(PATIENCE), cache: 'no-store', credentials: 'omit', redirect: 'error',
      referrerPolicy: 'no-referrer', ...options});
  } catch {
    throw no('The issuer cannot be asked', `${new URL(address, location.href).origin} does not answer this page: it is away, or does not allow ${location.origin} to ask it`);
  }
}

/** How people sign in here: {issuer, client_id, scope, parameters}, or null where they bring a token. */
export async function issuer() {
  try {
    const answer = await fetch('ui/sign-in.json', {signal: AbortSignal.timeout(PATIENCE), credentials: 'omit', redirect: 'error'});
    const said = answer.ok ? await answer.json() : {};
    return said.issuer ? said : null;
  } catch {
    return null; // Whoever has a token can sign in all the same, once the API answers.
  }
}

/** What the issuer says of itself; that it is the one that was meant is checked by its name. */
async function discovered(at) {
  const answer = await ask(at.issuer.replace(/\/+$/, '') + '/.well-known/openid-configuration');
  const about = answer.ok ? await answer.json().catch(() => null) : null;
  if (about === null) {
    throw no('The issuer cannot be asked', `it answers ${answer.status} to the question how one signs in`);
  }
  if (about.issuer !== at.issuer) {
    throw no('It is another issuer', `what answers calls itself ${about.issuer}`);
  }
  const origin = new URL(at.issuer).origin;
  const door = parsed(about.authorization_endpoint);
  const counter = parsed(about.token_endpoint);
  if (door === null || (door.protocol !== 'https:' && door.origin !== origin)) {
    throw no('The issuer cannot be used', 'the address where one signs in is not https');
  }
  if (counter?.origin !== origin) {
    throw no('The issuer cannot be used', `its tokens are given out elsewhere than at ${origin}, which the policy of this page does not allow`);
  }
  if (about.code_challenge_methods_supported && !about.code_challenge_methods_supported.includes('S256')) {
    throw no('The issuer cannot be used', 'it does not take PKCE with S256');
  }
  return {door, counter, saysWhoAnswers: about.authorization_response_iss_parameter_supported === true};
}

function encoded(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** 256 random bits. */
function drawn() {
  return encoded(crypto.getRandomValues(new Uint8Array(32)));
}

/** This page without what stands behind it: as it has to be registered at the issuer. */
function here() {
  return location.origin + location.pathname;
}

/** Sends the person to the issuer. */
export async function leaveFor(at) {
  if (!crypto.subtle) {
    throw no('Signing in takes TLS', 'a browser binds a code to its tab over https, or on the own machine, alone');
  }
  const about = await discovered(at);
  const begun = {state: drawn(), nonce: drawn(), verifier: drawn(), issuer: at.issuer, client: at.client_id, hash: location.hash, at: Date.now()};
  const challenge = encoded(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(begun.verifier))));
  keep(BEGUN, begun);
  for (const [name, value] of Object.entries({...at.parameters, response_type: 'code', client_id: at.client_id, redirect_uri: here(),
    scope: at.scope, state: begun.state, nonce: begun.nonce, code_challenge: challenge, code_challenge_method: 'S256'})) {
    about.door.searchParams.set(name, value);
  }
  location.assign(about.door);
}

/**
 * What the issuer has sent the person back with; null where the page was opened otherwise. It is taken out of the address at once,
 * and the address is again what it was.
 */
export function sentBack() {
  const said = new URLSearchParams(location.search);
  if (!said.has('state') || !(said.has('code') || said.has('error'))) {
    return null;
  }
  const begun = taken(BEGUN);
  history.replaceState(null, '', location.pathname + (begun?.hash ?? location.hash));
  return {begun, state: said.get('state'), code: said.get('code'), iss: said.get('iss'), error: said.get('error'), why: said.get('error_description')};
}

/** What an ID token says. Its signature need not be looked at: it came from the issuer itself, and not by way of the browser's address. */
function claims(token) {
  try {
    const bytes = Uint8Array.from(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return {};
  }
}

function check(idToken, at, nonce) {
  const said = claims(idToken);
  const audience = [said.aud].flat();
  const wrong = said.iss !== at.issuer ? 'it is of another issuer'
    : !audience.includes(at.client_id) || (audience.length > 1 && said.azp !== at.client_id) ? 'it is for another client'
      : said.nonce !== nonce ? 'it answers another sign-in'
        : !(said.exp * 1000 > Date.now() - SKEW) ? 'its time is over' : null;
  if (wrong) {
    throw no('What the issuer says of you does not hold', wrong);
  }
}

/**
 * The token that a person was sent back for.
 *
 * @param at how people sign in here
 * @param back what the issuer sent the person back with
 */
export async function tokenFor(at, back) {
  const {begun} = back;
  if (begun === null || begun.state !== back.state || begun.issuer !== at.issuer || begun.client !== at.client_id || Date.now() - begun.at > LONGEST
    || (back.iss !== null && back.iss !== at.issuer)) {
    throw no('Sign in once more', 'what came back belongs to no sign-in that this tab has begun');
  }
  if (back.error) {
    throw no('The issuer has said no', [back.error, back.why].filter(Boolean).join(': '));
  }
  const about = await discovered(at);
  if (about.saysWhoAnswers && back.iss === null) {
    throw no('Sign in once more', 'what came back does not say who sent it, as this issuer does');
  }
  const answer = await ask(about.counter, {method: 'POST', body: new URLSearchParams({grant_type: 'authorization_code', code: back.code,
    redirect_uri: here(), client_id: at.client_id, code_verifier: begun.verifier})});
  const got = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    throw no('The issuer gives no token', [got.error ?? answer.status, got.error_description].filter(Boolean).join(': '));
  }
  check(got.id_token ?? '', at, begun.nonce);
  if (String(got.token_type).toLowerCase() !== 'bearer' || typeof got.access_token !== 'string' || got.access_token === '') {
    throw no('The issuer gives no token', 'none that this API could take');
  }
  return got.access_token; // A token to renew it, if there is one, is not kept: the issuer knows the person for as long as it likes.
}
