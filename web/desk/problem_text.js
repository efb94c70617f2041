// A refusal of the daemon in the page's language: who and why.
import { clock, money } from "../base/format.js";
import { known, t } from "../words/words.js";

const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

// Why there is no need to call: the event that solved it, when one did.
export function withdrawalText({ event, reason }) {
  return event ? known("event", event) : known("reason", reason);
}

export function problemText({ type, body = {}, message = "" }) {
  switch (type) {
    case "claimed_by_other":
      return t("problem.claimed_by_other", { name: body.claimed_by?.name ?? t("problem.somebody") });
    case "you_hold_another":
      return t("problem.you_hold_another");
    case "claim_lost":
      return body.claimed_by ? t("problem.claim_lost_to", { name: body.claimed_by.name }) : t("problem.claim_lost");
    case "withdrawn":
      return t("call.withdrawn_now", { reason: withdrawalText(body) });
    case "over_discretion":
      return t("problem.over_discretion", { amount: body.amount_max ? money(body.amount_max) : "" });
    case "not_offered":
      return t("problem.not_offered");
    case "time_not_callable":
      return body.earliest ? t("problem.time_not_callable_until", { at: clock(body.earliest, zone()) })
        : t("problem.time_not_callable");
    case "already_closed":
      return t("problem.already_closed");
    case "wrong_role":
      return t("problem.wrong_role");
    case "not_found":
      return t("problem.not_found");
    case "offline":
    case "unavailable":
      return t("problem.offline");
    case "not_signed_in":
      return t("session.ended");
    default:
      return message || t("problem.unknown");
  }
}
