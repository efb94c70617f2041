#pragma once

namespace premura {

// Ctrl-C and SIGTERM end a command cleanly, with a summary: the signal only raises a flag, which every loop
// looks at several times a second. A second signal kills at once.
void catch_interrupts();
bool interrupted();
// For tests, which play the signal.
void set_interrupted(bool value);

}  // namespace premura
