import * as health from "#app/api/health/route.ts";
import * as metrics from "#app/api/metrics/route.ts";
import * as ready from "#app/api/ready/route.ts";
import * as sdkV1Events from "#app/api/sdk/v1/events/route.ts";
import * as sdkV1SitesSiteIdCheckin from "#app/api/sdk/v1/sites/[siteId]/checkin/route.ts";
import * as sdkV1SitesSiteIdConfig from "#app/api/sdk/v1/sites/[siteId]/config/route.ts";
import * as sdkV1SubscriptionsIdentify from "#app/api/sdk/v1/subscriptions/identify/route.ts";
import * as sdkV1SubscriptionsPreferences from "#app/api/sdk/v1/subscriptions/preferences/route.ts";
import * as sdkV1Subscriptions from "#app/api/sdk/v1/subscriptions/route.ts";
import * as sdkV1SubscriptionsTags from "#app/api/sdk/v1/subscriptions/tags/route.ts";
import * as sdkV1SubscriptionsUnsubscribe from "#app/api/sdk/v1/subscriptions/unsubscribe/route.ts";
import * as v1AnalyticsDashboard from "#app/api/v1/analytics/dashboard/route.ts";
import * as v1Approvals from "#app/api/v1/approvals/route.ts";
import * as v1AuthLogout from "#app/api/v1/auth/logout/route.ts";
import * as v1AuthOauthApple from "#app/api/v1/auth/oauth/apple/route.ts";
import * as v1AuthOauthGoogle from "#app/api/v1/auth/oauth/google/route.ts";
import * as v1AuthPasswordResetConfirm from "#app/api/v1/auth/password-reset/confirm/route.ts";
import * as v1AuthPasswordReset from "#app/api/v1/auth/password-reset/route.ts";
import * as v1AuthRefresh from "#app/api/v1/auth/refresh/route.ts";
import * as v1AuthRegister from "#app/api/v1/auth/register/route.ts";
import * as v1AuthToken from "#app/api/v1/auth/token/route.ts";
import * as v1CampaignsCampaignIdApproval from "#app/api/v1/campaigns/[campaignId]/approval/route.ts";
import * as v1CampaignsCampaignIdApprove from "#app/api/v1/campaigns/[campaignId]/approve/route.ts";
import * as v1CampaignsCampaignIdArchive from "#app/api/v1/campaigns/[campaignId]/archive/route.ts";
import * as v1CampaignsCampaignIdCancel from "#app/api/v1/campaigns/[campaignId]/cancel/route.ts";
import * as v1CampaignsCampaignIdDuplicate from "#app/api/v1/campaigns/[campaignId]/duplicate/route.ts";
import * as v1CampaignsCampaignIdEnrollments from "#app/api/v1/campaigns/[campaignId]/enrollments/route.ts";
import * as v1CampaignsCampaignIdExperiment from "#app/api/v1/campaigns/[campaignId]/experiment/route.ts";
import * as v1CampaignsCampaignIdExplanationsSubscriberId from "#app/api/v1/campaigns/[campaignId]/explanations/[subscriberId]/route.ts";
import * as v1CampaignsCampaignIdFiringsFiringId from "#app/api/v1/campaigns/[campaignId]/firings/[firingId]/route.ts";
import * as v1CampaignsCampaignIdFirings from "#app/api/v1/campaigns/[campaignId]/firings/route.ts";
import * as v1CampaignsCampaignIdLedger from "#app/api/v1/campaigns/[campaignId]/ledger/route.ts";
import * as v1CampaignsCampaignIdMessages from "#app/api/v1/campaigns/[campaignId]/messages/route.ts";
import * as v1CampaignsCampaignIdPause from "#app/api/v1/campaigns/[campaignId]/pause/route.ts";
import * as v1CampaignsCampaignIdPerformance from "#app/api/v1/campaigns/[campaignId]/performance/route.ts";
import * as v1CampaignsCampaignIdReconciliation from "#app/api/v1/campaigns/[campaignId]/reconciliation/route.ts";
import * as v1CampaignsCampaignIdReject from "#app/api/v1/campaigns/[campaignId]/reject/route.ts";
import * as v1CampaignsCampaignIdResume from "#app/api/v1/campaigns/[campaignId]/resume/route.ts";
import * as v1CampaignsCampaignIdRetry from "#app/api/v1/campaigns/[campaignId]/retry/route.ts";
import * as v1CampaignsCampaignId from "#app/api/v1/campaigns/[campaignId]/route.ts";
import * as v1CampaignsCampaignIdRuns from "#app/api/v1/campaigns/[campaignId]/runs/route.ts";
import * as v1CampaignsCampaignIdSchedule from "#app/api/v1/campaigns/[campaignId]/schedule/route.ts";
import * as v1CampaignsCampaignIdSend from "#app/api/v1/campaigns/[campaignId]/send/route.ts";
import * as v1CampaignsCampaignIdSkipNext from "#app/api/v1/campaigns/[campaignId]/skip-next/route.ts";
import * as v1CampaignsCampaignIdStatus from "#app/api/v1/campaigns/[campaignId]/status/route.ts";
import * as v1CampaignsCampaignIdSubmit from "#app/api/v1/campaigns/[campaignId]/submit/route.ts";
import * as v1CampaignsCampaignIdTest from "#app/api/v1/campaigns/[campaignId]/test/route.ts";
import * as v1CampaignsCampaignIdTestFire from "#app/api/v1/campaigns/[campaignId]/test-fire/route.ts";
import * as v1CampaignsCampaignIdUnschedule from "#app/api/v1/campaigns/[campaignId]/unschedule/route.ts";
import * as v1CampaignsCampaignIdWinner from "#app/api/v1/campaigns/[campaignId]/winner/route.ts";
import * as v1CampaignsCalendar from "#app/api/v1/campaigns/calendar/route.ts";
import * as v1CampaignsExport from "#app/api/v1/campaigns/export/route.ts";
import * as v1CampaignsPreflight from "#app/api/v1/campaigns/preflight/route.ts";
import * as v1Campaigns from "#app/api/v1/campaigns/route.ts";
import * as v1EventsNames from "#app/api/v1/events/names/route.ts";
import * as v1Events from "#app/api/v1/events/route.ts";
import * as v1GroupsGroupIdCustodians from "#app/api/v1/groups/[groupId]/custodians/route.ts";
import * as v1GroupsGroupIdExport from "#app/api/v1/groups/[groupId]/export/route.ts";
import * as v1GroupsGroupIdMembersNamed from "#app/api/v1/groups/[groupId]/members/named/route.ts";
import * as v1GroupsGroupIdMembers from "#app/api/v1/groups/[groupId]/members/route.ts";
import * as v1GroupsGroupId from "#app/api/v1/groups/[groupId]/route.ts";
import * as v1Groups from "#app/api/v1/groups/route.ts";
import * as v1InvitationsAccept from "#app/api/v1/invitations/accept/route.ts";
import * as v1MePassword from "#app/api/v1/me/password/route.ts";
import * as v1Me from "#app/api/v1/me/route.ts";
import * as v1MeSignIns from "#app/api/v1/me/sign-ins/route.ts";
import * as v1MessagesMessageId from "#app/api/v1/messages/[messageId]/route.ts";
import * as v1NotificationsCampaignIdCancel from "#app/api/v1/notifications/[campaignId]/cancel/route.ts";
import * as v1NotificationsCampaignIdPerformance from "#app/api/v1/notifications/[campaignId]/performance/route.ts";
import * as v1NotificationsCampaignIdRetry from "#app/api/v1/notifications/[campaignId]/retry/route.ts";
import * as v1NotificationsCampaignId from "#app/api/v1/notifications/[campaignId]/route.ts";
import * as v1NotificationsCampaignIdSend from "#app/api/v1/notifications/[campaignId]/send/route.ts";
import * as v1NotificationsCampaignIdStatus from "#app/api/v1/notifications/[campaignId]/status/route.ts";
import * as v1Privacy from "#app/api/v1/privacy/route.ts";
import * as v1RssFeedsFeedIdCheck from "#app/api/v1/rss-feeds/[feedId]/check/route.ts";
import * as v1RssFeedsFeedIdItems from "#app/api/v1/rss-feeds/[feedId]/items/route.ts";
import * as v1RssFeedsFeedId from "#app/api/v1/rss-feeds/[feedId]/route.ts";
import * as v1RssFeedsPreview from "#app/api/v1/rss-feeds/preview/route.ts";
import * as v1RssFeeds from "#app/api/v1/rss-feeds/route.ts";
import * as v1SchedulesPreview from "#app/api/v1/schedules/preview/route.ts";
import * as v1SchedulesWallTime from "#app/api/v1/schedules/wall-time/route.ts";
import * as v1SegmentsSegmentIdEstimate from "#app/api/v1/segments/[segmentId]/estimate/route.ts";
import * as v1SegmentsSegmentIdExport from "#app/api/v1/segments/[segmentId]/export/route.ts";
import * as v1SegmentsSegmentIdHistory from "#app/api/v1/segments/[segmentId]/history/route.ts";
import * as v1SegmentsSegmentId from "#app/api/v1/segments/[segmentId]/route.ts";
import * as v1SegmentsEstimate from "#app/api/v1/segments/estimate/route.ts";
import * as v1Segments from "#app/api/v1/segments/route.ts";
import * as v1SegmentsSuggestions from "#app/api/v1/segments/suggestions/route.ts";
import * as v1SitesSiteIdAnalyticsDashboard from "#app/api/v1/sites/[siteId]/analytics/dashboard/route.ts";
import * as v1SitesSiteIdExport from "#app/api/v1/sites/[siteId]/export/route.ts";
import * as v1SitesSiteIdHealth from "#app/api/v1/sites/[siteId]/health/route.ts";
import * as v1SitesSiteIdIdentityKey from "#app/api/v1/sites/[siteId]/identity-key/route.ts";
import * as v1SitesSiteIdInstallCode from "#app/api/v1/sites/[siteId]/install-code/route.ts";
import * as v1SitesSiteIdKeysKeyIdExport from "#app/api/v1/sites/[siteId]/keys/[keyId]/export/route.ts";
import * as v1SitesSiteIdKeysKeyId from "#app/api/v1/sites/[siteId]/keys/[keyId]/route.ts";
import * as v1SitesSiteIdKeysImport from "#app/api/v1/sites/[siteId]/keys/import/route.ts";
import * as v1SitesSiteIdKeysRotate from "#app/api/v1/sites/[siteId]/keys/rotate/route.ts";
import * as v1SitesSiteIdKeys from "#app/api/v1/sites/[siteId]/keys/route.ts";
import * as v1SitesSiteIdNotifications from "#app/api/v1/sites/[siteId]/notifications/route.ts";
import * as v1SitesSiteIdResume from "#app/api/v1/sites/[siteId]/resume/route.ts";
import * as v1SitesSiteId from "#app/api/v1/sites/[siteId]/route.ts";
import * as v1SitesSiteIdRssFeeds from "#app/api/v1/sites/[siteId]/rss-feeds/route.ts";
import * as v1SitesSiteIdSegments from "#app/api/v1/sites/[siteId]/segments/route.ts";
import * as v1SitesSiteIdSubscribersSubscriberId from "#app/api/v1/sites/[siteId]/subscribers/[subscriberId]/route.ts";
import * as v1SitesSiteIdSubscribers from "#app/api/v1/sites/[siteId]/subscribers/route.ts";
import * as v1SitesSiteIdTest from "#app/api/v1/sites/[siteId]/test/route.ts";
import * as v1SitesSiteIdTestDevices from "#app/api/v1/sites/[siteId]/test-devices/route.ts";
import * as v1SitesSiteIdWelcomeCampaigns from "#app/api/v1/sites/[siteId]/welcome-campaigns/route.ts";
import * as v1SitesGuess from "#app/api/v1/sites/guess/route.ts";
import * as v1Sites from "#app/api/v1/sites/route.ts";
import * as v1SubscribersSubscriberIdExport from "#app/api/v1/subscribers/[subscriberId]/export/route.ts";
import * as v1SubscribersSubscriberIdMerge from "#app/api/v1/subscribers/[subscriberId]/merge/route.ts";
import * as v1SubscribersSubscriberIdMessages from "#app/api/v1/subscribers/[subscriberId]/messages/route.ts";
import * as v1SubscribersSubscriberIdPreferenceLink from "#app/api/v1/subscribers/[subscriberId]/preference-link/route.ts";
import * as v1SubscribersSubscriberIdRestore from "#app/api/v1/subscribers/[subscriberId]/restore/route.ts";
import * as v1SubscribersSubscriberId from "#app/api/v1/subscribers/[subscriberId]/route.ts";
import * as v1SubscribersSubscriberIdTimeline from "#app/api/v1/subscribers/[subscriberId]/timeline/route.ts";
import * as v1SubscribersDevicesExport from "#app/api/v1/subscribers/devices/export/route.ts";
import * as v1SubscribersExport from "#app/api/v1/subscribers/export/route.ts";
import * as v1SubscribersImportImportIdCancel from "#app/api/v1/subscribers/import/[importId]/cancel/route.ts";
import * as v1SubscribersImportImportIdErrors from "#app/api/v1/subscribers/import/[importId]/errors/route.ts";
import * as v1SubscribersImportImportIdFile from "#app/api/v1/subscribers/import/[importId]/file/route.ts";
import * as v1SubscribersImportImportIdPreview from "#app/api/v1/subscribers/import/[importId]/preview/route.ts";
import * as v1SubscribersImportImportId from "#app/api/v1/subscribers/import/[importId]/route.ts";
import * as v1SubscribersImportImportIdStart from "#app/api/v1/subscribers/import/[importId]/start/route.ts";
import * as v1SubscribersImport from "#app/api/v1/subscribers/import/route.ts";
import * as v1Subscribers from "#app/api/v1/subscribers/route.ts";
import * as v1SubscribersTags from "#app/api/v1/subscribers/tags/route.ts";
import * as v1SystemAudit from "#app/api/v1/system/audit/route.ts";
import * as v1SystemEventsEventIdRetry from "#app/api/v1/system/events/[eventId]/retry/route.ts";
import * as v1SystemFaults from "#app/api/v1/system/faults/route.ts";
import * as v1System from "#app/api/v1/system/route.ts";
import * as v1SystemRunsRunIdCancel from "#app/api/v1/system/runs/[runId]/cancel/route.ts";
import * as v1SystemRunsRunIdRetry from "#app/api/v1/system/runs/[runId]/retry/route.ts";
import * as v1SystemRuns from "#app/api/v1/system/runs/route.ts";
import * as v1TemplatesTemplateId from "#app/api/v1/templates/[templateId]/route.ts";
import * as v1Templates from "#app/api/v1/templates/route.ts";
import * as v1ViewsViewId from "#app/api/v1/views/[viewId]/route.ts";
import * as v1ViewsColumns from "#app/api/v1/views/columns/route.ts";
import * as v1Views from "#app/api/v1/views/route.ts";
import * as v1WorkspacesWorkspaceIdApiKeysApiKeyId from "#app/api/v1/workspaces/[workspaceId]/api-keys/[apiKeyId]/route.ts";
import * as v1WorkspacesWorkspaceIdApiKeys from "#app/api/v1/workspaces/[workspaceId]/api-keys/route.ts";
import * as v1WorkspacesWorkspaceIdAuditLog from "#app/api/v1/workspaces/[workspaceId]/audit-log/route.ts";
import * as v1WorkspacesWorkspaceIdInvitationsInvitationId from "#app/api/v1/workspaces/[workspaceId]/invitations/[invitationId]/route.ts";
import * as v1WorkspacesWorkspaceIdInvitations from "#app/api/v1/workspaces/[workspaceId]/invitations/route.ts";
import * as v1WorkspacesWorkspaceIdLeave from "#app/api/v1/workspaces/[workspaceId]/leave/route.ts";
import * as v1WorkspacesWorkspaceIdMembersMemberId from "#app/api/v1/workspaces/[workspaceId]/members/[memberId]/route.ts";
import * as v1WorkspacesWorkspaceIdMembers from "#app/api/v1/workspaces/[workspaceId]/members/route.ts";
import * as v1WorkspacesWorkspaceId from "#app/api/v1/workspaces/[workspaceId]/route.ts";
import * as v1Workspaces from "#app/api/v1/workspaces/route.ts";
import * as cToken from "#app/c/[token]/route.ts";
import type { RouteModule } from "#lib/http/openapi.ts";

