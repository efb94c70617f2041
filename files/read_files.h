#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/diagnostics.h"
#include "core/rules/rule_set_loader.h"

namespace premura {

// The file reading that check, test and the daemon share. Core reads no files.

struct ReadLimits {
    static constexpr std::size_t file_bytes_max = 16 * 1024 * 1024;
    static constexpr std::size_t files_max = 10'000;
};

struct ReadFiles {
    std::vector<NamedText> texts;  // sorted by name, each file once
    Diagnostics diagnostics;       // PR001: what could not be read
};

// The daemon's settings may lie in one folder with the files of the ops teams, and are none of
// them.
inline constexpr std::string_view settings_file_name = "premura.yaml";

// Reads files, and folders with all that lies below them: `*.yaml` and `*.yml`, but no names that
// begin with a dot, and not the settings. Links to files are followed, links to folders are not, so
// that there are no circles. A file that is named itself is read whatever its name. Names are as
// given, with the way down from there. A folder without any such file is an error too: it is nearly
// always the wrong folder.
ReadFiles read_files(const std::vector<std::string>& paths);

}  // namespace premura
