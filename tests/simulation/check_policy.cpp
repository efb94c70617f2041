#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <map>
#include <set>

#include "core/base/hash.h"
#include "core/incidents/house_messages.h"
#include "tests/simulation/policy_checks.h"

// What customers hear, whatever a policy, a house and agents do: read from the records that were committed alone, by means of
// its own. What is due, and whether it is right, is the other checks' concern.

namespace premura {
namespace {

namespace json = boost::json;
using std::chrono::days;

std::string text(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value == nullptr || !value->is_string() ? std::string{} : std::string{value->get_string()};
}

class OutreachCheck {
 public:
    OutreachCheck(const PolicyEvidence& evidence, std::vector<Violation>& violations)
        : evidence_{evidence},
          rules_{*evidence.rules.set},
          tenant_{evidence.tenant()},
          result_{evidence.result},
          violations_{violations} {
        note_stops();
        note_holds();
    }

    void run() {
        check_once();
        const std::vector<Outreach>& all = evidence_.outreaches;
        std::size_t closing = 0;
        for (std::size_t i = 0; i < all.size(); ++i) {
            take_findings(closing, all[i].step);
            take(all[i]);
            const bool step_is_over = i + 1 == all.size() || all[i + 1].step != all[i].step;
            if (step_is_over && evidence_.calm()) check_open_calls(all[i].step);
        }
        take_findings(closing, static_cast<std::size_t>(-1));
        check_open_calls(static_cast<std::size_t>(-1));
    }

 private:
    struct Call {
        const Outreach* last = nullptr;
        const Outreach* before = nullptr;
    };
    // What counts for limits.
    struct Past {
        Instant at;
        bool is_call = false;
        std::string contact;
        std::vector<std::string> cases;
    };
    // By an incident.
    struct Hold {
        IncidentCover cover;
        std::size_t from = 0;
        std::size_t until = 0;
        std::set<std::string> released;  // contacts
    };
    using CaseOf = std::pair<std::string, std::string>;  // customer and case

    void complain(std::string property, const std::string& customer, const std::string& what) {
        violations_.push_back({std::move(property), customer, what});
    }
    void complain(std::string property, const Outreach& contact, const std::string& what) {
        complain(std::move(property), contact.customer,
                 fmt::format("{} {} v{} at {}: {}", contact.is_call ? "call" : "message", contact.id, contact.version,
                             format_utc(contact.at), what));
    }

    // Messages, words to teams and requests: each once, whatever was repeated. Versions of calls are counted below.
    void check_once() {
        std::map<std::string, std::string> homes;  // what of one case is asked again when its order becomes known keeps its id
        for (const auto& record : result_.contacts) {
            const std::string id = header_in(record.content, "ce_id");
            const json::value body = json::parse(record.content.value);
            const std::string customer = text(body.as_object(), "customer");
            const auto [home, is_first] = homes.try_emplace(id, customer);
            const bool moved = home->second != customer && !id.empty() && home->second.starts_with("shipment/");
            if (!is_first && !moved) complain("8 never twice", customer, header_in(record.content, "ce_type") + " " + id);
            home->second = customer;
        }
    }

    // What incidents hold, and from when to when everybody has to know of it.
    void note_holds() {
        for (const auto& word : result_.words) {
            const auto said = house_word_of(word.content);
            if (!said || (said->kind != HouseWord::Kind::opened && said->kind != HouseWord::Kind::closed)) continue;
            const IncidentCover& cover = said->cover;
            const auto known = std::find_if(holds_.begin(), holds_.end(),
                                            [&](const Hold& each) { return each.cover.incident == cover.incident; });
            if (said->kind == HouseWord::Kind::closed) {
                if (known != holds_.end()) known->until = std::min(known->until, word.step);
            } else if (known == holds_.end()) {
                holds_.push_back({cover, word.step, static_cast<std::size_t>(-1), {}});
            }
        }
        for (const auto& word : result_.words) {
            const auto said = house_word_of(word.content);
            if (!said || said->kind != HouseWord::Kind::go) continue;
            for (Hold& each : holds_) {
                if (each.cover.incident == said->by) each.released.insert(said->contact);
            }
        }
    }

    static bool covers(const Cause& about, const Outreach::About& one) {
        return (about.rule.empty() || about.rule == one.rule) &&
               (about.warehouse.empty() || about.warehouse == one.warehouse) &&
               (about.courier.empty() || about.courier == one.courier);
    }

