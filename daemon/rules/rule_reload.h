#pragma once

#include <boost/asio/io_context.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/difference/difference_report.h"
#include "daemon/pipeline/worker.h"
#include "daemon/rules/reload_options.h"
#include "daemon/rules/rule_store.h"

namespace premura {

// What is asked of a reload.
struct ReloadRequest {
    std::string asked_by;                      // "signal", "folder", "request": for the log
    bool yes = false;                          // go over to the new rules however many cases are late at once
    std::optional<std::size_t> new_late_max;   // else that of the settings
};

// How it ended.
struct ReloadOutcome {
    enum class Result : std::uint8_t {
        loaded,     // the new set is in use
        unchanged,  // the files say what they said before
        refused,    // they have errors; the old set stays
        guarded,    // too many cases would be late at once; the old set stays
        failed,     // the workers did not say in time; the old set stays
    };
    Result result = Result::refused;
    std::string asked_by;
    std::string digest;            // of the set in use now
    std::size_t rules = 0;
    std::size_t new_late_max = 0;
    Diagnostics diagnostics;       // all that was found in the files
    DifferenceReport report;       // what the change does, or would do
    std::string sentence() const;  // one line for people
};
std::string_view name_of(ReloadOutcome::Result result);
std::string format_json(const ReloadOutcome& outcome);

// Goes over to other rules: reads and checks them, asks the workers what they would do, and swaps the whole set or keeps
// the old one. One at a time, in the order asked for. Owned by the daemon, on the main thread.
class RuleReload {
 public:
    using Workers = std::vector<std::unique_ptr<Worker>>;
    // Requests that may wait; more are answered at once as `failed`.
    static constexpr std::size_t waiting_max = 16;

    RuleReload(ReloadOptions options, RuleStore& store, const Workers& workers, OrdersOptions orders,
               boost::asio::io_context& context, std::function<Instant()> now);

    // `answer` is called once, on the main thread.
    void ask(ReloadRequest request, std::function<void(const ReloadOutcome&)> answer);
    // What going over to these rules would do, without doing it. They need not be the ones of the folders.
    void ask_difference(std::shared_ptr<const RuleSet> after, std::function<void(std::optional<DifferenceReport>)> answer);

 private:
    struct Waiting {
        ReloadRequest request;
        std::function<void(const ReloadOutcome&)> answer;
    };
    void begin();
    void decide(std::shared_ptr<const RuleSet> after, ReloadOutcome outcome, std::optional<Difference> difference);
    void finish(ReloadOutcome outcome);

    const ReloadOptions options_;
    RuleStore& store_;
    const Workers& workers_;
    const OrdersOptions orders_;
    boost::asio::io_context& context_;
    const std::function<Instant()> now_;
    std::deque<Waiting> waiting_;  // the first is at work
};

}  // namespace premura
