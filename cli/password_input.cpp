#include "cli/password_input.h"

#include <termios.h>
#include <unistd.h>

#include <iostream>
#include <stdexcept>

namespace premura {
namespace {

// One factor alone should be long rather than strange (NIST SP 800-63B, 3.1.1). The most is what signing in takes.
constexpr std::size_t bytes_min = 12;
constexpr std::size_t bytes_max = 1024;

// Keeps what is typed from being shown, as long as it lives.
class WithoutEcho {
 public:
    WithoutEcho() {
        if (::tcgetattr(STDIN_FILENO, &before_) != 0) throw std::runtime_error("the terminal cannot be asked");
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) != 0) {
            throw std::runtime_error("the terminal would show the password");
        }
    }
    ~WithoutEcho() { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }
    WithoutEcho(const WithoutEcho&) = delete;
    WithoutEcho& operator=(const WithoutEcho&) = delete;

 private:
    termios before_{};
};

std::string line() {
    std::string text;
    if (!std::getline(std::cin, text)) throw std::runtime_error("no password was given");
    if (text.ends_with('\r')) text.pop_back();
    return text;
}

std::string asked(const char* question) {
    std::cerr << question << std::flush;
    const WithoutEcho silent;
    std::string text = line();
    std::cerr << '\n';
    return text;
}

}  // namespace

std::string read_new_password() {
    const bool terminal = ::isatty(STDIN_FILENO) == 1;
    std::string password = terminal ? asked("Password: ") : line();
    if (password.size() < bytes_min) throw std::runtime_error("a password has 12 characters or more");
    if (password.size() > bytes_max) throw std::runtime_error("a password has 1024 bytes at most");
    if (terminal && asked("Again: ") != password) throw std::runtime_error("these were two different passwords");
    return password;
}

}  // namespace premura
