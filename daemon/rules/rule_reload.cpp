#include "daemon/rules/rule_reload.h"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>

#include "daemon/rules/difference_question.h"

namespace premura {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 5> result_names{"loaded", "unchanged", "refused", "guarded", "failed"};

}  // namespace

std::string_view name_of(ReloadOutcome::Result result) { return result_names[static_cast<std::size_t>(result)]; }

std::string ReloadOutcome::sentence() const {
    const std::size_t late = report.difference.late_at_once();
    switch (result) {
        case Result::loaded:
            return fmt::format("{} rules are in use now; {} cases became late at once", rules, late);
        case Result::unchanged: return fmt::format("nothing has changed; {} rules stay in use", rules);
        case Result::refused:
            return fmt::format("the new rules have {} error{}; the old ones stay in use", diagnostics.error_count(),
                               diagnostics.error_count() == 1 ? "" : "s");
        case Result::guarded:
            return fmt::format(
                "{} cases would be late at once, more than {}; the old rules stay in use until premura reload --yes",
                late, new_late_max);
        case Result::failed:
            return "the workers are too busy to say what the new rules would do; the old ones stay in use";
    }
    return {};
}

std::string format_json(const ReloadOutcome& outcome) {
    json::array diagnostics;
    for (const Diagnostic& each : outcome.diagnostics.all()) {
        diagnostics.push_back(json::object{{"severity", each.severity == Severity::error ? "error" : "warning"},
                                           {"code", each.code},
                                           {"file", each.file},
                                           {"line", each.line},
                                           {"column", each.column},
                                           {"message", each.message},
                                           {"hint", each.hint},
                                           {"text", format_text(each, false)}});
    }
    json::object body{{"result", name_of(outcome.result)},
                      {"sentence", outcome.sentence()},
                      {"digest", outcome.digest},
                      {"rules", outcome.rules},
                      {"new_late_max", outcome.new_late_max},
                      {"diagnostics", std::move(diagnostics)}};
    std::string text = json::serialize(body);
    text.pop_back();
    return text + ",\"difference\":" + difference_json(outcome.report) + "}\n";
}

RuleReload::RuleReload(ReloadOptions options, RuleStore& store, const Workers& workers, OrdersOptions orders,
                       boost::asio::io_context& context, std::function<Instant()> now)
    : options_{options}, store_{store}, workers_{workers}, orders_{orders}, context_{context}, now_{std::move(now)} {}

void RuleReload::ask(ReloadRequest request, std::function<void(const ReloadOutcome&)> answer) {
    if (waiting_.size() >= waiting_max) {
        ReloadOutcome outcome;
        outcome.result = ReloadOutcome::Result::failed;
        outcome.asked_by = request.asked_by;
        return answer(outcome);
    }
    waiting_.push_back({std::move(request), std::move(answer)});
    if (waiting_.size() == 1) begin();
}

void RuleReload::begin() {
    ReloadOutcome outcome;
    outcome.asked_by = waiting_.front().request.asked_by;
    outcome.new_late_max = waiting_.front().request.new_late_max.value_or(options_.new_late_max);
    const auto before = store_.current();
    const auto after = store_.read(outcome.diagnostics);
    if (!after) {
        outcome.result = ReloadOutcome::Result::refused;
        return finish(std::move(outcome));
    }
    if (before && before->digest == after->digest) {
        outcome.result = ReloadOutcome::Result::unchanged;
        return finish(std::move(outcome));
    }
    if (!before) return decide(after, std::move(outcome), Difference{});
    outcome.report.edits = rule_edits(*before, *after);
    premura::ask_difference(workers_, context_, orders_, before, after, now_(),
                            [this, after, outcome = std::move(outcome)](std::optional<Difference> difference) mutable {
                                decide(after, std::move(outcome), std::move(difference));
                            });
}

void RuleReload::decide(std::shared_ptr<const RuleSet> after, ReloadOutcome outcome,
                        std::optional<Difference> difference) {
    const bool yes = waiting_.front().request.yes;
    if (difference) outcome.report.difference = std::move(*difference);
    if (!difference && !yes) {
        outcome.result = ReloadOutcome::Result::failed;
    } else if (!yes && outcome.report.difference.late_at_once() > outcome.new_late_max) {
        outcome.result = ReloadOutcome::Result::guarded;
    } else {
        outcome.result = ReloadOutcome::Result::loaded;
        store_.use(after);
        for (const auto& worker : workers_) worker->use(after);
    }
    finish(std::move(outcome));
}

void RuleReload::finish(ReloadOutcome outcome) {
    if (const auto current = store_.current()) {
        outcome.digest = current->digest;
        outcome.rules = current->rules.size();
    }
    const Waiting done = std::move(waiting_.front());
    waiting_.pop_front();
    done.answer(outcome);
    if (!waiting_.empty()) begin();
}

void RuleReload::ask_difference(std::shared_ptr<const RuleSet> after,
                                std::function<void(std::optional<DifferenceReport>)> answer) {
    const auto before = store_.current();
    if (!before) return answer(std::nullopt);
    std::vector<RuleEdit> edits = rule_edits(*before, *after);
    premura::ask_difference(
        workers_, context_, orders_, before, after, now_(),
        [edits = std::move(edits), answer = std::move(answer)](std::optional<Difference> difference) mutable {
            if (!difference) return answer(std::nullopt);
            answer(DifferenceReport{std::move(edits), std::move(*difference)});
        });
}

}  // namespace premura
