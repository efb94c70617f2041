// What follows from an outcome, in one sentence.
import { forCustomer } from "../base/format.js";
import { t } from "../words/words.js";

const next_steps = ["closed", "retry", "call_back", "next_number", "message", "escalated", "given_up"];

// `zone`: the brand's. A call back is told by the customer's clock.
export function resultText({ next, next_at }, call, zone) {
  const text = t(`next_step.${next_steps.includes(next) ? next : "closed"}`);
  return next_at === null ? text : t("next_step.at", { text, at: forCustomer(next_at, call.time_zone, zone) });
}
