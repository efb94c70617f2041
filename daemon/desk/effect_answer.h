#pragma once

#include <string>
#include <vector>

#include "core/effect/effect_figures.h"
#include "core/rules/rule_set.h"
#include "daemon/http/http_message.h"

namespace premura {

// Days that one answer may be about.
constexpr int effect_days_max = 400;
constexpr int effect_days = 28;

// GET /v1/ops/effect, as docs/openapi.yaml has it: figures over all days, by rule, and by day without gaps. `from` and `to` are
// read from the request; left out, the last 28 days of the first tenant's calendar. `rules` may be null.
HttpResponse effect_answer(const EffectBook& book, const HttpRequest& request, std::vector<std::string> tenants,
                           const RuleSet* rules, Instant now);

}  // namespace premura
