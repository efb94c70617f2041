#include "core/rules/contact_loader_later.h"

#include <fmt/format.h>

#include "core/rules/contact_loader.h"
#include "core/rules/duration_loader.h"

namespace premura {
namespace {

constexpr std::string_view retry_keys[] = {"no_answer", "busy", "voicemail", "then"};
constexpr std::string_view then_keys[] = {"notify", "message"};

void check_retry(const YamlNode& node, YamlReader& reader) {
    if (!reader.map(node, "'retry_call'", retry_keys)) return;
    for (const YamlEntry& entry : node.entries) {
        if (entry.key.text == "then") {
            if (!reader.map(entry.value, "'then'", then_keys)) continue;
            reader.required_text(entry.value, "notify", "'then'");
            reader.required_text(entry.value, "message", "'then'");
            continue;
        }
        for (const YamlNode* delay : reader.one_or_many(entry.value, "the delays")) {
            load_duration(*delay, reader);
        }
    }
}

}  // namespace

void check_later_contact_keys(const YamlNode& contact, YamlReader& reader) {
    if (const YamlNode* one_call = contact.find("one_call_for_all_open_cases")) {
        reader.boolean(*one_call, "'one_call_for_all_open_cases'");
    }
    if (const YamlNode* retry = contact.find("retry_call")) check_retry(*retry, reader);
}

}  // namespace premura
