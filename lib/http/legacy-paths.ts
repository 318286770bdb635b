/**
 * The paths of the source systems and where ours are. Rewrites change neither method nor body: what is sent must have
 * our shape. A trailing slash is accepted everywhere.
 */
export const legacyPaths: readonly { source: string; destination: string }[] = [
  { source: "/api/subscribe", destination: "/api/sdk/v1/subscriptions" },

  { source: "/api/sites/:siteId/notifications/create", destination: "/api/v1/sites/:siteId/notifications" },
  { source: "/api/sites/:siteId/notifications/list", destination: "/api/v1/sites/:siteId/notifications" },
  { source: "/api/sites/:path*", destination: "/api/v1/sites/:path*" },
  { source: "/api/notifications/:path*", destination: "/api/v1/notifications/:path*" },
  { source: "/api/schedules/:path*", destination: "/api/v1/campaigns/:path*" },
  { source: "/api/welcome-campaigns/:path*", destination: "/api/v1/campaigns/:path*" },
  { source: "/campaigns/:path*", destination: "/api/v1/campaigns/:path*" },

  { source: "/api/messages/:path*", destination: "/api/v1/templates/:path*" },

  { source: "/api/subjects/create", destination: "/api/v1/subscribers" },
  { source: "/api/subjects/list", destination: "/api/v1/subscribers" },
  { source: "/api/subjects/:id/update", destination: "/api/v1/subscribers/:id" },
  { source: "/api/subjects/:id/delete", destination: "/api/v1/subscribers/:id" },
  { source: "/api/subjects/:path*", destination: "/api/v1/subscribers/:path*" },
  { source: "/api/recipients/:path*", destination: "/api/v1/subscribers/:path*" },
  { source: "/api/subscribers/:path*", destination: "/api/v1/subscribers/:path*" },
];
