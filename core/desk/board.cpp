#include "core/desk/board.h"

#include <algorithm>
#include <queue>
#include <tuple>
#include <utility>

#include "core/contacts/call_json.h"
#include "core/dialers/dialer_row.h"

namespace premura {
namespace {

namespace json = boost::json;

std::string data_of(json::object data) { return json::serialize(data); }

json::object withdrawal(const DeskCall& call, std::string_view reason) {
    return {{"task", call.task},
            {"version", call.version},
            {"tenant", call.tenant},
            {"reason", reason},
            {"at", format_utc(call.decided_at)}};
}

bool contains(const std::vector<std::string>& list, const std::string& text) {
    return std::ranges::find(list, text) != list.end();
}

// The holder renewed the lease and nothing else happened to the claim.
bool is_renewal(const std::optional<Claim>& before, const std::optional<Claim>& after) {
    return before && after && before->by == after->by && before->since == after->since &&
           before->expires_at != after->expires_at;
}

std::string told_missed() { return "{}"; }

}  // namespace

bool Board::Sooner::operator()(const DeskCall* left, const DeskCall* right) const {
    return std::tie(left->urgency, left->due_at, left->task) < std::tie(right->urgency, right->due_at, right->task);
}

Board::Board(std::shared_ptr<const RuleSet> rules)
    : rules_{std::move(rules)}, hours_{std::make_unique<CallableHours>(rules_)} {}

void Board::use(std::shared_ptr<const RuleSet> rules, Instant now, std::vector<DeskChange>& changes) {
    rules_ = std::move(rules);
    hours_ = std::make_unique<CallableHours>(rules_);
    now_ = std::max(now_, now);
    for (auto& [key, group] : groups_) {
        const bool was_open = group.hours.open;
        group.hours = hours_->at(group.tenant, group.zones, now_);
        if (!was_open) group.open_since = now_;
        if (group.hours.open != was_open) tell_hours(group, changes);
    }
}

Board::Group& Board::group_of(const DeskCall& call) {
    std::string key = call.tenant;
    for (const std::string& zone : call.zones) key += "|" + zone;
    const auto [found, is_new] = groups_.try_emplace(std::move(key));
    if (is_new) {
        found->second.tenant = call.tenant;
        found->second.zones = call.zones;
        found->second.hours = hours_->at(call.tenant, call.zones, now_);
        found->second.open_since = now_;
    }
    return found->second;
}

std::string Board::apply(const Record& record, Instant now, std::vector<DeskChange>& changes) {
    advance(now, changes);
    std::optional<DeskCall> after;
    if (record.tombstone) {
        // The customer is forgotten, and so is what the call was about.
        const DeskCall* known = find(record.key);
        if (known == nullptr) return {};
        after.emplace();
        after->task = known->task;
        after->tenant = known->tenant;
        after->version = known->version + 1;
        after->state = DeskCall::State::over;
        after->decided_at = now_;
        after->reason = "erased";
    } else {
        std::string error;
        after = desk_call_of(record.value, *rules_, error);
        if (!after) return error;
    }
    const DeskCall* known = find(after->task);
    // A record that was written twice.
    if (known != nullptr && known->version > after->version) return {};
    std::unique_ptr<DeskCall> before;
    bool was_listed = false;
    if (const auto found = calls_.find(after->task); found != calls_.end()) {
        was_listed = is_listed(*found->second);
        take_out(*found->second);
        before = std::move(found->second);
        calls_.erase(found);
    }
    const std::string task = after->task;
    // A claim and news of it do not make it any newer.
    if (before && before->state == DeskCall::State::open) after->free_since = before->free_since;
    if (before && after->rule.empty()) after->rule = before->rule;
    put(std::move(*after), now_);
    if (const DeskCall* put_in = find(task)) tell(before.get(), was_listed, *put_in, changes);
    return {};
}

void Board::put(DeskCall call, Instant now) {
    auto owned = std::make_unique<DeskCall>(std::move(call));
    const DeskCall* const at = owned.get();
    if (at->state == DeskCall::State::over) {
        if (at->decided_at + over_kept < now) return;
        over_order_.emplace_back(at->decided_at, at->task);
        over_.insert_or_assign(at->task, std::move(owned));
        forget_over(now);
        return;
    }
    over_.erase(at->task);
    Group& group = group_of(*at);
    if (at->state == DeskCall::State::open) {
        group.open.insert(at);
        if (at->claim) group.claimed.insert(at);
        if (at->call_back) agreed_[at->call_back->agreed_with.user].insert(at);
    } else if (at->retry_at) {
        waiting_[at->tenant].emplace(*at->retry_at, at);
    }
    if (at->claim) held_[at->claim->by.user].insert(at);
    calls_.insert_or_assign(at->task, std::move(owned));
}

void Board::take_out(const DeskCall& call) {
    Group& group = group_of(call);
    group.open.erase(&call);
    group.claimed.erase(&call);
    if (call.call_back) {
        const auto agreed = agreed_.find(call.call_back->agreed_with.user);
        if (agreed != agreed_.end() && agreed->second.erase(&call) > 0 && agreed->second.empty()) agreed_.erase(agreed);
    }
    if (call.retry_at) waiting_[call.tenant].erase({*call.retry_at, &call});
    if (call.claim) {
        const auto held = held_.find(call.claim->by.user);
        if (held != held_.end() && held->second.erase(&call) > 0 && held->second.empty()) held_.erase(held);
    }
}

// Entries of calls that came to life again, or ended twice, go with their turn.
void Board::forget_over(Instant now) {
    while (!over_order_.empty() &&
           (over_order_.front().first + over_kept < now || over_order_.size() > over_max)) {
        const auto found = over_.find(over_order_.front().second);
        if (found != over_.end() && found->second->decided_at == over_order_.front().first) over_.erase(found);
        over_order_.pop_front();
    }
}

void Board::tell(const DeskCall* before, bool was_listed, const DeskCall& after,
                 std::vector<DeskChange>& changes) const {
    const bool listed = is_listed(after);
    if (listed) {
        if (!was_listed) {
            changes.push_back({"call.opened", after.tenant, row_of(after)});
            return;
        }
        if (is_renewal(before->claim, after.claim)) return;
        if (after.claim && before->claim != after.claim) {
            changes.push_back({"call.claimed", after.tenant,
                               data_of({{"task", after.task},
                                        {"version", after.version},
                                        {"tenant", after.tenant},
                                        {"claim", to_json(*after.claim)}})});
            return;
        }
        changes.push_back({"call.changed", after.tenant, row_of(after)});
        return;
    }
    // Whoever has it open hears that it is over, also when it was on no list at this hour.
    const bool ended = after.state == DeskCall::State::over && before != nullptr;
    if (!was_listed && !ended) return;
    json::object data = withdrawal(after, after.state == DeskCall::State::over   ? std::string_view{after.reason}
                                          : after.state == DeskCall::State::open ? std::string_view{"quiet_hours"}
                                                                                 : std::string_view{"done"});
    if (!after.event.empty()) data["event"] = after.event;
    if (!after.merged_into.empty()) data["merged_into"] = after.merged_into;
    const std::string& outcome = after.state == DeskCall::State::over ? after.outcome : after.last_outcome;
    if (data["reason"].as_string() == "done") {
        if (!outcome.empty()) data["outcome"] = outcome;
        std::optional<Person> by = after.by;
        if (!by && before->claim) by = before->claim->by;
        if (by) data["by"] = to_json(*by);
    }
    changes.push_back({"call.withdrawn", after.tenant, data_of(std::move(data))});
}

void Board::tell_hours(const Group& group, std::vector<DeskChange>& changes) const {
    if (group.open.size() - group.claimed.size() > told_one_by_one_max) {
        changes.push_back({"missed", group.tenant, told_missed()});
        return;
    }
    for (const DeskCall* call : group.open) {
        if (call->claim) continue;
        if (group.hours.open) {
            changes.push_back({"call.opened", call->tenant, row_of(*call)});
        } else {
            json::object data = withdrawal(*call, "quiet_hours");
            data["at"] = format_utc(now_);
            changes.push_back({"call.withdrawn", call->tenant, data_of(std::move(data))});
        }
    }
}

void Board::advance(Instant now, std::vector<DeskChange>& changes) {
    if (now <= now_) return;
    now_ = now;
    for (auto& [key, group] : groups_) {
        if (group.hours.until > now) continue;
        const bool was_open = group.hours.open;
        group.hours = hours_->at(group.tenant, group.zones, now);
        if (!was_open) group.open_since = now;
        if (group.hours.open != was_open) tell_hours(group, changes);
    }
    forget_over(now);
}

Instant Board::next_change() const {
    Instant next = instant_max;
    for (const auto& [key, group] : groups_) next = std::min(next, group.hours.until);
    return next;
}

const DeskCall* Board::find(std::string_view task) const {
    const std::string key{task};
    if (const auto found = calls_.find(key); found != calls_.end()) return found->second.get();
    const auto found = over_.find(key);
    return found == over_.end() ? nullptr : found->second.get();
}

const DeskCall* Board::held_by(std::string_view user) const {
    const auto found = held_.find(user);
    return found == held_.end() ? nullptr : *found->second.begin();
}

bool Board::is_listed(const DeskCall& call) const {
    if (call.state != DeskCall::State::open) return false;
    if (call.claim) return true;
    std::string key = call.tenant;
    for (const std::string& zone : call.zones) key += "|" + zone;
    const auto found = groups_.find(key);
    return found != groups_.end() && found->second.hours.open;
}

std::vector<const Board::Order*> Board::orders_of(const std::vector<std::string>& tenants) const {
    std::vector<const Order*> orders;
    for (const auto& [key, group] : groups_) {
        const Order& order = group.hours.open ? group.open : group.claimed;
        if (!order.empty() && contains(tenants, group.tenant)) orders.push_back(&order);
    }
    return orders;
}

void Board::visit(const std::vector<std::string>& tenants, const Visitor& visitor) const {
    using Way = std::pair<Order::const_iterator, Order::const_iterator>;
    const auto later = [](const Way& left, const Way& right) { return Sooner{}(*right.first, *left.first); };
    std::priority_queue<Way, std::vector<Way>, decltype(later)> ways{later};
    for (const Order* order : orders_of(tenants)) ways.emplace(order->begin(), order->end());
    while (!ways.empty()) {
        Way way = ways.top();
        ways.pop();
        if (!visitor(**way.first)) return;
        if (++way.first != way.second) ways.push(way);
    }
}

Board::List Board::list(const std::vector<std::string>& tenants, std::size_t limit) const {
    List list;
    for (const Order* order : orders_of(tenants)) list.total += order->size();
    list.calls = "[";
    std::size_t count = 0;
    if (limit > 0) {
        visit(tenants, [&](const DeskCall& call) {
            if (count++ > 0) list.calls += ',';
            list.calls += row_of(call);
            return count < limit;
        });
    }
    list.calls += ']';
    return list;
}

std::vector<Board::Callable> Board::callable(const std::vector<std::string>& tenants, Instant opens_by) const {
    std::vector<std::pair<const DeskCall*, CallWindow>> found;
    for (const auto& [key, group] : groups_) {
        if (!contains(tenants, group.tenant)) continue;
        const Instant begin = group.hours.open ? now_ : group.hours.until;
        if (begin == instant_max || begin > opens_by) continue;
        const CallableHours::Answer hours = group.hours.open ? group.hours : hours_->at(group.tenant, group.zones, begin);
        CallWindow window{begin, std::nullopt};
        if (hours.until != instant_max) window.not_after = hours.until;
        for (const DeskCall* call : group.open) {
            if (!call->claim && !call->call_back) found.emplace_back(call, window);
        }
    }
    std::ranges::sort(found, [](const auto& left, const auto& right) { return Sooner{}(left.first, right.first); });
    std::vector<Callable> calls;
    calls.reserve(found.size());
    for (const auto& [call, window] : found) calls.push_back({call->task, *window.not_before, window.not_after});
    return calls;
}

bool Board::falls_to_another(const DeskCall& call, std::string_view user) const {
    return call.call_back && call.call_back->agreed_with.user != user &&
           now_ < call.call_back->at + call_back_reserved;
}

const DeskCall* Board::next_for(const DeskViewer& viewer, const std::set<std::string>& without) const {
    const auto is_free = [&](const DeskCall& call) {
        return !call.claim && !without.contains(call.task) &&
               (viewer.languages.empty() || contains(viewer.languages, call.language));
    };
    if (const auto agreed = agreed_.find(viewer.user); agreed != agreed_.end()) {
        const DeskCall* first = nullptr;
        for (const DeskCall* call : agreed->second) {
            if (!is_free(*call) || !is_listed(*call) || !contains(viewer.tenants, call->tenant)) continue;
            if (call->call_back->at > now_ || now_ >= call->call_back->at + call_back_reserved) continue;
            if (first == nullptr || call->call_back->at < first->call_back->at) first = call;
        }
        if (first != nullptr) return first;
    }
    const DeskCall* best = nullptr;
    visit(viewer.tenants, [&](const DeskCall& call) {
        if (!is_free(call) || falls_to_another(call, viewer.user)) return true;
        best = &call;
        return false;
    });
    return best;
}

std::optional<Instant> Board::next_at(const DeskViewer& viewer) const {
    Instant next = instant_max;
    for (const std::string& tenant : viewer.tenants) {
        const auto waiting = waiting_.find(tenant);
        if (waiting != waiting_.end() && !waiting->second.empty()) {
            next = std::min(next, std::max(waiting->second.begin()->first, now_));
        }
    }
    for (const auto& [key, group] : groups_) {
        if (group.hours.open || group.open.size() == group.claimed.size()) continue;
        if (contains(viewer.tenants, group.tenant)) next = std::min(next, group.hours.until);
    }
    if (next == instant_max) return std::nullopt;
    return next;
}

std::string Board::row_of(const DeskCall& call) const {
    const Tenant* tenant = rules_->tenant(call.tenant);
    const json::string brand{tenant == nullptr ? call.tenant : tenant->brand};
    json::value not_after = nullptr;
    std::string key = call.tenant;
    for (const std::string& zone : call.zones) key += "|" + zone;
    const auto group = groups_.find(key);
    if (group != groups_.end() && group->second.hours.open && group->second.hours.until != instant_max) {
        not_after = json::string{format_utc(group->second.hours.until)};
    }
    return "{" + call.row + ",\"brand\":" + json::serialize(brand) + ",\"not_after\":" + json::serialize(not_after) + "}";
}

json::object Board::story_of(const DeskCall& call, const Person& viewer) const {
    return call_story(call, row_of(call), *rules_, viewer, now_);
}

Board::CallsByRule Board::calls_by_rule(const std::function<Instant(const std::string&)>& since) const {
    CallsByRule counts;
    std::map<std::string, Instant> starts;
    for (const auto& [task, call] : calls_) {
        auto start = starts.find(call->tenant);
        if (start == starts.end()) start = starts.emplace(call->tenant, since(call->tenant)).first;
        RuleCalls& count = counts[{call->tenant, call->rule}];
        if (call->state == DeskCall::State::open) ++count.open;
        if (call->raised_at >= start->second) ++count.raised;
    }
    for (const auto& [task, call] : over_) {
        if (call->rule.empty() || call->reason == "one_call_for_all_open_cases") continue;
        auto start = starts.find(call->tenant);
        if (start == starts.end()) start = starts.emplace(call->tenant, since(call->tenant)).first;
        if (call->raised_at >= start->second) ++counts[{call->tenant, call->rule}].raised;
    }
    return counts;
}

std::map<std::string, Board::Figures> Board::figures() const {
    std::map<std::string, Figures> all;
    for (const auto& [id, tenant] : rules_->tenants) all[id];
    for (const auto& [key, group] : groups_) {
        Figures& figures = all[group.tenant];
        figures.claimed += group.claimed.size();
        figures.listed += group.hours.open ? group.open.size() : group.claimed.size();
        if (!group.hours.open) continue;
        for (const DeskCall* call : group.open) {
            if (call->claim) continue;
            const Instant since = std::max(call->free_since, group.open_since);
            figures.oldest_unclaimed = std::max(figures.oldest_unclaimed, now_ - since);
        }
    }
    return all;
}

}  // namespace premura
