#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <array>
#include <filesystem>
#include <functional>
#include <vector>

#include "core/base/time.h"

namespace premura {

// Calls back when files under some folders have changed and then been quiet for a while, by inotify(7). Editors write
// a file in several steps, and deployments many files one after the other: one call for all of them. Owned and called on
// the context's thread.
class FolderWatch {
 public:
    // `quiet`: how long nothing must have happened. Folders deeper than `depth_max` are not looked at.
    static constexpr int depth_max = 8;

    FolderWatch(boost::asio::io_context& context, std::vector<std::filesystem::path> paths, Milliseconds quiet,
                std::function<void()> changed);
    ~FolderWatch();
    FolderWatch(const FolderWatch&) = delete;
    FolderWatch& operator=(const FolderWatch&) = delete;

    // False when the system gives no watch; nothing is ever called back then.
    bool is_watching() const { return watching_; }

 private:
    void look();
    void read();
    void wait_for_quiet();

    const std::vector<std::filesystem::path> paths_;
    const Milliseconds quiet_;
    const std::function<void()> changed_;
    boost::asio::posix::stream_descriptor events_;
    boost::asio::steady_timer timer_;
    std::array<char, 4096> buffer_{};
    bool watching_ = false;
};

}  // namespace premura
