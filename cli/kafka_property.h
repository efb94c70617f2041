#pragma once

#include <map>
#include <string>

namespace premura {

// Takes `name=value`, or `name=@file` for secrets, which a command line would show to everybody on
// the machine. What is wrong, else an empty text.
std::string read_property(const std::string& text, std::map<std::string, std::string>& properties);

}  // namespace premura