    void check_incidents(const Outreach& contact) {
        for (const Hold& hold : holds_) {
            const bool holds = contact.is_call ? hold.cover.holds_calls : hold.cover.holds_messages;
            if (!holds || contact.step <= hold.from || contact.step >= hold.until || hold.released.contains(contact.id)) continue;
            // The message of an incident is no call about a case.
            if (!contact.is_call && contact.message == "late-message") continue;
            const bool all = std::all_of(contact.about.begin(), contact.about.end(), [&](const Outreach::About& one) {
                return one.subject_type != "promise" && !one.rule.empty() && covers(hold.cover.about, one);
            });
            if (all) complain("15 what an incident holds", contact, "though " + hold.cover.incident + " holds it");
        }
    }

    // Who has just contacted us is being served.
    void check_in_touch(const Outreach& contact) {
        for (const auto& news : result_.news) {
            const Finding& told = news.content;
            if (told.customer != contact.customer || told.reason != "contact.inbound" || news.step >= contact.step) continue;
            const bool just = told.started_at <= contact.at && contact.at < told.started_at + tenant_.wait_after_inbound;
            if (just) complain("10 wishes", contact, "while they are in touch, since " + format_utc(told.started_at));
        }
    }

    // What findings had said when that step was over.
    void take_findings(std::size_t& next, std::size_t step) {
        for (; next < result_.findings.size() && result_.findings[next].step <= step; ++next) {
            const Finding& finding = result_.findings[next].content;
            const CaseOf name{finding.customer, finding.case_id};
            if (finding.kind == Finding::Kind::closed) closed_[name] = result_.findings[next].step;
            if (finding.kind == Finding::Kind::late || finding.kind == Finding::Kind::warning) closed_.erase(name);
        }
    }

    // Who told an agent not to be called any more.
    void note_stops() {
        for (const auto& answer : result_.answers) {
            const std::string& said = answer.content.value;
            const bool stops = said.find("\"result\":\"done\"") != std::string::npos &&
                               (said.find("\"kind\":\"do_not_contact\"") != std::string::npos ||
                                said.find("\"outcome\":\"refused_contact\"") != std::string::npos);
            if (!stops) continue;
            const json::value body = json::parse(said);
            stopped_.try_emplace(text(body.as_object(), "customer"), answer.step);
        }
    }

    void take(const Outreach& contact) {
        if (!contact.is_call) {
            check_raised(contact);
            past_[contact.customer].push_back({contact.at, false, contact.id, contact.cases});
            return;
        }
        if (contact.state == "merged") return;
        Call& call = calls_[contact.id];
        const Outreach* before = call.last;
        if (contact.version != (before == nullptr ? 1 : before->version + 1)) complain("1 versions without gaps", contact, "a gap");
        const bool is_raised = contact.state == "open" && (before == nullptr || before->state != "open");
        const bool is_claimed = !contact.claimed_by.empty() && contact.reason == "claimed";
        if (is_raised) {
            check_raised(contact);
            past_[contact.customer].push_back({contact.at, true, contact.id, contact.cases});
        } else if (is_claimed) {
            check_hours(contact);
        }
        if (contact.state == "withdrawn" && before != nullptr && before->claimed_by.empty()) {
            // Nobody made it: it counts for nothing.
            std::vector<Past>& past = past_[contact.customer];
            const auto last = std::find_if(past.rbegin(), past.rend(),
                                           [&](const Past& each) { return each.contact == contact.id; });
            if (last != past.rend()) past.erase(std::next(last).base());
        }
        if (before != nullptr && !before->on_list() && before->reason != "incident") {
            complain("8 nothing after the end", contact, "after " + before->state + " " + before->reason);
        }
        call.last = &contact;
        if (!contact.on_list()) return;
        for (const auto& [task, other] : calls_) {
            if (task != contact.id && other.last->customer == contact.customer && other.last->on_list()) {
                complain("8 one call a customer", contact, "beside " + task);
            }
        }
    }

    void check_raised(const Outreach& contact) {
        check_hours(contact);
        check_limits(contact);
        for (const Outreach::About& about : contact.about) check_holdout(contact, about);
        if (contact.is_call ? contact.do_not_call : contact.do_not_write) {
            complain("10 wishes", contact, "though the customer does not want it");
        }
        const auto stopped = stopped_.find(contact.customer);
        if (contact.is_call && contact.version == 1 && stopped != stopped_.end() && stopped->second < contact.step) {
            complain("10 wishes", contact, "though the customer told an agent not to");
        }
        if (!evidence_.calm()) return;
        check_in_touch(contact);
        check_incidents(contact);
        const bool solved = std::all_of(contact.cases.begin(), contact.cases.end(), [&](const std::string& id) {
            const auto found = closed_.find({contact.customer, id});
            return found != closed_.end() && found->second < contact.step;
        });
        if (solved) complain("8 never about what is over", contact, "raised though all its cases are closed");
    }

