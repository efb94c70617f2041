#include "cli/interrupt.h"

#include <atomic>
#include <csignal>

namespace premura {
namespace {

std::atomic<bool> flag{false};
static_assert(std::atomic<bool>::is_always_lock_free, "it is set by a signal handler");

extern "C" void on_signal(int) { flag.store(true); }

}  // namespace

void catch_interrupts() {
    struct sigaction action = {};
    action.sa_handler = on_signal;
    action.sa_flags = static_cast<int>(SA_RESETHAND);  // the next one kills
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

bool interrupted() { return flag.load(std::memory_order_relaxed); }
void set_interrupted(bool value) { flag.store(value); }

}  // namespace premura
