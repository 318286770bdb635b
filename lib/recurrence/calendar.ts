import { type Rule, weekdays } from "./rule.ts";

/**
 * Days as whole numbers since 1970-01-01 in the proleptic Gregorian calendar, without time or zone: quick enough to walk
 * through a century of them for a rule that hardly ever fires.
 */

export interface CalendarDay {
  year: number;
  month: number;
  /** Of the month, from 1. */
  day: number;
}

const dayMs = 86_400_000;

export function dayNumber(year: number, month: number, day: number): number {
  return Math.floor(Date.UTC(year, month - 1, day) / dayMs);
}

/** By Howard Hinnant's `civil_from_days`. */
export function calendarDay(number: number): CalendarDay {
  const shifted = number + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

export function daysInYear(year: number): number {
  return isLeap(year) ? 366 : 365;
}

export function daysInMonth(year: number, month: number): number {
  return month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** 0 is Monday. */
export function weekdayOf(number: number): number {
  return (((number + 3) % 7) + 7) % 7;
}

/** Where the week of a day begins, for weeks that begin on `weekStart` (0 is Monday). */
export function startOfWeek(number: number, weekStart: number): number {
  return number - ((weekdayOf(number) - weekStart + 7) % 7);
}

/** The first day of week 1: the first week with at least four days in the year. */
function firstWeek(year: number, weekStart: number): number {
  return startOfWeek(dayNumber(year, 1, 4), weekStart);
}

function isInWeek(number: number, year: number, weekStart: number, wanted: readonly number[]): boolean {
  const weekYear =
    number < firstWeek(year, weekStart) ? year - 1 : number >= firstWeek(year + 1, weekStart) ? year + 1 : year;
  const first = firstWeek(weekYear, weekStart);
  const week = Math.floor((number - first) / 7) + 1;
  const weeks = (firstWeek(weekYear + 1, weekStart) - first) / 7;
  return wanted.includes(week) || wanted.includes(week - weeks - 1);
}

/** Whether a rule's parts about days let this day through. Parts about times are not looked at. */
export function isDayOf(rule: Rule, number: number): boolean {
  const { year, month, day } = calendarDay(number);
  if (rule.byMonth.length > 0 && !rule.byMonth.includes(month)) return false;
  if (rule.byMonthDay.length > 0) {
    const fromEnd = day - daysInMonth(year, month) - 1;
    if (!rule.byMonthDay.includes(day) && !rule.byMonthDay.includes(fromEnd)) return false;
  }
  if (rule.byYearDay.length > 0) {
    const yearDay = number - dayNumber(year, 1, 1) + 1;
    if (!rule.byYearDay.includes(yearDay) && !rule.byYearDay.includes(yearDay - daysInYear(year) - 1)) return false;
  }
  if (rule.byWeekNo.length > 0 && !isInWeek(number, year, weekdays.indexOf(rule.weekStart), rule.byWeekNo))
    return false;
  return rule.byDay.length === 0 || isWeekdayOf(rule, number, { year, month, day });
}

function isWeekdayOf(rule: Rule, number: number, { year, month, day }: CalendarDay): boolean {
  const name = weekdays[weekdayOf(number)];
  // Counted within the month, in a yearly rule without months within the year.
  const isOfYear = rule.freq === "YEARLY" && rule.byMonth.length === 0;
  const place = isOfYear ? number - dayNumber(year, 1, 1) : day - 1;
  const size = isOfYear ? daysInYear(year) : daysInMonth(year, month);
  return rule.byDay.some(
    (each) =>
      each.day === name &&
      (each.nth === 0 ||
        each.nth === Math.floor(place / 7) + 1 ||
        each.nth === -(Math.floor((size - 1 - place) / 7) + 1)),
  );
}