/** Every route file; a test fails until a new one is here. */
export const routeModules: readonly RouteModule[] = [
  health,
  metrics,
  ready,
  sdkV1Events,
  sdkV1SitesSiteIdCheckin,
  sdkV1SitesSiteIdConfig,
  sdkV1Subscriptions,
  sdkV1SubscriptionsIdentify,
  sdkV1SubscriptionsPreferences,
  sdkV1SubscriptionsTags,
  sdkV1SubscriptionsUnsubscribe,
  v1AnalyticsDashboard,
  v1Approvals,
  v1AuthLogout,
  v1AuthOauthApple,
  v1AuthOauthGoogle,
  v1AuthPasswordReset,
  v1AuthPasswordResetConfirm,
  v1AuthRefresh,
  v1AuthRegister,
  v1AuthToken,
  v1Campaigns,
  v1CampaignsCampaignId,
  v1CampaignsCampaignIdArchive,
  v1CampaignsCampaignIdCancel,
  v1CampaignsCampaignIdDuplicate,
  v1CampaignsCampaignIdMessages,
  v1CampaignsCampaignIdPause,
  v1CampaignsCampaignIdPerformance,
  v1CampaignsCampaignIdResume,
  v1CampaignsCampaignIdRetry,
  v1CampaignsCampaignIdReconciliation,
  v1CampaignsCampaignIdLedger,
  v1CampaignsCampaignIdExplanationsSubscriberId,
  v1CampaignsCampaignIdRuns,
  v1CampaignsCampaignIdSchedule,
  v1CampaignsCampaignIdSend,
  v1CampaignsCampaignIdSkipNext,
  v1CampaignsCampaignIdStatus,
  v1CampaignsCampaignIdTest,
  v1CampaignsCampaignIdUnschedule,
  v1CampaignsCampaignIdApproval,
  v1CampaignsCampaignIdApprove,
  v1CampaignsCampaignIdExperiment,
  v1CampaignsCampaignIdReject,
  v1CampaignsCampaignIdSubmit,
  v1CampaignsCampaignIdWinner,
  v1CampaignsCalendar,
  v1CampaignsPreflight,
  v1InvitationsAccept,
  v1Me,
  v1MePassword,
  v1MeSignIns,
  v1MessagesMessageId,
  v1NotificationsCampaignId,
  v1NotificationsCampaignIdCancel,
  v1NotificationsCampaignIdPerformance,
  v1NotificationsCampaignIdRetry,
  v1NotificationsCampaignIdSend,
  v1NotificationsCampaignIdStatus,
  v1RssFeeds,
  v1RssFeedsPreview,
  v1RssFeedsFeedId,
  v1RssFeedsFeedIdCheck,
  v1RssFeedsFeedIdItems,
  v1SitesSiteIdRssFeeds,
  v1SchedulesPreview,
  v1SchedulesWallTime,
  v1Sites,
  v1SitesSiteId,
  v1SitesSiteIdAnalyticsDashboard,
  v1SitesSiteIdInstallCode,
  v1SitesSiteIdNotifications,
  v1SitesSiteIdKeys,
  v1SitesSiteIdKeysRotate,
  v1SitesSiteIdKeysKeyId,
  v1SitesSiteIdResume,
  v1SitesSiteIdSubscribers,
  v1SitesSiteIdSubscribersSubscriberId,
  v1SitesSiteIdTest,
  v1SitesSiteIdTestDevices,
  v1SitesGuess,
  v1Subscribers,
  v1SubscribersSubscriberId,
  v1SubscribersSubscriberIdMessages,
  v1SubscribersSubscriberIdRestore,
  v1System,
  v1SystemAudit,
  v1SystemEventsEventIdRetry,
  v1SystemFaults,
  v1SystemRuns,
  v1SystemRunsRunIdCancel,
  v1SystemRunsRunIdRetry,
  v1Templates,
  v1TemplatesTemplateId,
  v1Views,
  v1ViewsColumns,
  v1ViewsViewId,
  v1SitesSiteIdKeysImport,
  v1SitesSiteIdKeysKeyIdExport,
  v1SitesSiteIdExport,
  v1SitesSiteIdHealth,
  v1Workspaces,
  v1WorkspacesWorkspaceId,
  v1WorkspacesWorkspaceIdApiKeys,
  v1WorkspacesWorkspaceIdApiKeysApiKeyId,
  v1WorkspacesWorkspaceIdAuditLog,
  v1WorkspacesWorkspaceIdInvitations,
  v1WorkspacesWorkspaceIdInvitationsInvitationId,
  v1WorkspacesWorkspaceIdLeave,
  v1WorkspacesWorkspaceIdMembers,
  v1WorkspacesWorkspaceIdMembersMemberId,
  cToken,
  v1SubscribersImport,
  v1SubscribersImportImportId,
  v1SubscribersImportImportIdFile,
  v1SubscribersImportImportIdStart,
  v1SubscribersImportImportIdPreview,
  v1SubscribersImportImportIdCancel,
  v1SubscribersImportImportIdErrors,
  v1Segments,
  v1SegmentsSegmentId,
  v1SegmentsSegmentIdHistory,
  v1SegmentsSegmentIdEstimate,
  v1SegmentsEstimate,
  v1SegmentsSuggestions,
  v1SitesSiteIdSegments,
  v1Groups,
  v1GroupsGroupId,
  v1GroupsGroupIdCustodians,
  v1GroupsGroupIdMembers,
  v1GroupsGroupIdMembersNamed,
  v1Privacy,
  v1SubscribersSubscriberIdExport,
  v1SubscribersSubscriberIdPreferenceLink,
  v1SubscribersExport,
  v1SubscribersDevicesExport,
  v1CampaignsCampaignIdEnrollments,
  v1CampaignsCampaignIdFirings,
  v1CampaignsCampaignIdFiringsFiringId,
  v1CampaignsCampaignIdTestFire,
  v1EventsNames,
  v1Events,
  v1SitesSiteIdWelcomeCampaigns,
  v1GroupsGroupIdExport,
  v1SegmentsSegmentIdExport,
  v1CampaignsExport,
  v1SubscribersSubscriberIdTimeline,
  v1SubscribersSubscriberIdMerge,
  v1SubscribersTags,
  v1SitesSiteIdIdentityKey,
];
