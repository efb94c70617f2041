#include "daemon/desk/answered_keys.h"

#include <catch2/catch.hpp>

// Repeats of what somebody asked.

namespace premura {
namespace {

using std::chrono::hours;

struct Heard {
    AnsweredKeys::Answer answer() {
        return [this](const HttpResponse& response) { statuses.push_back(response.status); };
    }
    std::vector<int> statuses;
};

const Instant noon = instant_of(1'780'000'000'000);

}  // namespace

TEST_CASE("who repeats while the first is under way hears its answer too", "[desk]") {
    AnsweredKeys keys;
    Heard first;
    Heard repeat;
    CHECK(keys.begin("anna", "key-1", "claim T-1", noon, first.answer()));
    CHECK_FALSE(keys.begin("anna", "key-1", "claim T-1", noon, repeat.answer()));
    CHECK(repeat.statuses.empty());
    keys.finish("anna", "key-1", {200, {}, "yours"});
    CHECK(first.statuses == std::vector{200});
    CHECK(repeat.statuses == std::vector{200});
    CHECK_FALSE(keys.begin("anna", "key-1", "claim T-1", noon + hours{23}, repeat.answer()));
    CHECK(repeat.statuses == std::vector{200, 200});
}

TEST_CASE("a key stands for one thing, and for one person", "[desk]") {
    AnsweredKeys keys;
    Heard heard;
    CHECK(keys.begin("anna", "key-1", "claim T-1", noon, heard.answer()));
    CHECK_FALSE(keys.begin("anna", "key-1", "claim T-2", noon, heard.answer()));
    CHECK(heard.statuses == std::vector{422});
    CHECK(keys.begin("marco", "key-1", "claim T-2", noon, heard.answer()));
    // User and key are not glued together.
    CHECK(keys.begin("ann", "akey-1", "claim T-3", noon, heard.answer()));
}

TEST_CASE("an answer that was not had is asked for again; the others are forgotten after a day", "[desk]") {
    AnsweredKeys keys;
    Heard heard;
    REQUIRE(keys.begin("anna", "key-1", "claim T-1", noon, heard.answer()));
    keys.finish("anna", "key-1", {503, {}, ""});
    REQUIRE(keys.begin("anna", "key-1", "claim T-1", noon, heard.answer()));
    keys.finish("anna", "key-1", {200, {}, ""});
    REQUIRE(keys.begin("marco", "key-2", "claim T-2", noon + hours{1}, heard.answer()));
    CHECK(keys.size() == 2);
    CHECK(keys.begin("anna", "key-1", "claim T-9", noon + hours{25}, heard.answer()));
    CHECK(keys.size() == 2);
}

}  // namespace premura
