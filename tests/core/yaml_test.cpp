#include "core/base/yaml.h"

#include <catch2/catch.hpp>

#include "tests/core/loader_story.h"

using namespace premura;

TEST_CASE("values know their places, counted in characters from one", "[yaml]") {
    const YamlStory story{"première: è\nlist:\n  - { äö: x, y1: [1, 2] }\n"};
    REQUIRE(story.yaml);
    const YamlNode& root = story.root();

    CHECK(root.entries[0].key.column == 1);
    CHECK(root.entries[0].value.line == 1);
    CHECK(root.entries[0].value.column == 11);
    const YamlNode& item = root.find("list")->items[0];
    CHECK(item.line == 3);
    CHECK(item.column == 5);
    CHECK(item.find("y1")->column == 18);
    CHECK(item.find("y1")->items[1].text == "2");
    CHECK(root.find("nothing") == nullptr);
}

TEST_CASE("quotes and blocks are told from plain words", "[yaml]") {
    const YamlStory story{"a: plain\nb: \"quoted\"\nc: 'it''s'\nd: |\n  two\n  lines\ne:\n"};
    REQUIRE(story.yaml);
    const YamlNode& root = story.root();

    CHECK_FALSE(root.find("a")->quoted);
    CHECK(root.find("b")->quoted);
    CHECK(root.find("c")->text == "it's");
    CHECK(root.find("d")->text == "two\nlines\n");
    CHECK(root.find("d")->quoted);
    CHECK(root.find("e")->kind == YamlNode::Kind::nothing);
    // yaml-cpp says that a missing value is where the next thing is; ours is at its key.
    CHECK(root.find("e")->line == 7);
}

TEST_CASE("a byte order mark and Windows line ends do not move places", "[yaml]") {
    const YamlStory story{
        "\xef\xbb\xbf"
        "a: 1\r\nb: 2\r\n"};
    REQUIRE(story.yaml);

    CHECK(story.root().find("a")->column == 4);
    CHECK(story.root().find("b")->line == 2);
    CHECK(story.root().find("b")->text == "2");
    CHECK(story.yaml->line(1) == "a: 1");
}

TEST_CASE("an alias is a copy at its own place", "[yaml]") {
    const YamlStory story{"hours: &usual [a, b]\nother: *usual\n"};
    REQUIRE(story.yaml);

    CHECK(story.root().find("other")->items.size() == 2);
    CHECK(story.root().find("other")->line == 2);
    CHECK(story.root().find("other")->column == 8);
}

TEST_CASE("what yaml-cpp lets pass is refused", "[yaml]") {
    const auto told = [](std::string text) { return YamlStory{std::move(text)}.told(); };

    CHECK(told("a: 1\nb: 2\na: 3\n") == Lines{"PR005 3:1 the key 'a' stands here twice"});
    CHECK(told("x: { a: 1, a: 3 }\n") == Lines{"PR005 1:12 the key 'a' stands here twice"});
    CHECK(told("a: \"open\nb: 2\n") == Lines{"PR006 1:4 a quote that does not end on its line"});
    CHECK(told("a: 'it''s\nb: 'x'\n") == Lines{"PR006 1:4 a quote that does not end on its line"});
    CHECK(told("a: &x \"open\nb: 2\"\n") ==
          Lines{"PR006 1:4 a quote that does not end on its line"});
    CHECK(told("a: &x [1, *x]\n") ==
          Lines{"PR007 1:11 an alias inside the very thing that it names"});
    CHECK(told("<<: { a: 1 }\n") == Lines{"PR009 1:1 merge keys ('<<') are not supported"});
    CHECK(told("a: 1\n---\nb: 2\n") == Lines{"PR010 2:1 a second document begins here"});
    CHECK(told("no: 1\n") ==
          Lines{"PR011 1:1 'no' without quotes means true or false to some YAML tools"});
    CHECK(told("\"no\": 1\n").empty());
    CHECK(told("a: !!int 3\n") == Lines{"PR012 1:4 tags are not used here"});
    CHECK(told("a:\tb\nc:\td\n") == Lines{"PR004 1:3 a tab", "PR004 2:3 a tab"});
    CHECK(told("? [a]\n: 1\n") ==
          Lines{"PR002 1:3 a key must be a word, and here stands something else"});
}

