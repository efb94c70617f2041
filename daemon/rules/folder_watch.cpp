#include "daemon/rules/folder_watch.h"

#include <sys/inotify.h>

#include <boost/asio/buffer.hpp>

namespace premura {
namespace {

namespace fs = std::filesystem;

// A file that is written and closed, moved, made or removed: also a link that is swapped, as deployments do.
constexpr std::uint32_t changes = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                                  IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB;

}  // namespace

FolderWatch::FolderWatch(boost::asio::io_context& context, std::vector<fs::path> paths, Milliseconds quiet,
                         std::function<void()> changed)
    : paths_{std::move(paths)}, quiet_{quiet}, changed_{std::move(changed)}, events_{context}, timer_{context} {
    const int descriptor = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (descriptor < 0) return;
    events_.assign(descriptor);
    watching_ = true;
    look();
    read();
}

FolderWatch::~FolderWatch() = default;

// Watches all folders there are now; one that is watched already stays so.
void FolderWatch::look() {
    const auto watch = [this](const fs::path& folder) {
        ::inotify_add_watch(events_.native_handle(), folder.c_str(), changes | IN_ONLYDIR);
    };
    for (const fs::path& path : paths_) {
        std::error_code error;
        if (!fs::is_directory(path, error)) {
            // A file is watched through its folder, because editors put a new file in its place.
            watch(path.has_parent_path() ? path.parent_path() : fs::path{"."});
            continue;
        }
        watch(path);
        fs::recursive_directory_iterator entry{path, fs::directory_options::skip_permission_denied, error};
        for (; !error && entry != fs::recursive_directory_iterator{}; entry.increment(error)) {
            if (entry.depth() >= depth_max) entry.disable_recursion_pending();
            std::error_code unknown;
            if (entry->is_directory(unknown)) watch(entry->path());
        }
    }
}

void FolderWatch::read() {
    events_.async_read_some(boost::asio::buffer(buffer_), [this](const boost::system::error_code& error, std::size_t) {
        if (error) return;
        wait_for_quiet();
        read();
    });
}

void FolderWatch::wait_for_quiet() {
    timer_.expires_after(quiet_);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        look();
        changed_();
    });
}

}  // namespace premura
