#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"

namespace premura {

// How often one may try to sign in.
struct AttemptOptions {
    int of_user_max = 5;      // failures in a row until one has to wait
    int of_address_max = 50;  // the same for all users of one address, behind which a whole house may sit
    Milliseconds window = std::chrono::minutes{5};  // in which so many are regained, one by one
    std::size_t entries_max = 20'000;               // users and addresses that are remembered
};

// Counts attempts to sign in that failed, per user and per address, with the generic cell rate algorithm (ITU-T I.371):
// of each one moment is kept. When there are too many entries the one that would be forgotten first goes, so
// somebody who makes up users cannot make it forget the one they try. Thread-safe.
class Attempts {
 public:
    explicit Attempts(AttemptOptions options) : options_{options} {}

    // An attempt begins: nothing when it may, else how long to wait. It counts until `succeeded` takes it back, so that
    // many at once are no way around.
    std::optional<Milliseconds> begin(std::string_view user, std::string_view address, Instant now);
    void succeeded(std::string_view user, std::string_view address);

 private:
    // The moment at which nothing is counted any more.
    using Table = std::map<std::string, Instant, std::less<>>;
    std::optional<Milliseconds> wait_of(const Table& table, std::string_view key, int max, Instant now) const;
    void count(Table& table, std::string_view key, int max, Instant now);
    void take_back(Table& table, std::string_view key, int max);

    const AttemptOptions options_;
    std::mutex mutex_;
    Table users_;
    Table addresses_;
};

}  // namespace premura
