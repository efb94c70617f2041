#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace premura {

enum class Severity { error, warning };

// One thing that is wrong in a text somebody wrote, told so that they can mend it.
struct Diagnostic {
    Severity severity = Severity::error;
    std::string code;     // "PR104"; one row per code in core/base/diagnostic_codes.h
    std::string file;
    int line = 0;         // counted from 1; 0: the whole file
    int column = 0;       // counted from 1, in characters (code points), not bytes
    std::string message;  // "'2hh' is not a duration"
    std::string hint;     // "write for example: 24 business hours"; may be empty
    std::string source;   // the line itself, for the caret; may be empty
};

// All that was found in one pass, in the order of the texts.
class Diagnostics {
 public:
    void add(Diagnostic diagnostic) { all_.push_back(std::move(diagnostic)); }
    bool has_errors() const;
    std::size_t error_count() const;
    std::size_t warning_count() const;
    bool empty() const { return all_.empty(); }
    const std::vector<Diagnostic>& all() const { return all_; }
    // By file, line and column; equal places keep their order.
    void sort();

 private:
    std::vector<Diagnostic> all_;
};

// `rules/late.yaml:3:12: error: '2hh' is not a duration [PR104]`, the line, a caret, the hint.
// With `colour`, ANSI escapes as compilers use them.
std::string format_text(const Diagnostic& diagnostic, bool colour);

// One JSON object per diagnostic, in an array; keys as in the struct.
std::string format_json(const Diagnostics& diagnostics);

}  // namespace premura
