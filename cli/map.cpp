#include "cli/map.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>

#include "core/events/decoder.h"
#include "core/events/encode.h"
#include "core/events/limits.h"
#include "core/rules/rule_set.h"
#include "core/rules/rule_set_loader.h"
#include "files/read_files.h"

namespace premura {
namespace {

constexpr int exit_fine = 0;
constexpr int exit_nothing = 1;
constexpr int exit_usage = 2;

// The text of a payload, cut off a little above what a record may hold.
bool read_payload(const std::string& path, std::string& text) {
    std::ifstream file;
    if (path != "-") file.open(path, std::ios::binary);
    std::istream& stream = path == "-" ? std::cin : file;
    if (!stream) return false;
    text.resize(record_bytes_max + 1);
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return !stream.bad() && !text.empty();
}

std::string trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return std::string{text};
}

Headers headers_of(const std::vector<std::string>& written) {
    Headers headers;
    for (const std::string& line : written) {
        const std::size_t colon = line.find(':');
        std::string name = trimmed(std::string_view{line}.substr(0, colon));
        std::transform(name.begin(), name.end(), name.begin(), [](char letter) {
            return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
        });
        headers.emplace_back(std::move(name),
                             colon == line.npos ? "" : trimmed(line.substr(colon + 1)));
    }
    return headers;
}

// Which topics to try: the one that was asked for, else all that a mapping names.
std::vector<std::string> topics_for(const MapOptions& options, const RuleSet& rules) {
    if (!options.topic.empty()) return {options.topic};
    std::vector<std::string> topics;
    for (const Mapping& mapping : rules.mappings) {
        for (const std::string& topic : mapping.topics) {
            if (std::find(topics.begin(), topics.end(), topic) == topics.end()) {
                topics.push_back(topic);
            }
        }
    }
    topics.emplace_back("premura.events.v1");
    return topics;
}

std::string text_of(const Value& value) {
    switch (value.kind) {
        case Value::Kind::none: return "";
        case Value::Kind::text: return std::string{value.text};
        case Value::Kind::number: return fmt::format("{}", value.number);
        case Value::Kind::boolean: return value.boolean ? "true" : "false";
        case Value::Kind::time: return format_utc(value.as_time());
        case Value::Kind::date: return format_date(LocalDate{value.as_date()});
    }
    return "";
}

void write(const Event& event, bool as_json, std::ostream& out) {
    if (as_json) {
        out << encode_event(event) << '\n';
        return;
    }
    out << fmt::format("{}  {}{}  tenant {}\n", event_definition(event.type).name,
                       format_utc(event.time),
                       event.broker_time ? " (the log's time: the payload has none)" : "",
                       event.tenant);
    const auto line = [&out](std::string_view name, const std::string& value) {
        out << fmt::format("  {:<24} {}\n", name, value);
    };
    for (std::size_t i = 0; i < subject_type_count; ++i) {
        if (event.subject_ids[i].empty()) continue;
        line(fact(id_fact_of(static_cast<SubjectType>(i))).name, std::string{event.subject_ids[i]});
    }
    for (const Fact& known : event.facts) line(fact(known.number).name, text_of(known.value));
}

void write(const DecodeResult& result, const MapOptions& options, const RuleSet& rules,
           std::ostream& out) {
    if (result.outcome == DecodeResult::Outcome::clock) {
        out << "the clock of a replay: " << format_utc(result.clock) << '\n';
        return;
    }
    for (const Event& event : result.events) write(event, options.json, out);
    if (result.ignored_events > 0) {
        out << fmt::format("left out: {} ({})\n", result.ignored_events, result.label);
    }
    if (result.outcome != DecodeResult::Outcome::rejected) return;
    out << fmt::format("no event: {} [{}]{}\n", result.rejection.message, result.rejection.reason,
                       result.rejection.place.empty() ? "" : " at " + result.rejection.place);
    if (result.rejection.reason == rejected::no_envelope) {
        out << fmt::format("  mappings that were tried: {}\n", rules.mappings.size());
        out << "  does it come in with headers? name them with --header 'name: value'\n";
    }
    if (result.rejection.reason == rejected::unknown_tenant) {
        out << "  give the tenants and their calendars, too: --mapping FILE config/tenants config/calendars\n";
    }
}

}  // namespace

int run_map(const MapOptions& options, std::ostream& out) {
    const ReadFiles files = read_files(options.mappings);
    if (files.diagnostics.has_errors()) {
        for (const Diagnostic& each : files.diagnostics.all()) out << format_text(each, false);
        return exit_usage;
    }
    const Loaded loaded = load_rule_set(files.texts);
    if (loaded.rule_set == nullptr) {
        for (const Diagnostic& each : loaded.diagnostics.all()) out << format_text(each, false);
        return exit_nothing;
    }
    Record record;
    if (!read_payload(options.file, record.value)) {
        out << options.file << ": cannot be read, or is empty\n";
        return exit_usage;
    }
    record.headers = headers_of(options.headers);
    record.key = options.key;
    record.timestamp = std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());

    Decoder decoder;
    for (const std::string& topic : topics_for(options, *loaded.rule_set)) {
        record.topic = topic;
        const DecodeResult result = decoder.decode(record, *loaded.rule_set, record.timestamp);
        const bool last = topic == topics_for(options, *loaded.rule_set).back();
        const bool fits = result.outcome != DecodeResult::Outcome::rejected ||
                          result.rejection.reason != rejected::no_envelope;
        if (!fits && !last) continue;
        write(result, options, *loaded.rule_set, out);
        return result.outcome == DecodeResult::Outcome::rejected ? exit_nothing : exit_fine;
    }
    return exit_nothing;
}

}  // namespace premura
