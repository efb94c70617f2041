#include "core/rules/html_check.h"

#include <fmt/format.h>

#include <algorithm>

namespace premura {
namespace {

constexpr std::string_view plain_tags[] = {"p",  "br", "strong", "em", "b",  "i",  "u",   "a",    "ul",    "ol",
                                           "li", "h1", "h2",     "h3", "hr", "div", "span", "blockquote"};
constexpr std::string_view schemes[] = {"https://", "http://", "mailto:", "tel:", "{{"};
constexpr std::string_view blanks = " \t\r\n";

std::string lower(std::string_view text) {
    std::string result{text};
    std::transform(result.begin(), result.end(), result.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return result;
}

std::string_view skip_blanks(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(blanks);
    return begin == text.npos ? std::string_view{} : text.substr(begin);
}

// What stands between the name of a tag and its end: nothing, or one link of `a`.
std::string attribute_problem(std::string_view name, std::string_view rest) {
    rest = skip_blanks(rest);
    if (rest.empty() || rest == "/") return {};
    constexpr std::string_view link = "href=\"";
    if (name != "a" || !rest.starts_with(link)) {
        return fmt::format("<{}> cannot have '{}'", name, rest.substr(0, rest.find_first_of(" =\t\r\n")));
    }
    rest.remove_prefix(link.size());
    const std::size_t end = rest.find('"');
    if (end == rest.npos || !skip_blanks(rest.substr(end + 1)).empty()) {
        return "a link is written <a href=\"...\">, with nothing after it";
    }
    const std::string target = lower(rest.substr(0, end));
    const bool known = std::any_of(std::begin(schemes), std::end(schemes),
                                   [&target](std::string_view scheme) { return target.starts_with(scheme); });
    return known ? std::string{} : fmt::format("'{}' is not an address to link to", target);
}

std::string tag_problem(std::string_view inside) {
    const bool closing = inside.starts_with('/');
    if (closing) inside.remove_prefix(1);
    const std::size_t end = std::min(inside.find_first_of(" \t\r\n/"), inside.size());
    const std::string name = lower(inside.substr(0, end));
    if (std::find(std::begin(plain_tags), std::end(plain_tags), name) == std::end(plain_tags)) {
        return fmt::format("<{}> has no place in an e-mail", name);
    }
    if (closing) {
        return skip_blanks(inside.substr(end)).empty() ? std::string{}
                                                       : fmt::format("</{}> cannot have anything else in it", name);
    }
    return attribute_problem(name, inside.substr(end));
}

}  // namespace

std::string html_problem(std::string_view html) {
    for (std::size_t begin = html.find('<'); begin != html.npos; begin = html.find('<', begin)) {
        const std::size_t end = html.find('>', begin);
        if (end == html.npos) return "a '<' that begins no tag";
        std::string problem = tag_problem(html.substr(begin + 1, end - begin - 1));
        if (!problem.empty()) return problem;
        begin = end + 1;
    }
    return {};
}

}  // namespace premura
