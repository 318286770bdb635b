import { feedDue, inngest } from "#lib/events.ts";
import { pollFeed } from "#lib/feeds/poll.ts";

/** Fetches a feed that is due. One that drips for ten seconds holds up nobody else's. */
export const pollOneFeed = inngest.createFunction(
  {
    id: "poll-feed",
    name: "Look for new items in a feed",
    triggers: [feedDue],
    retries: 2,
    concurrency: [
      { limit: 1, key: "event.data.feedId" },
      { limit: 3, key: "event.data.workspaceId" },
    ],
  },
  ({ event, step }) => step.run("poll", () => pollFeed(event.data.workspaceId, event.data.feedId)),
);
