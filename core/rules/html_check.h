#pragma once

#include <string>
#include <string_view>

namespace premura {

// What in the HTML of an e-mail has no place there; empty when all is fine. Allowed are tags that only give text its form,
// and links: whatever is fetched from elsewhere tells others who read the mail and when, and whatever runs is thrown
// away by mail programs. Takes templates: a link may be a variable.
std::string html_problem(std::string_view html);

}  // namespace premura
