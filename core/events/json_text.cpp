#include "core/events/json_text.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>

namespace premura {
namespace {

using Implementation = simdjson::internal::dom_parser_implementation;

static_assert(JsonBuffer::padding >= simdjson::SIMDJSON_PADDING);

// Later versions of simdjson want to be told whether lone surrogates may be replaced.
template <typename Parser>
std::uint8_t* parse_string(const Parser& parser, const std::uint8_t* from, std::uint8_t* to) {
    if constexpr (requires { parser.parse_string(from, to, false); }) {
        return parser.parse_string(from, to, false);
    } else {
        return parser.parse_string(from, to);
    }
}

}  // namespace

struct JsonBuffer::Stage {
    // For most records the first allocation is enough.
    static constexpr std::size_t first_capacity = std::size_t{16} << 10;

    std::unique_ptr<Implementation> parser;

    bool reserve(std::size_t size) {
        if (parser == nullptr) {
            return !simdjson::get_active_implementation()->create_dom_parser_implementation(
                std::max(size, first_capacity), simdjson::DEFAULT_MAX_DEPTH, parser);
        }
        return parser->capacity() >= size || !parser->set_capacity(size);
    }
};

JsonBuffer::JsonBuffer() : stage_{std::make_unique<Stage>()} {}
JsonBuffer::~JsonBuffer() = default;

void JsonBuffer::copy(std::string_view text) {
    size_ = text.size();
    if (bytes_.size() < size_ + padding) bytes_.resize(size_ + padding);
    std::memcpy(bytes_.data(), text.data(), size_);
    bytes_[size_] = '\0';
    token_count_ = 0;
}

bool JsonBuffer::index() {
    unescaped_size_ = 0;
    if (size_ == 0 || !stage_->reserve(size_)) return false;
    const auto* json = reinterpret_cast<const std::uint8_t*>(bytes_.data());
    if (stage_->parser->stage1(json, size_, simdjson::stage1_mode::regular)) return false;
    tokens_ = stage_->parser->structural_indexes.get();
    token_count_ = stage_->parser->n_structural_indexes;
    has_escapes_ = std::memchr(json, '\\', size_) != nullptr;
    return true;
}

bool JsonBuffer::unescape(std::string_view escaped, std::string_view& text) {
    text = escaped;
    if (escaped.find('\\') == std::string_view::npos) return true;
    if (unescaped_.size() < size_ + padding) unescaped_.resize(size_ + padding);
    // A text is never longer than it was with its escapes.
    if (unescaped_size_ + escaped.size() > size_) return false;
    auto* target = reinterpret_cast<std::uint8_t*>(unescaped_.data() + unescaped_size_);
    const auto* source = reinterpret_cast<const std::uint8_t*>(escaped.data());
    const auto* end = parse_string(*stage_->parser, source, target);
    if (end == nullptr) return false;
    text = {unescaped_.data() + unescaped_size_, static_cast<std::size_t>(end - target)};
    unescaped_size_ += text.size();
    return true;
}

bool is_utf8(std::string_view text) {
    return simdjson::validate_utf8(text);
}

bool JsonCursor::skip_value() {
    std::size_t depth = 0;
    do {
        switch (kind()) {
            case '{':
            case '[':
                ++depth;
                break;
            case '}':
            case ']':
                if (depth == 0) return false;
                --depth;
                break;
            case ',':
            case ':':
                if (depth == 0) return false;
                break;
            case '\0':
                if (at_end()) return false;
                break;
            default:
                break;
        }
        ++next_;
    } while (depth > 0);
    return true;
}

}  // namespace premura
