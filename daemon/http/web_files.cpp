#include "daemon/http/web_files.h"

#include <algorithm>

namespace premura {

std::optional<WebFile> web_file(std::string_view path) {
    if (path == "/") path = "/index.html";
    const auto files = web_files();
    const auto found = std::lower_bound(
        files.begin(), files.end(), path,
        [](const NamedWebFile& named, std::string_view wanted) { return named.path < wanted; });
    if (found == files.end() || found->path != path) return std::nullopt;
    return found->file;
}

}  // namespace premura
