#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace premura {

// The desk's page (web/), compiled into the program: one file as HTTP serves it. All of it lives as long as the program.
struct WebFile {
    std::string_view bytes;
    std::string_view content_type;
    std::string_view etag;  // strong and quoted, by the content: "\"5f2c...\""
};

struct NamedWebFile {
    std::string_view path;  // as in a request: "/desk/start.js"
    WebFile file;
};

// The Content-Security-Policy to send with each of these files. No inline script or style, nothing from elsewhere,
// and text never becomes markup; the daemon's own answers keep their stricter one.
inline constexpr std::string_view web_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

// The file of a request path without its query; "/" is index.html. Nothing when there is no such file. Any thread.
std::optional<WebFile> web_file(std::string_view path);

// All files, sorted by path. Any thread.
std::span<const NamedWebFile> web_files();

}  // namespace premura
