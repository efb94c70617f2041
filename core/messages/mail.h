#pragma once

#include <string>
#include <string_view>

#include "core/base/time.h"

namespace premura {

// All that an e-mail is made of.
struct Mail {
    std::string from;        // `ACME Casa <care@acme.example>`
    std::string to;          // an address
    std::string reply_to;    // may be empty
    std::string subject;
    std::string text;
    std::string html;        // a page; empty: the mail has its text alone
    std::string language;    // may be empty
    std::string message_id;  // without angle brackets
    Instant date;
};

// The mail as it goes over the wire (RFC 5322, RFC 2045 to 2047): lines end with CR LF, bodies are quoted-printable, names
// and subject encoded where they are not ASCII. A pure function: a repeat has the same bytes. No value can begin another
// header line.
std::string mail_bytes(const Mail& mail);

// `<id>@<host>`, the host being that of the sender's address: the same for every attempt.
std::string message_id_of(std::string_view id, std::string_view from);

}  // namespace premura
