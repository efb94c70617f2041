#pragma once

#include <string>

namespace premura {

// A new password: typed twice at the terminal without being shown, or one line of the standard input when that is no
// terminal. Never an argument, which everybody on the machine can see. Throws std::runtime_error when it is too short, too long, or
// typed differently the second time.
std::string read_new_password();

}  // namespace premura
