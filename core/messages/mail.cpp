#include "core/messages/mail.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/hash.h"
#include "core/rules/tenant_channels_loader.h"

namespace premura {
namespace {

constexpr std::size_t encoded_line_max = 76;  // RFC 2045, 6.7 (5)
constexpr std::size_t word_bytes_max = 42;    // of an encoded word: 56 letters of base 64 and its frame, below 75

constexpr std::string_view letters_of_base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string base64(std::string_view bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
        for (std::size_t k = 0; k < 3; ++k) {
            group = (group << 8) | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0u);
        }
        for (std::size_t k = 0; k < 4; ++k) {
            text += k <= count ? letters_of_base64[(group >> (18 - 6 * k)) & 63] : '=';
        }
    }
    return text;
}

// What no header may hold.
std::string one_line(std::string_view text) {
    std::string line{text};
    std::replace_if(line.begin(), line.end(), [](char letter) { return static_cast<unsigned char>(letter) < 0x20; }, ' ');
    return line;
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char letter) { return static_cast<unsigned char>(letter) < 0x7f; });
}

// RFC 2047. A character is never divided between two words.
std::string encoded_words(std::string_view text) {
    if (is_ascii(text) && text.find("=?") == text.npos && text.size() <= encoded_line_max - 10) return std::string{text};
    std::string words;
    while (!text.empty()) {
        std::size_t end = std::min(text.size(), word_bytes_max);
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
        words += fmt::format("{}=?UTF-8?B?{}?=", words.empty() ? "" : "\r\n ", base64(text.substr(0, end)));
        text.remove_prefix(end);
    }
    return words;
}

std::string mailbox(std::string_view written) {
    const std::string line = one_line(written);
    const std::string_view address = address_in(line);
    const std::string_view name = name_in(line);
    if (name.empty()) return std::string{address};
    if (!is_ascii(name)) return fmt::format("{} <{}>", encoded_words(name), address);
    std::string quoted;
    for (const char letter : name) {
        if (letter == '"' || letter == '\\') quoted += '\\';
        quoted += letter;
    }
    return fmt::format("\"{}\" <{}>", quoted, address);
}

// RFC 2045, 6.7: a blank at the end of a line is encoded too.
std::string quoted_printable(std::string_view text) {
    std::string result;
    std::size_t column = 0;
    const auto put = [&result, &column](std::string_view piece) {
        if (column + piece.size() > encoded_line_max - 1) {
            result += "=\r\n";
            column = 0;
        }
        result += piece;
        column += piece.size();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char letter = text[i];
        const auto byte = static_cast<unsigned char>(letter);
        if (letter == '\r') continue;
        if (letter == '\n') {
            result += "\r\n";
            column = 0;
            continue;
        }
        const bool at_end = i + 1 == text.size() || text[i + 1] == '\n' || text[i + 1] == '\r';
        const bool blank = letter == ' ' || letter == '\t';
        const bool plain = byte > 0x20 && byte < 0x7f && letter != '=';
        if (plain || (blank && !at_end)) {
            put(text.substr(i, 1));
        } else {
            put(fmt::format("={:02X}", byte));
        }
    }
    if (!result.ends_with("\r\n")) result += "\r\n";
    return result;
}

// RFC 5322, 3.3, in UTC.
std::string date_text(Instant time) {
    static constexpr std::string_view days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto midnight = std::chrono::floor<std::chrono::days>(time);
    const LocalDate date{midnight};
    const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - midnight)};
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000", days[std::chrono::weekday{midnight}.c_encoding()],
                       static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                       static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                       clock.seconds().count());
}

std::string part(std::string_view type, std::string_view content) {
    return fmt::format("Content-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}", type,
                       quoted_printable(content));
}

}  // namespace

std::string message_id_of(std::string_view id, std::string_view from) {
    const std::string_view address = address_in(from);
    const std::size_t at = address.find('@');
    return fmt::format("{}@{}", id, at == address.npos ? std::string_view{"premura.invalid"} : address.substr(at + 1));
}

std::string mail_bytes(const Mail& mail) {
    std::string bytes = fmt::format("Date: {}\r\nFrom: {}\r\nTo: {}\r\n", date_text(mail.date), mailbox(mail.from),
                                    mailbox(mail.to));
    if (!mail.reply_to.empty()) bytes += fmt::format("Reply-To: {}\r\n", mailbox(mail.reply_to));
    bytes += fmt::format("Subject: {}\r\nMessage-ID: <{}>\r\n", encoded_words(one_line(mail.subject)),
                         one_line(mail.message_id));
    if (!mail.language.empty()) bytes += fmt::format("Content-Language: {}\r\n", one_line(mail.language));
    // So that no automatic answer comes back (RFC 3834).
    bytes += "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n";
    if (mail.html.empty()) return bytes + part("text/plain", mail.text);
    // Letters of a hash: in a quoted-printable body no line can be `--=_` and these.
    const std::string boundary = "=_" + derived_id({"boundary", mail.message_id});
    bytes += fmt::format("Content-Type: multipart/alternative; boundary=\"{}\"\r\n\r\n", boundary);
    bytes += fmt::format("--{}\r\n{}--{}\r\n{}--{}--\r\n", boundary, part("text/plain", mail.text), boundary,
                         part("text/html", mail.html), boundary);
    return bytes;
}

}  // namespace premura
