#include "cli/event_lines.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "cli/interrupt.h"

namespace premura {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{256} << 10;
constexpr unsigned char zstd_magic[] = {0x28, 0xb5, 0x2f, 0xfd};
constexpr int poll_ms = 200;  // how often a wait for input looks for Ctrl-C

struct FreeStream {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

}  // namespace

struct EventLines::Impl {
    explicit Impl(std::string given) : path{std::move(given)} { open(); }
    ~Impl() {
        if (descriptor > 0) ::close(descriptor);
    }

    void open();
    std::optional<std::string_view> next();
    bool fill();
    std::size_t read_some(char* into, std::size_t size);
    void fail(std::string message) {
        if (error.empty()) error = fmt::format("{}: {}", path, message);
        at_end = true;
    }

    const std::string path;
    int descriptor = -1;
    std::optional<std::uint64_t> total;
    std::uint64_t taken = 0;
    std::uint64_t lines = 0;
    std::uint64_t long_lines = 0;
    std::string error;

    std::string buffer;        // text and padding
    std::size_t begin = 0;     // what was not given out yet starts here
    std::size_t size = 0;      // and ends here
    bool at_end = false;
    bool skipping = false;     // inside a line that is too long

    std::unique_ptr<ZSTD_DStream, FreeStream> stream;
    std::string packed;
    std::size_t packed_begin = 0;
    std::size_t packed_size = 0;
    bool frame_open = false;   // the input may not end here
};

void EventLines::Impl::open() {
    buffer.resize(chunk_bytes + padding);
    packed.resize(chunk_bytes);
    descriptor = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return fail(std::strerror(errno));
    struct stat status = {};
    if (::fstat(descriptor, &status) == 0) {
        if (S_ISDIR(status.st_mode)) return fail("is a folder");
        if (S_ISREG(status.st_mode)) total = static_cast<std::uint64_t>(status.st_size);
    }
    while (packed_size < sizeof zstd_magic) {
        const std::size_t count = read_some(packed.data() + packed_size, chunk_bytes - packed_size);
        if (count == 0) break;
        packed_size += count;
    }
    if (packed_size >= sizeof zstd_magic &&
        std::memcmp(packed.data(), zstd_magic, sizeof zstd_magic) == 0) {
        stream.reset(ZSTD_createDStream());
    }
}

// Zero at the end, after an error, and when Ctrl-C was pressed.
std::size_t EventLines::Impl::read_some(char* into, std::size_t room) {
    for (;;) {
        pollfd waiting{descriptor, POLLIN, 0};
        const int ready = ::poll(&waiting, 1, poll_ms);
        if (interrupted()) return 0;
        if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
        const ssize_t count = ::read(descriptor, into, room);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail(std::strerror(errno));
        if (count <= 0) return 0;
        taken += static_cast<std::uint64_t>(count);
        return static_cast<std::size_t>(count);
    }
}

// Gets more text behind what is there. False when there is no more.
bool EventLines::Impl::fill() {
    if (at_end) return false;
    if (begin > 0) {
        std::memmove(buffer.data(), buffer.data() + begin, size - begin);
        size -= begin;
        begin = 0;
    }
    if (buffer.size() < size + chunk_bytes + padding) {
        buffer.resize(size + chunk_bytes + padding);
    }
    for (;;) {
        if (packed_begin == packed_size) {
            packed_begin = 0;
            packed_size = read_some(packed.data(), chunk_bytes);
            if (packed_size == 0) {
                if (frame_open && !interrupted()) fail("ends in the middle of its zstd data");
                at_end = true;
                return false;
            }
        }
        if (!stream) {
            const std::size_t count = packed_size - packed_begin;
            std::memcpy(buffer.data() + size, packed.data() + packed_begin, count);
            packed_begin = packed_size;
            size += count;
            return true;
        }
        ZSTD_inBuffer input{packed.data(), packed_size, packed_begin};
        ZSTD_outBuffer output{buffer.data() + size, chunk_bytes, 0};
        const std::size_t rest = ZSTD_decompressStream(stream.get(), &output, &input);
        packed_begin = input.pos;
        if (ZSTD_isError(rest)) {
            fail(fmt::format("is damaged: {}", ZSTD_getErrorName(rest)));
            return false;
        }
        frame_open = rest != 0;
        size += output.pos;
        if (output.pos > 0) return true;
    }
}

std::optional<std::string_view> EventLines::Impl::next() {
    std::size_t looked_at = begin;
    for (;;) {
        const void* end = std::memchr(buffer.data() + looked_at, '\n', size - looked_at);
        if (end == nullptr) {
            const std::size_t length = size - begin;
            if (length > line_bytes_max) {
                skipping = true;
                begin = size;
            }
            if (fill()) {
                looked_at = begin + (skipping ? 0 : length);
                continue;
            }
            if (begin == size || skipping || !error.empty() || interrupted()) {
                if (skipping) ++long_lines;
                skipping = false;
                return std::nullopt;
            }
        }
        const char* const start = buffer.data() + begin;
        const std::size_t length =
            end == nullptr ? size - begin
                           : static_cast<std::size_t>(static_cast<const char*>(end) - start);
        begin += length + (end == nullptr ? 0 : 1);
        looked_at = begin;
        ++lines;
        if (std::exchange(skipping, false) || length > line_bytes_max) {
            ++long_lines;
            continue;
        }
        std::string_view line{start, length};
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.find_first_not_of(" \t") != line.npos) return line;
    }
}

EventLines::EventLines(std::string path) : impl_{std::make_unique<Impl>(std::move(path))} {}
EventLines::~EventLines() = default;

std::optional<std::string_view> EventLines::next() { return impl_->next(); }
std::uint64_t EventLines::line_number() const { return impl_->lines; }
std::uint64_t EventLines::too_long() const { return impl_->long_lines; }
std::uint64_t EventLines::bytes_read() const { return impl_->taken; }
std::optional<std::uint64_t> EventLines::bytes_total() const { return impl_->total; }
const std::string& EventLines::error() const { return impl_->error; }

}  // namespace premura
