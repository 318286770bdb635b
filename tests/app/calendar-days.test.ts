import { expect, test } from "vitest";
import { zoneOfCalendar } from "#app/dashboard/[workspace]/calendar/calendar-days.ts";

const site = (timezone: string) => ({ settings: { timezone } });

test("a calendar goes by the clocks of its sites where they agree, else by the reader's", () => {
  expect(zoneOfCalendar([site("Asia/Tokyo")], "Europe/Berlin")).toBe("Asia/Tokyo");
  expect(zoneOfCalendar([site("Asia/Tokyo"), site("Asia/Tokyo")], "Europe/Berlin")).toBe("Asia/Tokyo");
  expect(zoneOfCalendar([site("Asia/Tokyo"), site("America/New_York")], "Europe/Berlin")).toBe("Europe/Berlin");
  expect(zoneOfCalendar([], "Europe/Berlin")).toBe("Europe/Berlin");
});
