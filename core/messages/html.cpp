#include "core/messages/html.h"

#include <fmt/format.h>

namespace premura {

std::string escaped_html(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size() + text.size() / 8);
    for (const char letter : text) {
        switch (letter) {
            case '&': escaped += "&amp;"; break;
            case '<': escaped += "&lt;"; break;
            case '>': escaped += "&gt;"; break;
            case '"': escaped += "&quot;"; break;
            case '\'': escaped += "&#39;"; break;
            default: escaped += letter;
        }
    }
    return escaped;
}

std::string html_of_text(std::string_view text) {
    while (text.ends_with('\n') || text.ends_with(' ')) text.remove_suffix(1);
    std::string html = "<p>";
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
        if (line.empty()) {
            if (!html.ends_with("<p>")) html += "</p>\n<p>";
            continue;
        }
        if (!html.ends_with("<p>")) html += "<br>\n";
        html += escaped_html(line);
    }
    return html + "</p>\n";
}

std::string html_page(std::string_view content, std::string_view language, std::string_view title) {
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        "<title>{}</title>\n</head>\n"
        "<body style=\"font-family: sans-serif; font-size: 16px; line-height: 1.5; max-width: 40em; margin: 1em auto; "
        "padding: 0 1em\">\n{}</body>\n</html>\n",
        escaped_html(language), escaped_html(title), content);
}

}  // namespace premura
