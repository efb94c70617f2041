#include "core/rules/dialer_map_loader.h"

#include <catch2/catch.hpp>

#include "core/rules/rule_set_loader.h"
#include "tests/core/loader_story.h"

// What the loader of column maps takes, and what it says of the others, with the place.

using namespace premura;

namespace {

Lines told_of(const std::string& text) {
    YamlStory story{text};
    REQUIRE(story.yaml);
    auto reader = story.reader();
    load_dialer_map(story.root().entries.front(), reader);
    return story.told();
}

std::string hint_of(const std::string& text) {
    YamlStory story{text};
    auto reader = story.reader();
    load_dialer_map(story.root().entries.front(), reader);
    REQUIRE(story.found.all().size() == 1);
    return story.found.all()[0].hint;
}

}  // namespace

TEST_CASE("a column is a field, a text with fields, or a field with words of its own", "[dialers]") {
    YamlStory story{R"(our-dialer:
  limits: { cell: 512 }
  columns:
    Number: phone
    List: { text: 1001 }
    Note: { text: "{rule_name}, {order.number}!", length: 40 }
    Rank: { of: priority, words: { urgent: 9 }, otherwise: 0 }
    Until: { of: not_after, time: "%d/%m/%Y %H:%M", zone: tenant }
)"};
    auto reader = story.reader();
    const DialerMap map = load_dialer_map(story.root().entries.front(), reader).map;

    CHECK(story.told() == Lines{});
    CHECK(map.id == "our-dialer");
    CHECK(map.cell_max == 512);
    REQUIRE(map.columns.size() == 5);
    CHECK(map.columns[0].name == "Number");
    CHECK(map.columns[0].pieces[0].field == DialerField::Kind::exact);
    CHECK(map.columns[1].pieces[0].text == "1001");
    CHECK_FALSE(map.columns[1].pieces[0].field);
    REQUIRE(map.columns[2].pieces.size() == 4);
    CHECK(map.columns[2].pieces[1].text == ", ");
    CHECK(map.columns[2].pieces[2].text == "order.number");
    CHECK(map.columns[2].pieces[3].text == "!");
    CHECK(map.columns[2].length == 40);
    CHECK(map.columns[3].words.at("urgent") == "9");
    CHECK(map.columns[3].otherwise == "0");
    CHECK(map.columns[4].time == "%d/%m/%Y %H:%M");
    CHECK(map.columns[4].zone == "tenant");
}

TEST_CASE("a map that is wrong says where and what instead", "[dialers]") {
    CHECK(told_of("d1:\n  columns: { P: phon }\n") == Lines{"PR175 2:17 a call has no field 'phon'"});
    CHECK(hint_of("d1:\n  columns: { P: phon }\n") == "did you mean 'phone'?");
    CHECK(hint_of("d1:\n  columns: { P: phone, O: order.numbr }\n") == "did you mean 'order.number'?");
    CHECK(told_of("d1:\n  columns: { P: phone, T: { text: \"{task\" } }\n") ==
          Lines{"PR175 2:35 a brace is opened and not closed"});
    CHECK(told_of("d1:\n  columns: { P: phone, T: { of: task, time: \"%Y\" } }\n") ==
          Lines{"PR175 2:45 the column 'T' has no time in it"});
    CHECK(told_of("d1:\n  columns: { P: phone, T: { of: due_at, time: \"%Y-%q\" } }\n") ==
          Lines{"PR175 2:47 '%q' stands for nothing in a time"});
    CHECK(told_of("d1:\n  columns: { P: phone, T: { of: due_at, zone: Europe/Rom } }\n") ==
          Lines{"PR160 2:47 there is no time zone 'Europe/Rom'"});
    CHECK(told_of("d1:\n  columns: { P: phone, T: { length: 3 } }\n") ==
          Lines{"PR102 2:27 the column 'T' needs either 'of' or 'text'"});
    CHECK(told_of("d1:\n  columns: { P: phone, T: { of: task, lenght: 3 } }\n") ==
          Lines{"PR101 2:39 the column 'T' has no key 'lenght'"});
    CHECK(told_of("d1:\n  columns: { P: phone, T: { of: priority, otherwise: x } }\n") ==
          Lines{"PR102 2:54 'otherwise' needs 'words'"});
    CHECK(told_of("d1:\n  columns: { Task: task }\n") == Lines{"PR176 2:12 the dialer 'd1' has no column with a telephone number"});
}

TEST_CASE("a map keeps to what its tool takes", "[dialers]") {
    CHECK(told_of("d1:\n  limits: { columns: 1 }\n  columns: { P: phone, T: task }\n") ==
          Lines{"PR176 3:24 the dialer 'd1' has 2 columns; 1 are the most it takes"});
    CHECK(told_of("d1:\n  limits: { header: 3 }\n  columns: { Numb: phone }\n") ==
          Lines{"PR176 3:14 the name of a column has at most 3 characters here"});
    // Characters, not bytes.
    CHECK(told_of("d1:\n  limits: { header: 4 }\n  columns: { \"Nùmò\": phone }\n") == Lines{});
    CHECK(told_of("d1:\n  limits: { cell: 10 }\n  columns: { P: { of: phone, length: 16 } }\n") ==
          Lines{"PR176 3:38 a cell has at most 10 characters here"});
}

TEST_CASE("a tenant's dialer must be one that a file has", "[dialers]") {
    const std::string tenant = "tenants:\n  acme-it:\n    brand: ACME\n    timezone: Europe/Rome\n    languages: it\n"
                               "    contact: { calls: { never: [] } }\n    dialer: { gateway: dial, map: vicidal }\n";
    const std::string map = "dialers:\n  vicidial: { columns: { P: phone } }\n";
    const Loaded loaded = load_rule_set({{"all.yaml", "version: 1\n" + tenant + map}});
    CHECK(loaded.rule_set == nullptr);
    CHECK(YamlStory::told(loaded.diagnostics) == Lines{"PR177 8:35 there is no dialer 'vicidal'"});
    CHECK(loaded.diagnostics.all()[0].hint == "did you mean 'vicidial'?");
    CHECK(YamlStory::told(load_rule_set({{"a.yaml", "version: 1\n" + map}, {"b.yaml", "version: 1\n" + map}}).diagnostics) ==
          Lines{"PR111 3:3 there is a dialer 'vicidial' already"});
}
