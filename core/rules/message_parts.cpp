#include "core/rules/message_parts.h"

#include <algorithm>
#include <span>
#include <string>

namespace premura {
namespace {

// Beginnings of words, in lower case, that tell a part. Wide on purpose: a lint that is often wrong is switched off.
struct Signs {
    std::string_view language;
    std::span<const std::string_view> cause;
    std::span<const std::string_view> date;
    std::span<const std::string_view> next_step;
};

constexpr std::string_view cause_it[] = {
    "ritard", "problem", "non è", "non e'", "non ha", "non abbiamo", "non sono", "non le ha", "non registra", "nessuna notizia", "notizie", "manca", "dann", "rott", "smarr",
    "perso", "guast", "errore", "trovat", "al punto di ritiro", "in giacenza", "annullat", "lascia", "torna", "ci scusiamo",
    "consegnat", "spedit", "arriva", "accreditat", "pagat", "rimborsat", "sciopero", "disguido"};
constexpr std::string_view date_it[] = {
    "oggi", "domani", "dopodomani", "stamattina", "stasera", "entro", "giorn", "settiman", "minut", "data", "appena", "quando",
    "subito", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"};
constexpr std::string_view next_it[] = {
    "non deve", "deve", "non occorre", "non serve", "non è necessario", "avvisiamo", "scriviamo", "chiam", "richiam", "porti",
    "risponda", "può", "puo'", "riesce", "preferisc", "possiamo", "altrimenti", "se non", "chied", "controll", "conferm", "avrà",
    "la preghiamo", "per favore", "ritir", "stiamo", "novità"};
constexpr std::string_view cause_en[] = {
    "late", "delay", "problem", "not ", "no news", "missing", "broken", "damaged", "lost", "found", "wait", "sorry", "mistake", "error", "leaves",
    "stays", "goes back", "cancelled", "canceled", "returned", "shipped", "delivered", "arrive", "credited", "paid", "refunded",
    "strike"};
constexpr std::string_view date_en[] = {
    "today", "tomorrow", "this morning", "tonight", "within", "day", "hour", "minute", "week", "date", "as soon as", "when", "at once",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
constexpr std::string_view next_en[] = {
    "need", "nothing to do", "we are", "we write", "we will", "we'll", "will call", "will write", "you will", "please", "answer", "can you", "you can",
    "we can", "may we", "would", "if ", "call us", "write to us", "reply", "ask", "check", "confirm", "collect"};

constexpr Signs all_signs[] = {{"it", cause_it, date_it, next_it}, {"en", cause_en, date_en, next_en}};

// Tags that tell a part whatever the words around them.
constexpr std::string_view cause_tags[] = {"{{reason}}", "{{rule.name}}"};
constexpr std::string_view next_tags[] = {"{{link}}", "{{brand_phone}}"};
constexpr std::string_view date_tags[] = {".day}}", ".day_short}}", ".time}}"};

bool is_letter(char byte) {
    return (byte >= 'a' && byte <= 'z') || static_cast<unsigned char>(byte) >= 0x80;
}

// Does a word of the text begin so?
bool begins_a_word(std::string_view text, std::string_view sign) {
    for (std::size_t at = text.find(sign); at != text.npos; at = text.find(sign, at + 1)) {
        if (at == 0 || !is_letter(text[at - 1])) return true;
    }
    return false;
}

// ASCII in lower case; what stands between `{{` and `}}` is a name, not a word to the customer.
std::string words_of(std::string_view text) {
    std::string words;
    while (!text.empty()) {
        const std::size_t open = std::min(text.find("{{"), text.size());
        words += text.substr(0, open);
        const std::size_t close = text.find("}}", open);
        text.remove_prefix(close == text.npos ? text.size() : close + 2);
    }
    std::transform(words.begin(), words.end(), words.begin(),
                   [](char byte) { return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + ('a' - 'A')) : byte; });
    return words;
}

bool has_any(std::string_view text, std::span<const std::string_view> tags) {
    return std::any_of(tags.begin(), tags.end(), [text](std::string_view tag) { return text.find(tag) != text.npos; });
}

bool tells(std::string_view words, std::span<const std::string_view> signs) {
    return std::any_of(signs.begin(), signs.end(), [words](std::string_view sign) { return begins_a_word(words, sign); });
}

}  // namespace

std::vector<MessagePart> missing_parts(std::string_view language, std::string_view text) {
    const auto* signs = std::find_if(std::begin(all_signs), std::end(all_signs),
                                     [language](const Signs& of) { return of.language == language; });
    if (signs == std::end(all_signs)) return {};
    const std::string words = words_of(text);
    std::vector<MessagePart> missing;
    if (!has_any(text, cause_tags) && !tells(words, signs->cause)) missing.push_back(MessagePart::cause);
    if (!has_any(text, date_tags) && !tells(words, signs->date)) missing.push_back(MessagePart::date);
    if (!has_any(text, next_tags) && !tells(words, signs->next_step)) missing.push_back(MessagePart::next_step);
    return missing;
}

}  // namespace premura
