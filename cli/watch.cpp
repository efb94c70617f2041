#include "cli/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <thread>

#include "cli/http_client.h"
#include "cli/interrupt.h"
#include "cli/sse_reader.h"

namespace premura {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds timeout{10'000};
constexpr milliseconds delay_min{200};
constexpr milliseconds delay_max{3'000};

bool wait(milliseconds delay) {
    const auto until = std::chrono::steady_clock::now() + delay;
    while (!interrupted() && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(milliseconds{50});
    }
    return !interrupted();
}

HttpClient::Headers headers_for(const WatchOptions& options, const SseReader& reader) {
    HttpClient::Headers headers;
    if (!options.token.empty()) headers.emplace_back("Authorization", "Bearer " + options.token);
    if (!reader.last_id().empty()) {
        headers.emplace_back("Last-Event-ID", reader.last_id());
    } else if (options.from_start) {
        headers.emplace_back("Last-Event-ID", "0");
    }
    return headers;
}

}  // namespace

int run_watch(const WatchOptions& options, std::ostream& out, std::ostream& messages) {
    const std::string where = fmt::format("http://{}:{}", options.url.host, options.url.port);
    SseReader reader;
    const auto heard = [&options, &out, &messages](const SseReader::Event& event) {
        if (event.type == "missed") {
            messages << "some lines were missed: the daemon keeps no more of them\n" << std::flush;
        } else if (options.raw) {
            out << event.data << '\n' << std::flush;
        } else if (const auto line = watch_line(event.type, event.data, options.style)) {
            out << *line << '\n' << std::flush;
        }
    };
    HttpClient client{options.url, timeout};
    milliseconds delay = delay_min;
    bool told = false;
    while (!interrupted()) {
        reader.restart();
        const HttpReply reply = client.stream(
            "/v1/stream", headers_for(options, reader),
            [&reader, &heard, &told, &delay](std::string_view piece) {
                reader.read(piece, heard);
                told = false;
                delay = delay_min;
                return true;
            });
        if (interrupted()) break;
        const bool refused = reply.status >= 400 && reply.status < 500 && reply.status != 429;
        if (refused) {
            messages << fmt::format("{} answers {}: {}\n", where, reply.status, reply.body);
            return 1;
        }
        if (!told) {
            messages << fmt::format("{}: {}; trying again until Ctrl-C\n", where,
                                    reply.error.empty()
                                        ? fmt::format("the stream ended (status {})", reply.status)
                                        : reply.error)
                     << std::flush;
        }
        told = true;
        if (!wait(delay)) break;
        delay = std::min(delay * 2, delay_max);
    }
    return 0;
}

}  // namespace premura
