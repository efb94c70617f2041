#pragma once

#include <string>
#include <string_view>

namespace premura {

// The text with & < > " ' written so that no browser takes them for HTML.
std::string escaped_html(std::string_view text);

// A plain text as HTML: a paragraph where a line is empty, a break at the end of each line. Escaped.
std::string html_of_text(std::string_view text);

// A whole page around the content of an e-mail, which must be safe already. It asks for nothing from elsewhere, and
// says so in a policy of its own.
std::string html_page(std::string_view content, std::string_view language, std::string_view title);

}  // namespace premura