    // Other cases of the customer may have told more than those of the contact: then either will do.
    void check_hours(const Outreach& contact) {
        const Whereabouts most = evidence_.place_of(contact.customer);
        const auto open = [&](const Whereabouts& told) {
            std::vector<std::string> zones = plausible_zones(told);
            if (zones.empty() && tenant_.hold_unknown_zone) return false;
            if (zones.empty()) zones = {tenant_.timezone};
            const CalendarSpec& hours = contact.is_call ? tenant_.call_hours : tenant_.message_hours;
            return std::all_of(zones.begin(), zones.end(),
                               [&](const std::string& zone) { return naive_is_open(hours, zone, contact.at); });
        };
        for (int more = 0; more < 16; ++more) {
            Whereabouts told = contact.told;
            if ((more & 1) != 0) told.zone = most.zone;
            if ((more & 2) != 0) told.country = most.country;
            if ((more & 4) != 0) told.phone = most.phone;
            if ((more & 8) != 0) told.ships_to = most.ships_to;
            if (open(told)) return;
        }
        complain("9 inside the customer's hours", contact,
                 fmt::format("outside of them; told: {} {} {} {}", contact.told.zone, contact.told.country,
                             contact.told.phone, contact.told.ships_to));
    }

    static bool counts(const ContactLimit& limit, bool is_call) {
        return limit.of == ContactLimit::Of::any || (limit.of == ContactLimit::Of::call) == is_call;
    }

    // Whether it is surely one day for the customer, wherever they are of what is told with the contact.
    bool same_day(const Outreach& contact, Instant other) const {
        std::vector<std::string> zones = plausible_zones(contact.told);
        if (zones.empty()) zones = {tenant_.timezone};
        return std::all_of(zones.begin(), zones.end(), [&](const std::string& zone) {
            const auto day = [&](Instant time) { return std::chrono::floor<days>(time + naive_offset(zone, time)); };
            return day(contact.at) == day(other);
        });
    }

    void check_limits(const Outreach& contact) {
        for (const ContactLimit& limit : tenant_.limits) {
            if (!counts(limit, contact.is_call)) continue;
            std::set<std::string> others;
            int attempts = 0;
            for (const Past& past : past_[contact.customer]) {
                if (!counts(limit, past.is_call)) continue;
                if (limit.per == ContactLimit::Per::one_case) {
                    const auto& cases = past.cases;
                    attempts += std::find(cases.begin(), cases.end(), contact.cases.front()) != cases.end() ? 1 : 0;
                    continue;
                }
                const bool inside = limit.per == ContactLimit::Per::day
                                        ? same_day(contact, past.at)
                                        : past.at > contact.at - limit.time && past.at <= contact.at;
                if (inside && past.contact != contact.id) others.insert(past.contact);
            }
            if (attempts + static_cast<int>(others.size()) < limit.at_most) continue;
            static constexpr const char* stretches[] = {"day", "case", "time"};
            complain("11 limits", contact,
                     fmt::format("more than {} a {}", limit.at_most, stretches[static_cast<std::size_t>(limit.per)]));
        }
    }

    void check_holdout(const Outreach& contact, const Outreach::About& about) {
        const auto& except = tenant_.holdout.except;
        if (about.rule.empty() || about.subject_type == "promise") return;
        if (std::find(except.begin(), except.end(), about.rule) != except.end()) return;
        const std::string& whose = about.order.empty() ? about.subject : about.order;
        const double place = static_cast<double>(hash64({"holdout", SimulationRules::tenant, whose})) / 18446744073709551616.0;
        if (place < tenant_.holdout.share) complain("10 the held out are left alone", contact, "about " + about.rule + " of " + whose);
    }

    void check_open_calls(std::size_t step) {
        for (const auto& [task, call] : calls_) {
            if (!call.last->on_list()) continue;
            for (const std::string& id : call.last->cases) {
                const auto found = closed_.find({call.last->customer, id});
                if (found == closed_.end() || found->second > step) continue;
                complain("8 withdrawn when closed", *call.last, "is still about the closed case " + id);
            }
        }
    }

    const PolicyEvidence& evidence_;
    const RuleSet& rules_;
    const Tenant& tenant_;
    const RunResult& result_;
    std::vector<Violation>& violations_;
    std::map<std::string, Call> calls_;
    std::map<std::string, std::vector<Past>> past_;  // by customer
    std::map<std::string, std::size_t> stopped_;     // by customer, at which step
    std::map<CaseOf, std::size_t> closed_;           // the step at which that was committed
    std::vector<Hold> holds_;
};

}  // namespace

void check_outreaches(const PolicyEvidence& evidence, std::vector<Violation>& violations) {
    OutreachCheck{evidence, violations}.run();
}

}  // namespace premura
