#include "core/rules/duration_loader.h"

#include <fmt/format.h>

#include <vector>

#include "core/base/nearest.h"
#include "core/events/vocabulary_loader.h"

namespace premura {
namespace {

constexpr std::string_view example = "write for example: 24 business hours";

constexpr std::string_view words[] = {"business", "second", "seconds", "minute", "minutes", "hour",
                                      "hours",    "day",    "days",    "week",   "weeks"};

// Numbers and words apart, whatever stands between them: "2hh" is "2" and "hh".
std::vector<std::string> pieces_of(std::string_view text) {
    std::vector<std::string> pieces;
    int kind_before = -1;
    for (const char letter : text) {
        const int kind = letter >= '0' && letter <= '9'   ? 0
                         : letter == ' ' || letter == '_' ? -1
                                                          : 1;
        if (kind >= 0 && kind != kind_before) pieces.emplace_back();
        if (kind >= 0) {
            const bool upper = letter >= 'A' && letter <= 'Z';
            pieces.back() += upper ? static_cast<char>(letter - 'A' + 'a') : letter;
        }
        kind_before = kind;
    }
    return pieces;
}

std::string_view word_meant(std::string_view piece) {
    if (piece == "h" || piece == "hr" || piece == "hrs") return "hours";
    if (piece == "d") return "days";
    if (piece == "min" || piece == "mins" || piece == "m") return "minutes";
    if (piece == "s" || piece == "sec" || piece == "secs") return "seconds";
    if (piece == "w") return "weeks";
    // As teams in Italy and Germany write them.
    if (piece == "giorno" || piece == "giorni" || piece == "tag" || piece == "tage") return "days";
    if (piece == "ora" || piece == "ore" || piece == "stunde" || piece == "stunden") return "hours";
    if (piece == "minuto" || piece == "minuti" || piece == "minuten") return "minutes";
    if (piece == "settimana" || piece == "settimane" || piece == "woche" || piece == "wochen") return "weeks";
    if (piece == "lavorativi" || piece == "lavorative" || piece == "lavorativo") return "business";
    if (piece == "working" || piece == "work" || piece == "bank") return "business";
    for (const std::string_view word : words) {
        if (word == piece) return word;
    }
    return nearest(piece, words);
}

std::string guess(std::string_view written) {
    std::string guessed;
    for (const std::string& piece : pieces_of(written)) {
        const bool is_number = piece[0] >= '0' && piece[0] <= '9';
        if (!guessed.empty()) guessed += ' ';
        guessed += is_number ? piece : std::string{word_meant(piece)};
    }
    const auto duration = parse_duration(guessed);
    return duration ? format(*duration) : std::string{};
}

}  // namespace

std::string duration_hint(std::string_view written) {
    if (written.empty() || written.size() > 60) return std::string{example};
    if (written.find("business week") != written.npos) {
        return "weeks have no fixed number of business days: write for example 5 business days";
    }
    if (written.find_first_not_of("0123456789") == written.npos) {
        return fmt::format("say the unit: {0} hours, or {0} business hours", written);
    }
    if (written.starts_with("0 ")) return "write: at once";
    const std::string guessed = guess(written);
    return guessed.empty() ? std::string{example} : fmt::format("did you mean '{}'?", guessed);
}

std::optional<Duration> load_duration(const YamlNode& node, YamlReader& reader) {
    const auto written = reader.text(node, "a duration");
    if (!written) return std::nullopt;
    const auto duration = parse_duration(*written);
    if (!duration) {
        reader.error("PR104", node, fmt::format("'{}' is not a duration", *written),
                     duration_hint(*written));
    }
    return duration;
}

std::optional<CalendarReference> load_calendar_reference(const YamlNode& node, YamlReader& reader) {
    const auto written = reader.text(node, "'calendar'");
    if (!written) return std::nullopt;
    if (!written->starts_with("of ")) {
        if (fact_named(*written) != nullptr) {
            reader.error("PR110", node, fmt::format("'{}' is a fact, not the name of a calendar", *written),
                         fmt::format("did you mean 'of {}'?", *written));
            return std::nullopt;
        }
        const auto name = reader.name(node, "the name of a calendar");
        return name ? std::optional{CalendarReference{*name, 0}} : std::nullopt;
    }
    YamlNode fact_node = node;
    fact_node.text = written->substr(3);
    const FactDefinition* fact = load_fact(fact_node, reader);
    if (fact == nullptr) return std::nullopt;
    if (fact->kind != FactKind::text) {
        reader.error(
            "PR121", node,
            fmt::format("'{}' is a {}, and names no calendar", fact->name, name_of(fact->kind)),
            "write: of order.warehouse");
        return std::nullopt;
    }
    return CalendarReference{{}, fact->number};
}

}  // namespace premura
