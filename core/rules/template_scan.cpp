#include "core/rules/template_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "core/base/nearest.h"
#include "core/events/vocabulary.h"

namespace premura {
namespace {

constexpr std::string_view contact_variables[] = {
    "brand",        "brand_phone",      "link",           "reason",
    "agent.name",   "agent.first_name", "promise.day",    "promise.day_short",
    "promise.time", "voucher.code",     "voucher.amount", "voucher.amount.text",
    "rule.name"};
constexpr std::string_view time_ends[] = {"", ".day", ".day_short", ".time"};

// Names made of other names need an owner; a deque does not move them.
struct Variables {
    std::deque<std::string> made;
    std::vector<std::string_view> names;
    std::vector<std::string_view> sections;  // first parts too: {{#voucher}}

    Variables() {
        for (const std::string_view name : contact_variables) add(std::string{name});
        for (const FactDefinition& fact : all_facts()) {
            if (fact.kind == FactKind::time) {
                add_time(fact.name);
            } else {
                add(std::string{fact.name});
                if (fact.kind == FactKind::number) add(fmt::format("{}.text", fact.name));
            }
        }
        for (const EventDefinition& event : all_events()) {
            const std::string name = fmt::format("{}_at", event.name);
            // Some are facts, too: shipment.handed_over_at.
            if (fact_named(name) == nullptr) add_time(name);
        }
        sections = names;
        for (const std::string_view name : names) {
            const std::string_view first = name.substr(0, name.find('.'));
            if (std::find(sections.begin(), sections.end(), first) == sections.end()) {
                sections.push_back(first);
            }
        }
    }

    void add(std::string name) { names.push_back(made.emplace_back(std::move(name))); }
    void add_time(std::string_view name) {
        for (const std::string_view end : time_ends) add(fmt::format("{}{}", name, end));
    }
};

const Variables& variables() {
    static const Variables all;
    return all;
}

std::string_view trim(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

bool is_variable_name(std::string_view text) {
    if (text.empty()) return false;
    return std::all_of(text.begin(), text.end(), [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '_' || letter == '.';
    });
}

class Scanner {
 public:
    explicit Scanner(std::string_view text) : text_(text) {}

    std::vector<TemplateProblem> scan() {
        for (std::size_t begin = text_.find("{{"); begin != text_.npos;
             begin = text_.find("{{", begin)) {
            const bool three = text_.substr(begin).starts_with("{{{");
            const std::size_t inside = begin + (three ? 3 : 2);
            const std::string_view closing = three ? "}}}" : "}}";
            const std::size_t end = text_.find(closing, inside);
            if (end == text_.npos || text_.substr(inside, end - inside).find('\n') != text_.npos) {
                broken("a tag that is not closed on its line", fmt::format("add the {}", closing));
                return std::move(problems_);
            }
            tag(trim(text_.substr(inside, end - inside)), three);
            begin = end + closing.size();
            ++tag_;
        }
        for (const Section& section : open_) {
            tag_ = section.tag;
            broken(fmt::format("the section '{}' is not closed", section.name),
                   fmt::format("add {{{{/{}}}}} where it ends", section.name));
        }
        return std::move(problems_);
    }

 private:
    struct Section {
        std::string_view name;
        std::size_t tag = 0;
    };

    void broken(std::string message, std::string hint) {
        problems_.push_back(
            {TemplateProblem::Kind::broken, tag_, std::move(message), std::move(hint)});
    }

    void tag(std::string_view inside, bool three) {
        const char sign = inside.empty() ? ' ' : inside.front();
        const std::string_view rest = inside.empty() ? inside : trim(inside.substr(1));
        if (three || sign == '&') {
            variable(three ? inside : rest, variables().names);
        } else if (sign == '!') {
            return;
        } else if (sign == '#' || sign == '^') {
            if (variable(rest, variables().sections)) open_.push_back({rest, tag_});
        } else if (sign == '/') {
            close(rest);
        } else if (sign == '=') {
            broken("other delimiters are not supported", "keep {{ and }}");
        } else if (sign == '>' || sign == '<' || sign == '$') {
            broken("a template cannot include another", "write the text out");
        } else {
            variable(inside, variables().names);
        }
    }

    void close(std::string_view name) {
        if (open_.empty() || open_.back().name != name) {
            broken(
                fmt::format("the section '{}' is closed, and {}", name,
                            open_.empty() ? "none is open"
                                          : fmt::format("the open one is '{}'", open_.back().name)),
                "sections close in the reverse order of their opening");
            return;
        }
        open_.pop_back();
    }

    // False when it is no name at all.
    bool variable(std::string_view name, std::span<const std::string_view> known) {
        if (!is_variable_name(name)) {
            broken(fmt::format("'{}' is not the name of a variable", name),
                   "only plain names are filled in, such as {{order.number}}");
            return false;
        }
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            problems_.push_back(
                {TemplateProblem::Kind::unknown_variable, tag_,
                 fmt::format("there is no variable '{}': nothing will stand here", name),
                 did_you_mean(name, known)});
        }
        return true;
    }

    std::string_view text_;
    std::size_t tag_ = 0;
    std::vector<Section> open_;
    std::vector<TemplateProblem> problems_;
};

}  // namespace

std::vector<TemplateProblem> scan_template(std::string_view text) {
    return Scanner{text}.scan();
}

std::span<const std::string_view> template_variables() {
    return variables().names;
}

}  // namespace premura
