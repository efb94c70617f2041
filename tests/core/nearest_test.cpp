#include "core/base/nearest.h"

#include <catch2/catch.hpp>

using namespace premura;

TEST_CASE("one slip of the keyboard is a distance of one", "[nearest]") {
    CHECK(edit_distance("order", "order", 3) == 0);
    CHECK(edit_distance("order", "oder", 3) == 1);    // left out
    CHECK(edit_distance("order", "orrder", 3) == 1);  // twice
    CHECK(edit_distance("order", "ordar", 3) == 1);   // another letter
    CHECK(edit_distance("order", "oredr", 3) == 1);   // swapped
    CHECK(edit_distance("kitten", "sitting", 5) == 3);
    CHECK(edit_distance("", "abc", 5) == 3);
}

TEST_CASE("what is further away than asked for is not measured", "[nearest]") {
    CHECK(edit_distance("kitten", "sitting", 2) == 3);
    CHECK(edit_distance("a", "abcdefghij", 2) == 3);
    CHECK(edit_distance(std::string(1000, 'a'), std::string(1000, 'a'), 2) == 3);
}

TEST_CASE("the nearest name is suggested, and of two the one that begins alike", "[nearest]") {
    const std::string_view names[] = {"order.placed", "order.paid", "parcel.packed"};

    CHECK(nearest("parcel.paked", names) == "parcel.packed");
    CHECK(nearest("order.payed", names) == "order.paid");
    CHECK(nearest("invoice.sent", names).empty());
}

TEST_CASE("a short list is shown when nothing is near", "[nearest]") {
    const std::string_view modes[] = {"live", "trial", "paused"};

    CHECK(did_you_mean_or_list("trail", modes) == "did you mean 'trial'?");
    CHECK(did_you_mean_or_list("enabled", modes) == "there are: live, trial, paused");
    CHECK(did_you_mean("enabled", modes).empty());
}