TEST_CASE("bytes that are no text are refused at their place", "[yaml]") {
    const auto told = [](std::string text) { return YamlStory{std::move(text)}.told(); };
    const Lines latin1 = {"PR003 2:5 the byte 0xe8 belongs to no text"};

    CHECK(told("a: 1\nb: è\xe8!\n") == latin1);
    CHECK(told("a: \xc0\xaf\n") ==
          Lines{"PR003 1:4 the byte 0xc0 belongs to no text"});  // overlong
    CHECK(told("a: \xed\xa0\x80\n") ==
          Lines{"PR003 1:4 the byte 0xed belongs to no text"});  // half
    CHECK(told("a: \xf4\x90\x80\x80\n") ==
          Lines{"PR003 1:4 the byte 0xf4 belongs to no text"});  // above U+10FFFF
    CHECK(told(std::string("a: \0b\n", 6)) == Lines{"PR003 1:4 the byte 0x00 belongs to no text"});
    CHECK(told("a: €😀\n").empty());
}

TEST_CASE("depth and size have bounds, aliases counted with what they repeat", "[yaml]") {
    const std::size_t deep = YamlLimits::depth_max;
    const auto nested = [](std::size_t depth) {
        return YamlStory{std::string(depth, '[') + std::string(depth, ']')};
    };
    CHECK(nested(deep).yaml);
    CHECK(nested(deep + 1).told() == Lines{"PR008 1:41 nested more than 40 deep"});
    // Far beyond what a recursive reader survives.
    CHECK_FALSE(nested(200'000).yaml);

    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 9; ++i) {
        const std::string alias = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + alias;
        for (int j = 0; j < 9; ++j) bomb += ", " + alias;
        bomb += "]\n";
    }
    const YamlStory story{bomb};
    CHECK_FALSE(story.yaml);
    REQUIRE(story.found.all().size() == 1);
    CHECK(story.found.all()[0].code == "PR008");

    const YamlStory large{std::string(YamlLimits::bytes_max + 1, '#')};
    CHECK(large.told() == Lines{"PR008 0:0 the file has more than 16777216 bytes"});
}

TEST_CASE("grammar mistakes have a place and a hint", "[yaml]") {
    const YamlStory story{"a: [1, 2\nb: 3\n"};
    CHECK_FALSE(story.yaml);
    REQUIRE(story.found.all().size() == 1);
    const Diagnostic& told = story.found.all()[0];
    CHECK(told.code == "PR002");
    CHECK(told.line == 2);
    CHECK(told.message == "not valid YAML: a list that began with '[' is not closed");
    CHECK(told.hint == "add the ']'");
    CHECK(told.source == "b: 3");
}

TEST_CASE("an empty text has a root that is nothing", "[yaml]") {
    const YamlStory story{"# only a remark\n"};
    REQUIRE(story.yaml);
    CHECK(story.root().kind == YamlNode::Kind::nothing);
    CHECK(story.found.empty());
}

TEST_CASE("numbers are read from what is written", "[yaml]") {
    const auto number = [](const std::string& text) {
        YamlStory story{"v: " + text + "\n"};
        auto reader = story.reader();
        const auto value = reader.number(*story.root().find("v"), "'v'");
        return std::pair{value, story.found.empty() ? "" : story.found.all()[0].hint};
    };
    using Found = std::pair<std::optional<double>, std::string>;

    CHECK(number("20") == Found{20, ""});
    CHECK(number("-19.90") == Found{-19.9, ""});
    CHECK(number("0") == Found{0, ""});
    CHECK(number("0.5") == Found{0.5, ""});
    CHECK(number("010") == Found{std::nullopt, "write 10"});
    CHECK(number("00") == Found{std::nullopt, "write it without the zeros in front"});
    CHECK(number("\"20\"") == Found{std::nullopt, "write 20 without quotes"});
    for (const char* wrong : {"1e3", "1_000", "0x10", "1.", ".5", "nan", "20 EUR", "--1"}) {
        INFO(wrong);
        CHECK(number(wrong) == Found{std::nullopt, "write for example 20 or 19.90"});
    }
}

TEST_CASE("whole numbers keep to their bounds", "[yaml]") {
    YamlStory story{"a: 5\nb: 1.5\nc: 99999999999\nd: -1\n"};
    auto reader = story.reader();
    const auto read = [&](const char* key) {
        return reader.whole_number(*story.root().find(key), "'n'", 0, 10);
    };

    CHECK(read("a") == 5);
    CHECK(read("b") == std::nullopt);
    CHECK(read("c") == std::nullopt);
    CHECK(read("d") == std::nullopt);
    CHECK(story.told() ==
          Lines{"PR109 2:4 'n' must be a whole number from 0 to 10, not 1.5",
                "PR109 3:4 'n' must be a whole number from 0 to 10, not 99999999999",
                "PR109 4:4 'n' must be a whole number from 0 to 10, not -1"});
}

TEST_CASE("texts and booleans are never taken for each other", "[yaml]") {
    YamlStory story{"a: Off\nb: \"off\"\nc: true\nd: yes\ne: \"true\"\nf: 100045\ng: \"\"\nh: ~\n"};
    auto reader = story.reader();
    const auto text = [&](const char* key) {
        return reader.text(*story.root().find(key), "'t'").value_or("-");
    };
    const auto boolean = [&](const char* key) {
        return reader.boolean(*story.root().find(key), "'t'");
    };

    CHECK(text("a") == "-");
    CHECK(text("b") == "off");
    CHECK(text("c") == "-");
    CHECK(text("f") == "100045");
    CHECK(text("g") == "-");
    CHECK(text("h") == "-");
    CHECK(boolean("c") == true);
    CHECK(boolean("d") == std::nullopt);
    CHECK(boolean("e") == std::nullopt);
    CHECK(story.told() ==
          Lines{"PR011 1:4 'Off' without quotes means true or false to some YAML tools",
                "PR103 3:4 't' must be a text, and is true", "PR103 7:4 't' is empty",
                "PR103 8:4 't' must be a text, and is nothing",
                "PR103 4:4 't' must be true or false, not 'yes'",
                "PR103 5:4 't' must be true or false, not 'true'"});
}

TEST_CASE("an unknown key gets the nearest known one, or the list", "[yaml]") {
    YamlStory story{"withn: 1\nzzz: 2\nby: 3\n"};
    const std::string_view known[] = {"within", "by"};
    auto reader = story.reader();

    CHECK(reader.map(story.root(), "a rule", known));
    REQUIRE(story.found.all().size() == 2);
    CHECK(story.found.all()[0].hint == "did you mean 'within'?");
    CHECK(story.found.all()[1].hint == "there are: within, by");
    CHECK(story.found.all()[1].line == 2);
}

TEST_CASE("one or many are both a list", "[yaml]") {
    YamlStory story{"one: a\nmany: [a, b]\nnone: []\n"};
    auto reader = story.reader();

    CHECK(reader.texts_under(story.root(), "one") == Lines{"a"});
    CHECK(reader.texts_under(story.root(), "many") == Lines{"a", "b"});
    CHECK(reader.texts_under(story.root(), "absent").empty());
    CHECK(story.found.empty());
    CHECK(reader.texts_under(story.root(), "none").empty());
    CHECK(story.told() == Lines{"PR103 3:7 'none' is an empty list"});
}

TEST_CASE("a place inside a text is found in the source", "[yaml]") {
    const YamlStory good{"a: |\n  {{one}}\n  è {{two}} {{three}}\n"};
    REQUIRE(good.yaml);
    const Place second = good.yaml->place_inside(*good.root().find("a"), "{{", 1);
    const Place third = good.yaml->place_inside(*good.root().find("a"), "{{", 2);
    const Place none = good.yaml->place_inside(*good.root().find("a"), "{{", 3);

    CHECK(second.line == 3);
    CHECK(second.column == 5);
    CHECK(third.column == 13);
    CHECK(none.line == 1);
    CHECK(none.column == 4);
}
