#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace premura {

// Writes numbers and texts as bytes: varints (LEB128, seven bits a byte, low first), zigzag for
// signed ones. Overwrites the given string, whose room it keeps using; the string is complete when
// the writer is gone.
class ByteWriter {
 public:
    explicit ByteWriter(std::string& bytes) : bytes_{bytes} {
        bytes_.resize(bytes_.capacity());
        position_ = bytes_.data();
        end_ = position_ + bytes_.size();
    }
    ~ByteWriter() { bytes_.resize(static_cast<std::size_t>(position_ - bytes_.data())); }
    ByteWriter(const ByteWriter&) = delete;
    ByteWriter& operator=(const ByteWriter&) = delete;

    void byte(std::uint8_t value) {
        make_room(1);
        *position_++ = static_cast<char>(value);
    }
    void varint(std::uint64_t value) {
        make_room(varint_bytes_max);
        while (value >= 0x80) {
            *position_++ = static_cast<char>(value | 0x80);
            value >>= 7;
        }
        *position_++ = static_cast<char>(value);
    }
    void signed_varint(std::int64_t value) {
        varint((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
    }
    void fixed64(std::uint64_t value) {
        static_assert(std::endian::native == std::endian::little);
        append(&value, sizeof value);
    }
    void text(std::string_view value) {
        varint(value.size());
        append(value.data(), value.size());
    }

 private:
    static constexpr std::size_t varint_bytes_max = 10;

    void append(const void* from, std::size_t size) {
        make_room(size);
        if (size != 0) std::memcpy(position_, from, size);
        position_ += size;
    }
    void make_room(std::size_t size) {
        if (static_cast<std::size_t>(end_ - position_) < size) grow(size);
    }
    void grow(std::size_t size) {
        const auto used = static_cast<std::size_t>(position_ - bytes_.data());
        bytes_.resize(2 * bytes_.size() + size);
        position_ = bytes_.data() + used;
        end_ = bytes_.data() + bytes_.size();
    }

    std::string& bytes_;
    char* position_;
    char* end_;
};

// Reads them back. After a read past the end `ok()` is false and everything read is zero or empty,
// so that a reader checks once, at the end.
class ByteReader {
 public:
    explicit ByteReader(std::string_view bytes) : bytes_{bytes} {}

    bool ok() const { return ok_; }
    bool at_end() const { return bytes_.empty(); }
    std::uint8_t byte() {
        if (bytes_.empty()) return fail();
        const auto value = static_cast<std::uint8_t>(bytes_.front());
        bytes_.remove_prefix(1);
        return value;
    }
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            const std::uint8_t part = byte();
            value |= static_cast<std::uint64_t>(part & 0x7f) << shift;
            if ((part & 0x80) == 0) return value;
        }
        return fail();
    }
    std::int64_t signed_varint() {
        const std::uint64_t value = varint();
        return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
    }
    std::uint64_t fixed64() {
        std::uint64_t value = 0;
        if (bytes_.size() < sizeof value) return fail();
        std::memcpy(&value, bytes_.data(), sizeof value);
        bytes_.remove_prefix(sizeof value);
        return value;
    }
    std::string_view text() {
        const std::uint64_t size = varint();
        if (size > bytes_.size()) {
            fail();
            return {};
        }
        const std::string_view value = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return value;
    }

 private:
    std::uint8_t fail() {
        ok_ = false;
        bytes_ = {};
        return 0;
    }

    std::string_view bytes_;
    bool ok_ = true;
};

}  // namespace premura
