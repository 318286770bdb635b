import account from "./en/account.json" with { type: "json" };
import approvals from "./en/approvals.json" with { type: "json" };
import auth from "./en/auth.json" with { type: "json" };
import automations from "./en/automations.json" with { type: "json" };
import calendar from "./en/calendar.json" with { type: "json" };
import campaigns from "./en/campaigns.json" with { type: "json" };
import charts from "./en/charts.json" with { type: "json" };
import content from "./en/content.json" with { type: "json" };
import deliverability from "./en/deliverability.json" with { type: "json" };
import developers from "./en/developers.json" with { type: "json" };
import errors from "./en/errors.json" with { type: "json" };
import experiment from "./en/experiment.json" with { type: "json" };
import feeds from "./en/feeds.json" with { type: "json" };
import frame from "./en/frame.json" with { type: "json" };
import groups from "./en/groups.json" with { type: "json" };
import home from "./en/home.json" with { type: "json" };
import imports from "./en/imports.json" with { type: "json" };
import keys from "./en/keys.json" with { type: "json" };
import landing from "./en/landing.json" with { type: "json" };
import preferences from "./en/preferences.json" with { type: "json" };
import preview from "./en/preview.json" with { type: "json" };
import privacy from "./en/privacy.json" with { type: "json" };
import segments from "./en/segments.json" with { type: "json" };
import sending from "./en/sending.json" with { type: "json" };
import settings from "./en/settings.json" with { type: "json" };
import sites from "./en/sites.json" with { type: "json" };
import subscribers from "./en/subscribers.json" with { type: "json" };
import system from "./en/system.json" with { type: "json" };
import team from "./en/team.json" with { type: "json" };
import templates from "./en/templates.json" with { type: "json" };
import thisBrowser from "./en/this-browser.json" with { type: "json" };
import ui from "./en/ui.json" with { type: "json" };

/** English. One file for each area of the product; a new area adds its file and its line here. */
export const messages = {
  team,
  deliverability,
  developers,
  account,
  approvals,
  auth,
  automations,
  calendar,
  campaigns,
  charts,
  content,
  errors,
  experiment,
  feeds,
  frame,
  groups,
  home,
  imports,
  keys,
  landing,
  preview,
  sending,
  segments,
  preferences,
  privacy,
  settings,
  sites,
  subscribers,
  system,
  templates,
  thisBrowser,
  ui,
};
