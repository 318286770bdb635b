/** `YYYY-MM-DD` of the next last Sunday of March or October: when Berlin's clocks go forward, or back. */
export function nextChangeInBerlin(change: "forward" | "back"): string {
  const month = change === "forward" ? 2 : 9;
  const lastSunday = (year: number) => {
    const end = new Date(Date.UTC(year, month + 1, 0));
    end.setUTCDate(end.getUTCDate() - end.getUTCDay());
    return end;
  };
  const thisYear = lastSunday(new Date().getUTCFullYear());
  const next = thisYear.getTime() > Date.now() ? thisYear : lastSunday(new Date().getUTCFullYear() + 1);
  return next.toISOString().slice(0, 10);
}
