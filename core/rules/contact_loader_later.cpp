#include "core/rules/contact_loader_later.h"

#include "core/rules/contact_loader.h"

namespace premura {
namespace {

constexpr std::string_view surge_keys[] = {"name", "more_than", "per", "do"};
constexpr std::string_view surge_steps[] = {"hold", "escalate"};
constexpr std::string_view held[] = {"call", "message", "any"};

}  // namespace

void check_later_contact_keys(const YamlNode& contact, YamlReader& reader) {
    if (const YamlNode* one_call = contact.find("one_call_for_all_open_cases")) {
        reader.boolean(*one_call, "'one_call_for_all_open_cases'");
    }
}

void check_surge(const YamlNode& node, YamlReader& reader) {
    if (!reader.list(node, "'surge'")) return;
    for (const YamlNode& item : node.items) {
        if (!reader.map(item, "a surge rule", surge_keys)) continue;
        reader.required_text(item, "name", "the surge rule");
        reader.required_text(item, "more_than", "the surge rule");
        reader.texts_under(item, "per");
        const YamlNode* steps = reader.required(item, "do", "the surge rule");
        if (steps == nullptr || !reader.list(*steps, "'do'")) continue;
        for (const YamlNode& step : steps->items) {
            if (!reader.map(step, "a surge step", surge_steps)) continue;
            if (const YamlNode* hold = step.find("hold")) reader.word(*hold, "'hold'", held);
            reader.text_under(step, "escalate");
        }
    }
}

}  // namespace premura
