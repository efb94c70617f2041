#pragma once

#include <string>
#include <string_view>

namespace premura {

// Full names of Premura's own topics: `<prefix>.<name>.v1`. The version changes only with a break.
class TopicNames {
 public:
    explicit TopicNames(std::string prefix) : prefix_{std::move(prefix)} {}
    std::string full(std::string_view name) const {
        return prefix_ + "." + std::string{name} + ".v1";
    }
    const std::string& prefix() const { return prefix_; }

 private:
    std::string prefix_;
};

// Short names, as stages use them in Output::topic.
namespace topic {
constexpr std::string_view events = "events";  // the embedded log's own source topic
constexpr std::string_view intake = "intake";
constexpr std::string_view findings = "findings";
constexpr std::string_view order_state = "order-state";
constexpr std::string_view contact_state = "contact-state";
constexpr std::string_view call_tasks = "call-tasks";
constexpr std::string_view agent_actions = "agent-actions";  // what agents want to do with a call
constexpr std::string_view desk_answers = "desk-answers";    // what became of it
constexpr std::string_view desk_exports = "desk-exports";    // who has taken the call list out
constexpr std::string_view notifications = "notifications";
constexpr std::string_view expedites = "expedites";
constexpr std::string_view incidents = "incidents";
constexpr std::string_view house = "house";                // what the contacts stage and ops tell the incidents stage
constexpr std::string_view house_words = "house-words";    // and what it tells every partition of the contacts stage
constexpr std::string_view house_state = "house-state";
constexpr std::string_view deliveries = "deliveries";      // requests to the senders, their answers, what became of each
constexpr std::string_view outbox_state = "outbox-state";
constexpr std::string_view case_results = "case-results";  // what became of cases, for the effect figures
constexpr std::string_view ops_counts = "ops-counts";      // what each partition has to say for the ops view
constexpr std::string_view quarantine = "quarantine";
}  // namespace topic

}  // namespace premura
