#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/difference/difference.h"
#include "daemon/pipeline/worker.h"

namespace premura {

// Asks all workers what other rules would do to the orders they have, a slice at a time between their rounds. `answer`
// is called once, on `context`'s thread: with the sum, or with nothing when a worker is too busy or does not answer
// within `difference_patience`. The workers and the context outlive the answer, or the context has been stopped.
constexpr Milliseconds difference_patience = std::chrono::seconds{25};

void ask_difference(const std::vector<std::unique_ptr<Worker>>& workers, boost::asio::io_context& context,
                    const OrdersOptions& options, std::shared_ptr<const RuleSet> before,
                    std::shared_ptr<const RuleSet> after, Instant now,
                    std::function<void(std::optional<Difference>)> answer);

}  // namespace premura
