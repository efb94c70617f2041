#include "files/read_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>

namespace premura {
namespace {

namespace fs = std::filesystem;

class Reader {
 public:
    void read_path(const std::string& path) {
        std::error_code problem;
        const fs::file_status status = fs::status(path, problem);
        if (problem) {
            error(path, fmt::format("cannot be read: {}", problem.message()));
        } else if (fs::is_directory(status)) {
            read_folder(path);
        } else if (fs::is_regular_file(status)) {
            read_file(path);
        } else {
            error(path, "is neither a file nor a folder");
        }
    }

    ReadFiles take() {
        std::sort(
            result_.texts.begin(), result_.texts.end(),
            [](const NamedText& left, const NamedText& right) { return left.file < right.file; });
        result_.diagnostics.sort();
        return std::move(result_);
    }

 private:
    void error(const std::string& path, std::string message, std::string hint = {}) {
        Diagnostic diagnostic;
        diagnostic.code = "PR001";
        diagnostic.file = path;
        diagnostic.message = std::move(message);
        diagnostic.hint = std::move(hint);
        result_.diagnostics.add(std::move(diagnostic));
    }

    static bool is_hidden(const fs::path& path) {
        return path.filename().native().starts_with('.');
    }

    static bool is_wanted(const fs::path& path) {
        if (path.filename() == settings_file_name) return false;
        return path.extension() == ".yaml" || path.extension() == ".yml";
    }

    void read_folder(const std::string& folder) {
        std::error_code problem;
        fs::recursive_directory_iterator entry{folder, problem};
        std::vector<std::string> found;
        while (!problem && entry != fs::recursive_directory_iterator{}) {
            if (is_hidden(entry->path())) {
                entry.disable_recursion_pending();
            } else if (is_wanted(entry->path())) {
                std::error_code unreadable;
                // A link that leads nowhere is told when it is opened.
                if (!entry->is_directory(unreadable)) found.push_back(entry->path().native());
            }
            entry.increment(problem);
        }
        if (problem) {
            error(folder, fmt::format("cannot be read: {}", problem.message()));
        } else if (found.empty()) {
            error(folder, "the folder has no *.yaml file");
        }
        std::sort(found.begin(), found.end());
        for (const std::string& path : found) read_file(path);
    }

    void read_file(const std::string& path) {
        std::error_code problem;
        const fs::path canonical = fs::canonical(path, problem);
        if (problem) return error(path, fmt::format("cannot be read: {}", problem.message()));
        if (seen_.contains(canonical.native())) return;
        if (seen_.size() == ReadLimits::files_max) {
            return error(path, fmt::format("more than {} files", ReadLimits::files_max),
                         "is this the right folder?");
        }
        if (seen_.size() > ReadLimits::files_max) return;
        seen_.insert(canonical.native());

        const std::uintmax_t size = fs::file_size(canonical, problem);
        if (!problem && size > ReadLimits::file_bytes_max) {
            return error(path, fmt::format("has {} bytes; {} are the most that is read", size,
                                           ReadLimits::file_bytes_max));
        }
        errno = 0;
        std::ifstream stream{canonical, std::ios::binary};
        if (!stream) return error(path, fmt::format("cannot be read: {}", std::strerror(errno)));
        // One byte more than allowed, for a file that grew since.
        std::string text(std::min<std::uintmax_t>(size, ReadLimits::file_bytes_max) + 1, '\0');
        stream.read(text.data(), static_cast<std::streamsize>(text.size()));
        if (stream.bad()) return error(path, "cannot be read to its end");
        text.resize(static_cast<std::size_t>(stream.gcount()));
        result_.texts.push_back({path, std::move(text)});
    }

    ReadFiles result_;
    std::set<std::string> seen_;
};

}  // namespace

ReadFiles read_files(const std::vector<std::string>& paths) {
    Reader reader;
    for (const std::string& path : paths) reader.read_path(path);
    return reader.take();
}

}  // namespace premura
