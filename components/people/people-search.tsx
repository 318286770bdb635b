"use client";

import type { ComponentProps } from "react";
import { LiveQueries } from "#components/live/live-queries.tsx";
import { FindPeople } from "./find-people.tsx";

/** `FindPeople` with what it asks the API by, for pages that fetch both once somebody searches. */
export function PeopleSearch(props: ComponentProps<typeof FindPeople>) {
  return (
    <LiveQueries>
      <FindPeople {...props} />
    </LiveQueries>
  );
}
