#include "core/backtest/case_book.h"

#include <algorithm>

namespace premura {
namespace {

std::string order_key(std::string_view tenant, std::string_view order) {
    return std::string{tenant} + "/o/" + std::string{order};
}
std::string customer_key(std::string_view tenant, std::string_view customer) {
    return std::string{tenant} + "/c/" + std::string{customer};
}

}  // namespace

// A warning planned before the start is due at the start: so a warning ten years ahead names every
// clock and its deadline when it starts.
Rule truth_rule(const Rule& rule) {
    Rule truth = rule;
    truth.id += CaseBook::truth_suffix;
    truth.mode = Rule::Mode::trial;
    Step watch;
    watch.verb = Step::Verb::escalate;
    watch.delay = {Duration::Unit::elapsed, std::chrono::days{3650}, 0};
    truth.early_warning = {watch};
    watch.delay = {};
    truth.if_late = {watch};
    return truth;
}

BacktestCase& CaseBook::take(const Finding& finding) {
    const auto [found, fresh] = index_.try_emplace(finding.case_id, cases_.size());
    if (fresh) {
        BacktestCase& added = cases_.emplace_back();
        added.rule = finding.rule;
        added.tenant = finding.tenant;
        by_rule_[finding.rule].push_back(found->second);
    }
    BacktestCase& known = cases_[found->second];
    switch (finding.kind) {
        case Finding::Kind::step:
        case Finding::Kind::news:
            return known;
        case Finding::Kind::warning:
            if (!known.warned) known.warned = finding.decided_at;
            break;
        case Finding::Kind::late:
            if (!known.late) known.late = finding.decided_at;
            break;
        case Finding::Kind::closed:
            // A case that goes on with its order is the same case.
            if (finding.reason == "linked") return known;
            known.closed = finding.decided_at;
            known.reason = finding.reason;
            return known;
    }
    known.order = finding.order;
    known.customer = finding.customer;
    known.started = finding.started_at;
    known.deadline = finding.deadline;
    return known;
}

BacktestCase* CaseBook::find(const std::string& case_id) {
    const auto found = index_.find(case_id);
    return found == index_.end() ? nullptr : &cases_[found->second];
}

void CaseBook::inbound(std::string_view tenant, std::string_view order, std::string_view customer,
                       Instant at) {
    if (!order.empty()) {
        inbound_[order_key(tenant, order)].push_back(at);
    } else if (!customer.empty()) {
        inbound_[customer_key(tenant, customer)].push_back(at);
    }
}

// The first time, after the clock started, that the customer asked about the order, or about
// nothing in particular.
std::optional<Instant> CaseBook::first_inbound(const BacktestCase& each) const {
    std::optional<Instant> first;
    for (const std::string& key :
         {order_key(each.tenant, each.order), customer_key(each.tenant, each.customer)}) {
        const auto found = inbound_.find(key);
        if (found == inbound_.end()) continue;
        for (const Instant at : found->second) {
            if (at >= each.started && (!first || at < *first)) first = at;
        }
    }
    return first;
}

CaseBook::Class CaseBook::class_of(const BacktestCase& each) {
    const std::string& reason = each.reason;
    if (reason == "done_late") return Class::right;
    if (reason == "met_in_time" || reason == "false_alarm_late_data" || reason == "cancelled") {
        return Class::wrong;
    }
    if (reason == "no_longer_applies" || reason == "rule_removed" || reason == "erased") return Class::apart;
    // Open at the end, or begun anew: what is past its deadline was late.
    if (each.late) return Class::right;
    return each.closed ? Class::apart : Class::undecided;
}

void CaseBook::judge(BacktestRule& rule, bool warns, bool against_other, const Period& period) {
    for (auto& [order, truth] : truths_) truth.caught = false;
    if (against_other) {
        judge_by_truth(rule, warns, period);
    } else {
        judge_by_itself(rule, warns, period);
    }
    for (const std::size_t index : by_rule_[rule.id]) {
        const BacktestCase& each = cases_[index];
        if (!each.spoken || !period.contains(*each.spoken)) continue;
        rule.word_to_deadline.add(each.deadline - *each.spoken);
    }
    rule.word_to_deadline.sort();
    rule.before_deadline.sort();
    rule.before_inbound.sort();
}

void CaseBook::judge_by_itself(BacktestRule& rule, bool warns, const Period& period) {
    BacktestVerdict& verdict = rule.verdict;
    verdict.recall_means_something = warns;
    for (const std::size_t index : by_rule_[rule.id]) {
        const BacktestCase& each = cases_[index];
        const Class what = class_of(each);
        const Instant went_late = each.late ? *each.late : each.closed.value_or(instant_max);
        if (what == Class::right && period.contains(went_late)) {
            ++verdict.truths;
            if (!warns || each.warned) ++verdict.caught;
        }
        const std::optional<Instant> alarmed = warns ? each.warned : each.late;
        if (!alarmed || !period.contains(*alarmed)) continue;
        ++verdict.alarms;
        measure_inbound(rule, each, *alarmed);
        switch (what) {
            case Class::right:
                ++verdict.right;
                rule.before_deadline.add(each.deadline - *alarmed);
                break;
            case Class::wrong:
                ++verdict.wrong;
                break;
            case Class::undecided:
                ++verdict.undecided;
                break;
            case Class::apart:
                ++verdict.apart;
                break;
        }
    }
}

void CaseBook::learn_truth() {
    for (const auto& [rule, indices] : by_rule_) {
        if (!rule.ends_with(truth_suffix)) continue;
        for (const std::size_t index : indices) {
            const BacktestCase& each = cases_[index];
            Truth& truth = truths_[order_key(each.tenant, each.order)];
            const Class what = class_of(each);
            if (what == Class::apart) continue;
            const bool first_to_break = what == Class::right && !truth.broken;
            if (first_to_break ||
                (truth.broken == (what == Class::right) && each.deadline < truth.deadline)) {
                truth.deadline = each.deadline;
            }
            truth.broken = truth.broken || what == Class::right;
            truth.running = truth.running || what == Class::undecided;
        }
    }
}

// By orders: the first alarm of the rule about an order, and whether the order's promise was
// broken.
void CaseBook::judge_by_truth(BacktestRule& rule, bool warns, const Period& period) {
    BacktestVerdict& verdict = rule.verdict;
    verdict.recall_means_something = true;
    std::map<std::string, const BacktestCase*> first;
    const auto alarm_of = [warns](const BacktestCase& each) {
        return warns ? each.warned : each.late;
    };
    for (const std::size_t index : by_rule_[rule.id]) {
        const BacktestCase& each = cases_[index];
        if (!alarm_of(each)) continue;
        const BacktestCase*& known = first[order_key(each.tenant, each.order)];
        if (known == nullptr || *alarm_of(each) < *alarm_of(*known)) known = &each;
    }
    for (const auto& [order, each] : first) {
        const Instant alarmed = *alarm_of(*each);
        const auto truth = truths_.find(order);
        const bool known = truth != truths_.end();
        const bool broken = known && truth->second.broken;
        const bool in_time = known && alarmed < truth->second.deadline;
        if (broken && in_time) truth->second.caught = true;
        if (!period.contains(alarmed)) continue;
        ++verdict.alarms;
        measure_inbound(rule, *each, alarmed);
        if (!known || truth->second.deadline == instant_max) {
            ++verdict.apart;
        } else if (broken && !in_time) {
            ++verdict.after;
        } else if (broken) {
            ++verdict.right;
            rule.before_deadline.add(truth->second.deadline - alarmed);
        } else {
            ++(truth->second.running ? verdict.undecided : verdict.wrong);
        }
    }
    for (const auto& [order, truth] : truths_) {
        if (!truth.broken || !period.contains(truth.deadline)) continue;
        ++verdict.truths;
        if (truth.caught) ++verdict.caught;
    }
}

void CaseBook::measure_inbound(BacktestRule& rule, const BacktestCase& each,
                               Instant alarmed) const {
    const auto inbound = first_inbound(each);
    if (!inbound) return;
    ++rule.inbound;
    rule.before_inbound.add(*inbound - alarmed);
    if (each.spoken && *each.spoken < *inbound) ++rule.we_spoke_first;
}

std::int64_t CaseBook::open_cases(std::string_view rule) const {
    const auto found = by_rule_.find(rule);
    if (found == by_rule_.end()) return 0;
    return std::count_if(found->second.begin(), found->second.end(),
                         [this](std::size_t index) { return !cases_[index].closed; });
}

}  // namespace premura
