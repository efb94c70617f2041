#include "core/contacts/case_watch.h"

#include <algorithm>

#include "core/base/hash.h"
#include "core/contacts/customer.h"

namespace premura::case_watch {
namespace {

CaseWatch* find(Customer& customer, std::string_view id) {
    const auto found =
        std::find_if(customer.watches.begin(), customer.watches.end(), [id](const CaseWatch& each) { return each.id == id; });
    return found == customer.watches.end() ? nullptr : &*found;
}

// The case lost its ground: nothing can be said of it.
bool lost_ground(std::string_view reason) {
    return reason == "linked" || reason == "deadline_moved" || reason == "restarted" || reason == "rule_removed" ||
           reason == "no_longer_applies" || reason == "erased";
}

void end(Customer& customer, const Finding& finding, Instant now) {
    CaseWatch* known = find(customer, finding.case_id);
    if (known == nullptr) return;
    if (!known->late || lost_ground(finding.reason)) {
        std::erase_if(customer.watches, [&finding](const CaseWatch& each) { return each.id == finding.case_id; });
        return;
    }
    known->right = finding.reason != "false_alarm_late_data";
    known->tell_at = std::min(known->tell_at, now + follow_up);
}

// Whether a promise was kept is known of the promise itself. One that was withdrawn, or is forgotten, says nothing.
std::optional<bool> was_kept(const Customer& customer, std::string_view id) {
    for (const Customer::MadePromise& made : customer.promises) {
        if (made.promise.id != id) continue;
        if (made.promise.state == "withdrawn") return std::nullopt;
        return made.promise.state == "kept";
    }
    return std::nullopt;
}

}  // namespace

void take(Customer& customer, const Finding& finding, Instant now) {
    if (finding.kind == Finding::Kind::closed) return end(customer, finding, now);
    const bool begins = finding.kind == Finding::Kind::late || finding.kind == Finding::Kind::warning;
    if (!begins || finding.mode != Rule::Mode::live || finding.subject_type == SubjectType::promise) return;
    if (customer.was_closed(finding.case_id)) return;
    CaseWatch* known = find(customer, finding.case_id);
    if (known == nullptr) {
        CaseWatch begun;
        begun.id = finding.case_id;
        begun.rule = finding.rule;
        begun.order = finding.order;
        begun.started_at = finding.started_at;
        keep(customer.watches, std::move(begun), Customer::watches_max);
        known = &customer.watches.back();
    }
    known->late = known->late || finding.kind == Finding::Kind::late;
    known->late_at = finding.deadline;
    known->tell_at = std::max(finding.deadline, now) + open_max;
}

void promised(Customer& customer, std::string_view id, std::string_view order, Instant made_at, Instant due_at) {
    CaseWatch watch;
    watch.kind = CaseResult::Kind::promise;
    watch.id = id;
    watch.order = order;
    watch.late = true;
    watch.started_at = made_at;
    watch.late_at = due_at == instant_max ? made_at : due_at;
    watch.tell_at = due_at == instant_max ? made_at + promise_without_time : due_at + promise_follow_up;
    keep(customer.watches, std::move(watch), Customer::watches_max);
}

void spoke(Customer& customer, const std::vector<std::string>& cases, Instant at) {
    for (const std::string& id : cases) {
        CaseWatch* known = find(customer, id);
        if (known == nullptr) continue;
        known->spoke_at = std::min(known->spoke_at, at);
        if (id == cases.front()) ++known->outreaches;
    }
}

void left_alone(Customer& customer, const std::vector<std::string>& cases) {
    for (const std::string& id : cases) {
        if (CaseWatch* known = find(customer, id)) known->holdout = true;
    }
}

void contacted_us(Customer& customer, std::string_view order, Instant at) {
    for (CaseWatch& watch : customer.watches) {
        const bool about_it = order.empty() || watch.order.empty() || order == watch.order;
        if (about_it && at >= watch.started_at) watch.inbound_at = std::min(watch.inbound_at, at);
    }
}

Instant next_end(const Customer& customer) {
    Instant next = instant_max;
    for (const CaseWatch& watch : customer.watches) next = std::min(next, watch.tell_at);
    return next;
}

std::vector<CaseResult> take_results(Customer& customer, const Calendar& tenant_days, Instant now) {
    std::vector<CaseResult> results;
    for (const CaseWatch& watch : customer.watches) {
        if (watch.tell_at > now || !watch.late) continue;
        CaseResult result;
        result.kind = watch.kind;
        result.id = watch.id;
        result.tenant = customer.tenant;
        result.rule = watch.rule;
        result.order = derived_id({customer.tenant, watch.order});
        result.day = tenant_days.local_date(watch.kind == CaseResult::Kind::promise ? watch.started_at : watch.late_at);
        result.late_at = watch.late_at;
        result.right = watch.right;
        result.holdout = watch.holdout;
        result.outreaches = watch.outreaches;
        result.spoke_at = watch.spoke_at;
        result.inbound_at = watch.inbound_at;
        if (watch.kind == CaseResult::Kind::promise) {
            const std::optional<bool> kept = was_kept(customer, watch.id);
            if (!kept) continue;
            result.right = *kept;
        }
        results.push_back(std::move(result));
    }
    std::erase_if(customer.watches, [now](const CaseWatch& watch) { return watch.tell_at <= now; });
    return results;
}

}  // namespace premura::case_watch
