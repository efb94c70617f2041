#include <unistd.h>
#include <zstd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "cli/event_lines.h"

using namespace premura;

namespace {

// A file that goes away with the test.
class File {
 public:
    explicit File(const std::string& content) {
        static int number = 0;
        path_ = std::filesystem::temp_directory_path() /
                ("premura-lines-" + std::to_string(::getpid()) + "-" + std::to_string(++number));
        std::ofstream{path_, std::ios::binary} << content;
    }
    ~File() { std::filesystem::remove(path_); }
    std::string path() const { return path_.string(); }

 private:
    std::filesystem::path path_;
};

std::string packed(const std::string& text) {
    std::string bytes(ZSTD_compressBound(text.size()), '\0');
    bytes.resize(ZSTD_compress(bytes.data(), bytes.size(), text.data(), text.size(), 3));
    return bytes;
}

std::vector<std::string> all(EventLines& lines) {
    std::vector<std::string> found;
    while (const auto line = lines.next()) found.emplace_back(*line);
    return found;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("lines come as they stand in the file, empty ones left out", "[lines]") {
    const File file{"one\n\n  \ntwo\r\nthree"};
    EventLines lines{file.path()};
    CHECK(lines.next() == "one");
    CHECK(lines.line_number() == 1);
    CHECK(lines.next() == "two");
    CHECK(lines.line_number() == 4);
    CHECK(lines.next() == "three");
    CHECK_FALSE(lines.next());
    CHECK(lines.error() == "");
    CHECK(lines.bytes_read() == 18);
    CHECK(lines.bytes_total() == 18);
}

TEST_CASE("a packed file is known by its content", "[lines]") {
    std::string text;
    Lines expected;
    for (int i = 0; i < 100'000; ++i) {
        expected.push_back("{\"number\":" + std::to_string(i * 7919) + "}");
        text += expected.back() + "\n";
    }
    // Two frames one after the other, as `cat` makes them.
    const File file{packed(text.substr(0, 700'000)) + packed(text.substr(700'000))};
    EventLines lines{file.path()};
    CHECK(all(lines) == expected);
    CHECK(lines.error() == "");
    CHECK(lines.bytes_read() == lines.bytes_total());
}

TEST_CASE("a packed file that was cut off is told, and its lines before are good", "[lines]") {
    const std::string whole = packed("first\nsecond\nthird\n");
    const File file{whole.substr(0, whole.size() - 4)};
    EventLines lines{file.path()};
    const Lines found = all(lines);
    CHECK(found.size() <= 3);
    CHECK_THAT(lines.error(), Catch::EndsWith("ends in the middle of its zstd data"));
}

TEST_CASE("a line that no log would take is passed over and counted", "[lines]") {
    const std::string exact(EventLines::line_bytes_max, 'x');
    const File file{"before\n" + std::string(3 * EventLines::line_bytes_max, 'y') + "\n" + exact +
                    "\nbehind\n" + std::string(2 * EventLines::line_bytes_max, 'z')};
    EventLines lines{file.path()};
    CHECK(all(lines) == Lines{"before", exact, "behind"});
    CHECK(lines.too_long() == 2);
    CHECK(lines.error() == "");
}

TEST_CASE("a file that is not there, or is none, is an error", "[lines]") {
    EventLines missing{"/nowhere/at/all.jsonl"};
    CHECK_FALSE(missing.next());
    CHECK(missing.error() == "/nowhere/at/all.jsonl: No such file or directory");

    EventLines folder{std::filesystem::temp_directory_path().string()};
    CHECK_FALSE(folder.next());
    CHECK_THAT(folder.error(), Catch::EndsWith("is a folder"));

    const File empty{""};
    EventLines nothing{empty.path()};
    CHECK_FALSE(nothing.next());
    CHECK(nothing.error() == "");
}
