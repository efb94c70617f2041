#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace premura {

enum class CheckFormat { text, json };

// `premura check`: reads files and folders, says all that is wrong in them, and ends with one line
// such as `4 rules, 6 calendars, 1 tenant, 3 messages: no errors`. As JSON it is one object with
// `diagnostics`, `errors`, `warnings` and, without errors, the counts. Gives the exit code: 0
// without errors (warnings may be), 1 with errors in the texts, 2 when a path could not be read.
int run_check(const std::vector<std::string>& paths, CheckFormat format, bool colour,
              std::ostream& out);

// `premura check --explain PR104`: what a code of the diagnostics means. 0; 2 with the nearest code when there
// is none of that name.
int run_explain_code(std::string id, std::ostream& out, std::ostream& problems);

}  // namespace premura
