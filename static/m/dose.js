// A recommendation's dose line in words: how much, how often, prepared as what, with what, how and for how long.

import { count, day, digits, listed, number, t, word } from './i18n.js';

const DAY_MS = 86400000;
const TAKEN = new Set(['herb', 'formula']); // kinds that one takes and that therefore need a dose

export function isTaken(recommendation) { return TAKEN.has(recommendation.kind); }

/** The amount with its unit, what it refers to, and how often: the one line that is read most. */
export function amountOf(recommendation) {
  const { dose } = recommendation;
  if (!dose) return isTaken(recommendation) ? t('dose.ask') : '';
  if (typeof dose.amount !== 'number') return t('unknown');
  const unit = word('unit', dose.unit);
  const amount = `${number(dose.amount)}\u00a0${unit}`;
  return t(dose.per === 'dose' ? 'dose.dose' : 'dose.day', { amount });
}

/** Pairs of [term, text] for everything that the line says; what it does not say has no pair, except the amount. */
export function doseTerms(recommendation, now = new Date()) {
  const { dose } = recommendation;
  if (!dose) return isTaken(recommendation) ? [[t('dose.amount'), t('dose.ask')]] : [];
  return [
    [t('dose.amount'), amountOf(recommendation)],
    [t('dose.often'), often(dose)],
    [t('dose.form'), listed([dose.preparation && word('form', dose.preparation), dose.part && word('part', dose.part)].filter(Boolean))],
    [t('dose.vehicle'), dose.vehicle && word('vehicle', dose.vehicle)],
    [t('dose.route'), dose.route && word('route', dose.route)],
    [t('dose.duration'), duration(recommendation, now)],
  ];
}

function often({ times_a_day: times }) {
  if (!times) return '';
  if (times.trim() === '1') return t('dose.once');
  return /^[\d\s.–-]+$/.test(times) ? t('dose.times', { n: digits(times.trim().replace(/\s*[-–]\s*/, t('range.to'))) }) : digits(times);
}

function duration({ dose, approved, status }, now) {
  if (!dose.duration_days) return t('unknown');
  const days = count('days', dose.duration_days);
  if (!approved || status !== 'approved') return days;
  const passed = Math.round((midnight(now) - midnight(new Date(approved))) / DAY_MS); // rounds over summer time
  const last = new Date(midnight(new Date(approved)));
  last.setDate(last.getDate() + dose.duration_days - 1);
  if (passed >= dose.duration_days) return `${days}; ${t('dose.over', { date: day(last) })}`;
  return `${days}; ${t('dose.dayof', { day: Math.max(1, passed + 1), days: dose.duration_days })}, ${t('dose.until', { date: day(last) })}`;
}

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
