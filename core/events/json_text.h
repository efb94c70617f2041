#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace premura {

// A JSON text in memory of our own, with the places of its tokens.
//
// simdjson's first stage finds the tokens and checks UTF-8 and the ends of strings; JsonCursor
// walks them. That leaves out simdjson's second stage, whose tree an event read once has no use
// for, and costs about half of it. Owned by one decoder.
class JsonBuffer {
 public:
    // As many bytes behind the text may be read.
    static constexpr std::size_t padding = 64;

    JsonBuffer();
    ~JsonBuffer();

    // Copies the text. Views into the text before it are no longer valid.
    void copy(std::string_view text);
    // Finds the tokens. False when the text cannot be JSON.
    bool index();

    const char* data() const { return bytes_.data(); }
    std::size_t size() const { return size_; }
    std::size_t capacity() const { return bytes_.size(); }

    const std::uint32_t* tokens() const { return tokens_; }
    std::size_t token_count() const { return token_count_; }

    // Is there a backslash anywhere? Most texts have none, and then strings can be taken as they
    // stand.
    bool has_escapes() const { return has_escapes_; }
    // Replaces the escapes of what stands between two quotes. False when one of them is malformed,
    // or when more is unescaped than there is: each string once.
    bool unescape(std::string_view escaped, std::string_view& text);

 private:
    struct Stage;

    std::string bytes_;  // the text, a zero byte, and padding
    std::size_t size_ = 0;
    const std::uint32_t* tokens_ = nullptr;
    std::size_t token_count_ = 0;
    bool has_escapes_ = false;
    std::string unescaped_;
    std::size_t unescaped_size_ = 0;
    std::unique_ptr<Stage> stage_;
};

bool is_utf8(std::string_view text);

// A place among the tokens of a JSON text. Copies are cheap, and going back to one is allowed.
// Whatever is read is checked; what is skipped, for its nesting only.
class JsonCursor {
 public:
    explicit JsonCursor(JsonBuffer& buffer)
        : buffer_{&buffer},
          json_{buffer.data()},
          next_{buffer.tokens()},
          end_{buffer.tokens() + buffer.token_count()},
          has_escapes_{buffer.has_escapes()} {}

    // The first character of the token, which tells what it is; '\0' behind the last one.
    char kind() const { return json_[*next_]; }
    bool is_string() const { return kind() == '"'; }
    bool is_object() const { return kind() == '{'; }
    bool is_array() const { return kind() == '['; }
    bool is_number() const { return kind() == '-' || (kind() >= '0' && kind() <= '9'); }
    bool is_null() const { return kind() == 'n' && word() == "null"; }
    bool at_end() const { return next_ == end_; }
    bool operator==(const JsonCursor& other) const { return next_ == other.next_; }

    // The token as it is written: `null`, `-12`, `"text"`.
    std::string_view word() const {
        const char* start = json_ + *next_;
        const char* end = json_ + next_[1];
        while (end > start + 1 && is_blank(end[-1])) --end;
        return {start, static_cast<std::size_t>(end - start)};
    }
    void step() { ++next_; }

    // Reads a string and steps behind it. False: malformed. The text lives as long as the buffer's.
    bool read_string(std::string_view& text) {
        const std::string_view whole = word();
        ++next_;
        return contents(whole, text);
    }

    // Steps behind a value. False when there is none, or its brackets do not end.
    bool skip_value();

    // Calls `member(key)` for each member of the object here, with the cursor at its value, which
    // it reads or leaves. False when the object is malformed or `member` says false.
    template <typename Member>
    bool read_object(const Member& member) {
        ++next_;
        if (kind() == '}') {
            ++next_;
            return true;
        }
        for (;;) {
            if (!is_string() || json_[next_[1]] != ':') return false;
            std::string_view key;
            if (!contents(word(), key)) return false;
            next_ += 2;
            if (!read_element([&member, key] { return member(key); })) return false;
            const char separator = kind();
            if (at_end()) return false;
            ++next_;
            if (separator == '}') return true;
            if (separator != ',') return false;
        }
    }

    // The same for each element of the array here.
    template <typename Element>
    bool read_array(const Element& element) {
        ++next_;
        if (kind() == ']') {
            ++next_;
            return true;
        }
        for (;;) {
            if (!read_element(element)) return false;
            const char separator = kind();
            if (at_end()) return false;
            ++next_;
            if (separator == ']') return true;
            if (separator != ',') return false;
        }
    }

 private:
    static bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

    template <typename Element>
    bool read_element(const Element& element) {
        const std::uint32_t* start = next_;
        return element() && (next_ != start || skip_value());
    }

    // What stands between the quotes of a string token.
    bool contents(std::string_view whole, std::string_view& text) {
        if (whole.size() < 2 || whole.back() != '"') return false;
        text = whole.substr(1, whole.size() - 2);
        return !has_escapes_ || buffer_->unescape(text, text);
    }

    JsonBuffer* buffer_;
    const char* json_;
    const std::uint32_t* next_;
    const std::uint32_t* end_;
    bool has_escapes_;
};

}  // namespace premura
