#pragma once

#include "core/base/bytes.h"
#include "core/contacts/customer.h"

namespace premura {

// The part of a contact-state record that tells what agents did: since version 3 behind all else.
void write_calls(ByteWriter& out, const Customer& customer);
void read_calls(ByteReader& in, Customer& customer);

}  // namespace premura
