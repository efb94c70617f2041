#pragma once

#include <boost/json.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/contacts/callable_hours.h"
#include "core/desk/desk_call.h"
#include "core/desk/desk_change.h"
#include "core/stage.h"

namespace premura {

// Who looks: an agent, with what one request may see.
struct DeskViewer {
    std::string user;
    std::vector<std::string> tenants;
    std::vector<std::string> languages;  // only customers who speak one of these; empty: any
};

// The call list, built of the records of the topic `call-tasks`: which calls may be made now, in which order, and who has
// which. Every daemon has one of its own, and all answer alike. Decides nothing: claims and outcomes are decided by the
// stage that owns the customer, and come back as records. Pure; one thread; `now` never goes back.
//
// Calls lie in groups of one tenant and the same time zones, each in its order (see urgency_of), and a group is shown as a
// whole while its customers may be called. So a change costs O(log n), and the first so many of a list cost as much as
// their number, whatever n is.
class Board {
 public:
    // Calls that are over are known for so long, and so many of them, to say why there is no need to call.
    static constexpr Milliseconds over_kept = std::chrono::hours{24};
    static constexpr std::size_t over_max = 50'000;
    // When hours open or close for more calls than that, they are not told one by one.
    static constexpr std::size_t told_one_by_one_max = 200;
    // A call back falls first to the agent it was agreed with, for so long.
    static constexpr Milliseconds call_back_reserved = std::chrono::minutes{15};

    explicit Board(std::shared_ptr<const RuleSet> rules);

    // Goes over to another rule set: hours may be others.
    void use(std::shared_ptr<const RuleSet> rules, Instant now, std::vector<DeskChange>& changes);
    // One record of `call-tasks`. Nothing, or what is wrong with it, without its content.
    std::string apply(const Record& record, Instant now, std::vector<DeskChange>& changes);
    // Time passes: calls become callable, and are no more. Before every question.
    void advance(Instant now, std::vector<DeskChange>& changes);
    // When `advance` has something to do next.
    Instant next_change() const;

    // A call that is open or waiting, or one that is over and still known. Null: neither.
    const DeskCall* find(std::string_view task) const;
    // The call that the user has claimed; null: none.
    const DeskCall* held_by(std::string_view user) const;
    bool is_listed(const DeskCall& call) const;

    struct List {
        std::string calls;      // a JSON array of CallRow, best first
        std::size_t total = 0;  // beyond the limit, too
    };
    List list(const std::vector<std::string>& tenants, std::size_t limit) const;
    // Visits what is listed, best first, until the visitor returns false.
    using Visitor = std::function<bool(const DeskCall&)>;
    void visit(const std::vector<std::string>& tenants, const Visitor& visitor) const;

    // For who takes the list out: open calls that nobody has or agreed to make, and that may be made now or from a moment
    // until `opens_by`; best first.
    struct Callable {
        std::string task;
        Instant not_before;
        std::optional<Instant> not_after;  // nothing: at any hour from then on
    };
    std::vector<Callable> callable(const std::vector<std::string>& tenants, Instant opens_by) const;

    // The best call for the viewer that nobody has: calls back that are agreed with them first. `without`: lost already.
    const DeskCall* next_for(const DeskViewer& viewer, const std::set<std::string>& without) const;
    // When one falls due that is known already; nothing: none is.
    std::optional<Instant> next_at(const DeskViewer& viewer) const;

    // A CallRow.
    std::string row_of(const DeskCall& call) const;
    // A Call with its whole story; the customer by name only when the viewer has claimed it.
    boost::json::object story_of(const DeskCall& call, const Person& viewer) const;

    // Open calls by tenant and rule, and those raised at or after a moment that depends on the tenant.
    struct RuleCalls {
        std::size_t open = 0;
        std::size_t raised = 0;
    };
    using CallsByRule = std::map<std::pair<std::string, std::string>, RuleCalls>;  // tenant, rule
    CallsByRule calls_by_rule(const std::function<Instant(const std::string& tenant)>& since) const;

    // For who watches: the list of one tenant in numbers.
    struct Figures {
        std::size_t listed = 0;   // claimed ones too
        std::size_t claimed = 0;
        // How long the oldest of the others has waited since somebody could have made it: since it was raised or fell due
        // again, and its hours have begun; 0 without any. A daemon that has just started counts hours from its start.
        Milliseconds oldest_unclaimed{0};
    };
    std::map<std::string, Figures> figures() const;  // by tenant; every tenant of the rules is there

    const RuleSet& rules() const { return *rules_; }
    std::size_t size() const { return calls_.size(); }

 private:
    struct Sooner {
        bool operator()(const DeskCall* left, const DeskCall* right) const;
    };
    using Order = std::set<const DeskCall*, Sooner>;
    struct Group {
        std::string tenant;
        std::vector<std::string> zones;
        CallableHours::Answer hours;
        Instant open_since = instant_min;  // while the hours are open: when they began, or when we first looked
        Order open;     // all that are open
        Order claimed;  // those of them that somebody has: listed at any hour
    };

    Group& group_of(const DeskCall& call);
    void put(DeskCall call, Instant now);
    void take_out(const DeskCall& call);
    void forget_over(Instant now);
    void tell(const DeskCall* before, bool was_listed, const DeskCall& after, std::vector<DeskChange>& changes) const;
    void tell_hours(const Group& group, std::vector<DeskChange>& changes) const;
    std::vector<const Order*> orders_of(const std::vector<std::string>& tenants) const;
    bool falls_to_another(const DeskCall& call, std::string_view user) const;

    std::shared_ptr<const RuleSet> rules_;
    std::unique_ptr<CallableHours> hours_;
    Instant now_ = instant_min;
    std::unordered_map<std::string, std::unique_ptr<DeskCall>> calls_;  // open and waiting, by task
    std::unordered_map<std::string, std::unique_ptr<DeskCall>> over_;
    std::deque<std::pair<Instant, std::string>> over_order_;            // when each was over, oldest first
    std::map<std::string, Group> groups_;                               // by tenant and zones
    std::map<std::string, std::set<const DeskCall*>, std::less<>> held_;       // by user
    std::map<std::string, std::set<std::pair<Instant, const DeskCall*>>> waiting_;  // by tenant: when again
    std::map<std::string, std::set<const DeskCall*>, std::less<>> agreed_;     // open calls back, by agent
};

// A Call of docs/openapi.yaml for a viewer: `row` is its CallRow; the story is read from the record.
boost::json::object call_story(const DeskCall& call, const std::string& row, const RuleSet& rules, const Person& viewer,
                               Instant now);

}  // namespace premura
