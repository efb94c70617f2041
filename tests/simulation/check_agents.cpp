#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <map>
#include <set>

#include "tests/simulation/policy_checks.h"

namespace premura {
namespace {

namespace json = boost::json;

std::string text(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value == nullptr || !value->is_string() ? std::string{} : std::string{value->get_string()};
}

class AgentsCheck {
 public:
    AgentsCheck(const PolicyEvidence& evidence, std::vector<Violation>& violations)
        : evidence_{evidence}, result_{evidence.result}, violations_{violations} {}

    void run() {
        check_answers();
        check_claims();
    }

 private:
    void complain(std::string property, const std::string& customer, const std::string& what) {
        violations_.push_back({std::move(property), customer, what});
    }

    void check_answers() {
        std::map<std::string, std::vector<const Record*>> answers;
        for (const auto& answer : result_.answers) answers[answer.content.key].push_back(&answer.content);
        for (const Said& said : result_.said) {
            const auto& given = answers[said.action.id];
            if (static_cast<int>(given.size()) != said.copies) {
                complain("12 one answer to each action", said.action.customer,
                         fmt::format("{} was said {} times and answered {} times", said.action.id, said.copies, given.size()));
            }
            // A renewal that comes again renews again.
            if (!said.of_ops && said.action.kind == AgentAction::Kind::renew) continue;
            for (const Record* each : given) {
                if (each->value == given.front()->value) continue;
                complain("12 one answer to each action", said.action.customer,
                         fmt::format("{}: {} and {}", said.action.id, given.front()->value, each->value));
                break;
            }
        }
    }

    // Whose a call is, by what agents were answered, in the order in which it was decided.
    void check_claims() {
        struct Held {
            std::string by, task;
            Instant until;
        };
        std::map<std::string, Held> held;  // by customer
        std::map<std::string, const Said*> said;
        for (const Said& each : result_.said) said[each.action.id] = &each;
        std::set<std::string> seen;
        for (const auto& record : result_.answers) {
            const json::value parsed = json::parse(record.content.value);
            const json::object& body = parsed.as_object();
            const auto asked = said.find(record.content.key);
            const bool is_repeat = text(body, "kind") != "renew" && !seen.insert(record.content.key).second;
            if (asked == said.end() || asked->second->of_ops || is_repeat || text(body, "result") != "done") continue;
            const AgentAction& action = asked->second->action;
            const Instant at = parse_rfc3339(text(body, "decided_at")).value();
            const auto found = held.find(action.customer);
            const bool is_held = found != held.end() && at < found->second.until;
            const auto other = [&](const std::string& text) {
                complain("12 one agent a call", action.customer,
                         fmt::format("{} of {} at {} on {}: {}", action.id, action.by.user, format_utc(at), action.task, text));
            };
            using Kind = AgentAction::Kind;
            if (action.kind == Kind::claim || action.kind == Kind::renew) {
                if (is_held && found->second.by != action.by.user) other("is held by " + found->second.by);
                if (action.kind == Kind::renew && found == held.end()) other("renewed without a claim");
                const Instant until = parse_rfc3339(text(body.at("claim").as_object(), "expires_at")).value();
                held[action.customer] = {action.by.user, action.task, until};
                continue;
            }
            const bool own = is_held && found->second.by == action.by.user && found->second.task == action.task;
            if (!own && !(action.kind == Kind::release && action.lead)) other("done without a claim");
            if (action.kind == Kind::outcome || action.kind == Kind::release) held.erase(action.customer);
        }
    }

    const PolicyEvidence& evidence_;
    const RunResult& result_;
    std::vector<Violation>& violations_;
};

}  // namespace

void check_agents(const PolicyEvidence& evidence, std::vector<Violation>& violations) {
    AgentsCheck{evidence, violations}.run();
}

}  // namespace premura
