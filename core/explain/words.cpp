#include "core/explain/words.h"

namespace premura {

std::string_view code_of(Language language) { return language == Language::italian ? "it" : "en"; }

std::optional<Language> language_named(std::string_view name) {
    const std::string_view language = name.substr(0, name.find_first_of("-_"));
    if (language == "en") return Language::english;
    if (language == "it") return Language::italian;
    return std::nullopt;
}

const ExplainWords& words_of(Language language) {
    return language == Language::italian ? italian_words : english_words;
}

const VocabularyWords& vocabulary_of(Language language) {
    return language == Language::italian ? italian_vocabulary : english_vocabulary;
}

}  // namespace premura
