#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <map>
#include <set>

#include "core/incidents/house_messages.h"
#include "tests/simulation/policy_checks.h"

namespace premura {
namespace {

// The house lets go no more calls of a rule than it may in any stretch of time, and no more of what an edit of a rule made
// late; but those that ops let go. Nobody goes on the list without its permit.
class PacesCheck {
 public:
    PacesCheck(const PolicyEvidence& evidence, std::vector<Violation>& violations)
        : evidence_{evidence}, result_{evidence.result}, violations_{violations} {}

    void run() {
        note_asked();
        note_permits();
        for (auto& [rate, times] : let_go_) check_rate(rate, times);
        check_raised();
    }

 private:
    void complain(const std::string& customer, const std::string& what) {
        violations_.push_back({"14 paces", customer, what});
    }

    // What each contact waits for, as it was asked.
    void note_asked() {
        for (const auto& report : result_.reports) {
            const std::string& said = report.content.value;
            boost::system::error_code error;
            const boost::json::value body = boost::json::parse(said, error);
            if (error || body.at("kind").as_string() != "ask") continue;
            std::vector<std::string> rates;
            for (const auto& rate : body.at("rates").as_array()) rates.emplace_back(rate.as_string());
            asked_[std::string{body.at("contact").as_string()}].emplace_back(report.step, std::move(rates));
        }
    }

    void note_permits() {
        std::set<Instant> released;
        for (const auto& answer : result_.answers) {
            const bool lets_go = answer.content.value.find("\"kind\":\"release\"") != std::string::npos;
            if (lets_go && answer.content.key.starts_with("ops-")) released.insert(answer.content.timestamp);
        }
        for (const auto& word : result_.words) {
            const auto said = house_word_of(word.content);
            if (!said || said->kind != HouseWord::Kind::go || !said->by.empty()) continue;
            ++permits_[said->contact];
            const std::vector<std::string>* rates = nullptr;
            for (const auto& [step, each] : asked_[said->contact]) {
                if (step <= word.step) rates = &each;
            }
            if (rates == nullptr) {
                complain(said->customer, "a permit for " + said->contact + " that did not ask");
                continue;
            }
            if (released.contains(word.content.timestamp)) continue;
            for (const std::string& rate : *rates) let_go_[rate].push_back(word.content.timestamp);
        }
    }

    void check_rate(const std::string& rate, std::vector<Instant>& times) {
        std::optional<ContactRate> pace;
        if (rate.starts_with("edit/")) pace = evidence_.tenant().catch_up;
        const Rule* rule = evidence_.rules.set->rule(rate.substr(rate.find('/') + 1));
        if (rate.starts_with("rule/") && rule != nullptr) pace = rule->calls_at_most;
        if (!pace) return complain({}, "a permit for " + rate + ", which has no pace");
        std::sort(times.begin(), times.end());
        const auto most = static_cast<std::size_t>(pace->at_most);
        for (std::size_t i = most; i < times.size(); ++i) {
            if (times[i] - times[i - most] >= pace->per) continue;
            complain({}, fmt::format("{} lets {} go within its stretch until {}", rate, most + 1, format_utc(times[i])));
        }
    }

    // A call all of whose cases are of rules with a pace or of an edit; a message all of whose cases are of an edit. By what
    // findings had said when it was raised, and a moment before, when it may have been decided.
    bool is_governed(const Outreach& contact) const {
        return std::all_of(contact.about.begin(), contact.about.end(), [&](const Outreach::About& about) {
            const Rule* rule = evidence_.rules.set->rule(about.rule);
            return (contact.is_call && rule != nullptr && rule->calls_at_most) || about.by_edit;
        });
    }

    void check_raised() {
        std::map<std::string, int> raised;
        std::map<std::string, const Outreach*> last;
        for (const Outreach& contact : evidence_.outreaches) {
            if (contact.state == "merged") continue;
            const Outreach* before = std::exchange(last[contact.id], &contact);
            const bool anew = !contact.is_call || (contact.state == "open" && (before == nullptr || !before->on_list()));
            if (!anew || !is_governed(contact) || ++raised[contact.id] <= permits_[contact.id]) continue;
            complain(contact.customer, fmt::format("{} {} at {} without a permit", contact.is_call ? "call" : "message",
                                                   contact.id, format_utc(contact.at)));
        }
    }

    const PolicyEvidence& evidence_;
    const RunResult& result_;
    std::vector<Violation>& violations_;
    std::map<std::string, std::vector<std::pair<std::size_t, std::vector<std::string>>>> asked_;  // by contact: step and rates
    std::map<std::string, int> permits_;                                                          // by contact
    std::map<std::string, std::vector<Instant>> let_go_;                                          // by rate
};

}  // namespace

void check_paces(const PolicyEvidence& evidence, std::vector<Violation>& violations) {
    PacesCheck{evidence, violations}.run();
}

}  // namespace premura
