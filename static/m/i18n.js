// Words, numbers and dates in the language of the person. What the practice wrote itself is shown as it was written.

import { look } from './look.js';
import { WORDS } from './words.js';

// A language more is one row here and its words in words.js; docs/languages.md says how.
export const LANGUAGES = { en: 'English', fa: 'فارسی' };
const WRITTEN = {
  en: { locale: 'en-GB', dir: 'ltr', calendar: 'gregorian', digits: null },
  fa: { locale: 'fa-IR', dir: 'rtl', calendar: 'solar', digits: 'arabext' },
};
const CALENDARS = { solar: 'persian', gregorian: 'gregory' };

let language = 'en';
let calendar = 'gregorian';
let numerals = 'latin';
let locale = 'en-GB';

/** Choose the language of the page, its words and direction; dates and digits are the language's own or as the person chose. */
export function speak(wanted, page = globalThis.document) {
  language = LANGUAGES[wanted] ? wanted : 'en';
  const own = WRITTEN[language];
  calendar = CALENDARS[look.read('calendar')] ? look.read('calendar') : own.calendar;
  numerals = own.digits && look.read('numerals') !== 'latin' ? 'own' : 'latin';
  locale = `${own.locale}-u-ca-${CALENDARS[calendar]}-nu-${numerals === 'own' ? own.digits : 'latn'}`;
  if (!page) return;
  page.documentElement.lang = language;
  page.documentElement.dir = own.dir;
}

export function spoken() { return language; }

/** How dates and digits are written: `own` is what the language's digits look like, or nothing where it has none. */
export function written() { return { calendar, numerals, own: WRITTEN[language].digits && new Intl.NumberFormat(`en-u-nu-${WRITTEN[language].digits}`).format(123) }; }

/** The language that the device asks for, of those we have. */
export function preferred(languages = globalThis.navigator?.languages ?? []) {
  return languages.map((tag) => tag.slice(0, 2)).find((tag) => LANGUAGES[tag]) ?? 'en';
}

/** The sentence of a key with its values put in; numbers among the values get the digits of the language. */
export function t(key, values = {}) {
  const sentence = WORDS[language][key] ?? WORDS.en[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === 'number' ? number(value) : value ?? '';
  });
}

/** A sentence that depends on a count: key.one or key.other, `{n}` being the count. */
export function count(key, n, values = {}) {
  const form = n === 1 && WORDS[language][`${key}.one`] ? 'one' : 'other';
  return t(`${key}.${form}`, { n, ...values });
}

/** A word of the field (a route, a preparation, a unit) in the language where we know it, otherwise as it was written. */
export function word(group, value) {
  const key = `${group}.${String(value).toLowerCase()}`;
  return WORDS[language][key] ?? WORDS.en[key] ?? digits(String(value));
}

/** A name as a heading shows it: "lavender" begins with a capital letter. */
export function capital(name) {
  return name.charAt(0).toLocaleUpperCase() + name.slice(1);
}

/** Names one after the other, as the language lists them. */
export function listed(names) {
  return names.join(language === 'fa' ? '، ' : ', ');
}

/** A text of either direction inside a sentence: it turns nothing round that stands beside it. */
export function isolated(text) {
  return `\u2068${text}\u2069`;
}

/** A sentence of the server in the language of the page where it is one of the known ones. */
export function said(sentence) {
  return WORDS[language][`said:${sentence}`] ?? sentence;
}

export function number(value, options = {}) {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 2, ...options }).format(value);
}

export function percent(fraction) {
  return number(fraction, { style: 'percent', maximumFractionDigits: 0 });
}

/** Digits of a text that was not written as a number ("2-3"), for display. */
export function digits(text) {
  return numerals === 'own' ? text.replace(/[0-9]/g, (d) => new Intl.NumberFormat(locale).format(Number(d))) : text;
}

export function time(when) { return dated(when, { hour: '2-digit', minute: '2-digit' }); }
export function day(when) { return dated(when, { day: 'numeric', month: 'short' }); }
export function fullDay(when) { return dated(when, { day: 'numeric', month: 'long', year: 'numeric' }); }

/** When something was: the time alone today, with its day otherwise. */
export function moment(when, now = new Date()) {
  const date = new Date(when);
  return date.toDateString() === now.toDateString() ? time(date) : dated(date, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
}

function dated(when, options) {
  const parts = new Intl.DateTimeFormat(locale, options).formatToParts(new Date(when));
  return parts.filter(({ type }) => type !== 'era').map(({ value }) => value).join('').trim(); // 1405, not "1405 AP"
}
