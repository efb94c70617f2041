#include "daemon/http/web_files.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

using namespace premura;

namespace {

const std::filesystem::path web_folder = std::filesystem::path{PREMURA_SOURCE_DIR} / "web";

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream stream{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

}  // namespace

TEST_CASE("every file of the page is in the program, byte for byte", "[web]") {
    std::set<std::string> in_folder;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{web_folder}) {
        // Says only to tools that the files are modules.
        if (!entry.is_regular_file() || entry.path().filename() == "package.json") continue;
        const std::string path = "/" + entry.path().lexically_relative(web_folder).string();
        in_folder.insert(path);
        const auto file = web_file(path);
        INFO(path);
        REQUIRE(file.has_value());
        CHECK(file->bytes == bytes_of(entry.path()));
    }
    CHECK(in_folder.size() > 30);
    CHECK(web_files().size() == in_folder.size());
}

TEST_CASE("browsers are told what each file is", "[web]") {
    CHECK(web_file("/")->content_type == "text/html; charset=utf-8");
    CHECK(web_file("/desk/start.js")->content_type == "text/javascript; charset=utf-8");
    CHECK(web_file("/style/tokens.css")->content_type == "text/css; charset=utf-8");
    CHECK(web_file("/icon.svg")->content_type == "image/svg+xml");
}

TEST_CASE("an ETag is quoted, and belongs to one content", "[web]") {
    std::set<std::string_view> known;
    for (const NamedWebFile& named : web_files()) {
        INFO(named.path);
        CHECK(std::regex_match(std::string{named.file.etag}, std::regex{"\"[0-9a-f]{32}\""}));
        CHECK(known.insert(named.file.etag).second);
    }
    CHECK(web_file("/")->etag == web_file("/index.html")->etag);
}

TEST_CASE("what is no file of the page is not found", "[web]") {
    for (const char* path : {"", "index.html", "/desk", "/desk/", "/package.json", "/desk/start.js?v=1",
                             "/../web/index.html", "/style/../index.html", "/zzz"}) {
        INFO(path);
        CHECK_FALSE(web_file(path).has_value());
    }
}

TEST_CASE("the page asks for files that are there, and for nothing inline", "[web]") {
    const std::string page{web_file("/")->bytes};
    const std::regex link{R"re((?:src|href)="([^"#]+)")re"};
    int links = 0;
    for (std::sregex_iterator at{page.begin(), page.end(), link}, end; at != end; ++at, ++links) {
        INFO((*at)[1]);
        CHECK(web_file("/" + (*at)[1].str()).has_value());
    }
    CHECK(links >= 9);
    CHECK(page.find("<style") == std::string::npos);
    CHECK(page.find("style=") == std::string::npos);
    CHECK_FALSE(std::regex_search(page, std::regex{R"(<script(?![^>]*\ssrc=))"}));
    CHECK_FALSE(std::regex_search(page, std::regex{R"(\son\w+=)"}));
}
