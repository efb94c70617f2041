#include "files/read_files.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

using namespace premura;
namespace fs = std::filesystem;

namespace {

// A folder of this test alone, gone afterwards.
class Folder {
 public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "premura-files-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        root_ = name;
    }
    ~Folder() { fs::remove_all(root_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    void write(const std::string& name, const std::string& text) const {
        fs::create_directories((root_ / name).parent_path());
        std::ofstream{root_ / name, std::ios::binary} << text;
    }
    std::string path(const std::string& name = {}) const {
        return name.empty() ? root_.string() : (root_ / name).string();
    }

 private:
    fs::path root_;
};

std::vector<std::string> names_of(const ReadFiles& read, const Folder& folder) {
    std::vector<std::string> names;
    for (const NamedText& text : read.texts) {
        names.push_back(text.file.substr(folder.path().size() + 1));
    }
    return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("folders are read with all below them, sorted, hidden ones left out", "[files]") {
    const Folder folder;
    folder.write("b.yaml", "two");
    folder.write("a/z.yml", "one");
    folder.write("a/notes.txt", "no");
    folder.write(".git/c.yaml", "no");
    folder.write(".hidden.yaml", "no");
    folder.write("premura.yaml", "the daemon's settings");
    const ReadFiles read = read_files({folder.path()});

    CHECK(read.diagnostics.empty());
    CHECK(names_of(read, folder) == Names{"a/z.yml", "b.yaml"});
    CHECK(read.texts[0].text == "one");
    CHECK(read.texts[1].text == "two");
}

TEST_CASE("a file that is named itself is read whatever its name, and each only once", "[files]") {
    const Folder folder;
    folder.write("rules.txt", "x");
    folder.write("a.yaml", "y");
    const ReadFiles read = read_files(
        {folder.path("rules.txt"), folder.path("a.yaml"), folder.path(), folder.path("./a.yaml")});

    CHECK(read.diagnostics.empty());
    CHECK(names_of(read, folder) == Names{"a.yaml", "rules.txt"});
}

TEST_CASE("links to files are followed, and links to folders make no circle", "[files]") {
    const Folder folder;
    folder.write("..data/a.yaml", "mounted");
    fs::create_symlink("..data/a.yaml", folder.path("a.yaml"));
    fs::create_directory_symlink(".", folder.path("loop"));
    const ReadFiles read = read_files({folder.path()});

    CHECK(read.diagnostics.empty());
    CHECK(names_of(read, folder) == Names{"a.yaml"});
    CHECK(read.texts[0].text == "mounted");
}

TEST_CASE("what cannot be read is told, and the rest is read", "[files]") {
    const Folder folder;
    folder.write("a.yaml", "y");
    fs::create_directory(folder.path("empty"));
    fs::create_symlink("nowhere", folder.path("broken.yaml"));
    const ReadFiles read = read_files({folder.path("absent"), folder.path("empty"), folder.path()});

    std::vector<std::string> told;
    for (const Diagnostic& each : read.diagnostics.all()) {
        told.push_back(each.code + " " + each.file.substr(folder.path().size() + 1) + " " +
                       each.message);
    }
    CHECK(told == Names{"PR001 absent cannot be read: No such file or directory",
                        "PR001 broken.yaml cannot be read: No such file or directory",
                        "PR001 empty the folder has no *.yaml file"});
    CHECK(names_of(read, folder) == Names{"a.yaml"});
}

TEST_CASE("a file that is too large is not read", "[files]") {
    const Folder folder;
    folder.write("large.yaml", "");
    fs::resize_file(folder.path("large.yaml"), ReadLimits::file_bytes_max + 1);
    const ReadFiles read = read_files({folder.path("large.yaml")});

    CHECK(read.texts.empty());
    REQUIRE(read.diagnostics.all().size() == 1);
    CHECK(read.diagnostics.all()[0].message ==
          "has 16777217 bytes; 16777216 are the most that is read");
}
