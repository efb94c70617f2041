#include "core/messages/fill_in.h"

#include <algorithm>
#include <deque>
#include <kainjow/mustache.hpp>

#include "core/messages/html.h"

namespace premura {
namespace {

using kainjow::mustache::basic_context;
using kainjow::mustache::data;

// Before the names of sections, so that they are told from variables when the library asks for a name. No name of ours
// has it.
constexpr char section_mark = '?';

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

// The template with marked sections, and all its variables of the kind that is escaped.
std::string prepared(std::string_view text) {
    std::string result;
    while (true) {
        const std::size_t begin = text.find("{{");
        result += text.substr(0, begin);
        if (begin == text.npos) return result;
        const bool three = text.substr(begin).starts_with("{{{");
        const std::string_view closing = three ? "}}}" : "}}";
        const std::size_t inside = begin + closing.size();
        const std::size_t end = text.find(closing, inside);
        if (end == text.npos) return result;  // the loader has refused it
        std::string_view tag = trimmed(text.substr(inside, end - inside));
        result += "{{";
        if (tag.starts_with('#') || tag.starts_with('^') || tag.starts_with('/')) {
            result += tag.front();
            result += section_mark;
            tag = trimmed(tag.substr(1));
        } else if (tag.starts_with('&')) {
            tag = trimmed(tag.substr(1));
        }
        result += tag;
        result += "}}";
        text.remove_prefix(end + closing.size());
    }
}

// Answers the library's questions from the values; remembers what nobody knew.
class ValuesContext final : public basic_context<std::string> {
 public:
    ValuesContext(const MessageValues& values, Gap gap, std::vector<std::string>& missing)
        : values_{values}, gap_{gap}, missing_{missing} {}

    // Sections of ours change nothing in what names mean.
    void push(const data*) override {}
    void pop() override {}
    const data* get_partial(const std::string&) const override { return nullptr; }

    const data* get(const std::string& name) const override {
        if (name.starts_with(section_mark)) {
            return &answers_.emplace_back(data{values_.holds(std::string_view{name}.substr(1))});
        }
        auto value = values_.find(name);
        if (value) return &answers_.emplace_back(data{std::move(*value)});
        if (std::find(missing_.begin(), missing_.end(), name) == missing_.end()) missing_.push_back(name);
        return gap_ == Gap::named ? &answers_.emplace_back(data{"[" + name + "]"}) : nullptr;
    }

 private:
    const MessageValues& values_;
    const Gap gap_;
    std::vector<std::string>& missing_;
    mutable std::deque<data> answers_;  // must live until the text is made; a deque does not move them
};

}  // namespace

FilledIn fill_in(std::string_view text, const MessageValues& values, Escape escape, Gap gap) {
    FilledIn filled;
    kainjow::mustache::mustache engine{prepared(text)};
    if (escape == Escape::html) {
        engine.set_custom_escape([](const std::string& value) { return escaped_html(value); });
    } else {
        engine.set_custom_escape([](const std::string& value) { return value; });
    }
    ValuesContext context{values, gap, filled.missing};
    filled.text = engine.render(context);
    if (!engine.is_valid()) filled.missing.push_back(engine.error_message());
    return filled;
}

}  // namespace premura
