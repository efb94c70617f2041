#include "daemon/service/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/daemon/temporary_folder.h"

using namespace premura;
using namespace std::chrono_literals;

namespace {

// Stands where systemd does: the socket that $NOTIFY_SOCKET names.
class FakeManager {
 public:
    FakeManager() : socket_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)} {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const std::string path = folder_.file("notify");
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    }
    ~FakeManager() {
        ::close(socket_);
        ::unsetenv("NOTIFY_SOCKET");
        ::unsetenv("WATCHDOG_USEC");
        ::unsetenv("WATCHDOG_PID");
    }
    FakeManager(const FakeManager&) = delete;
    FakeManager& operator=(const FakeManager&) = delete;

    // The next message; empty when there is none.
    std::string heard() {
        char bytes[1024];
        const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
        return count > 0 ? std::string(bytes, static_cast<std::size_t>(count)) : std::string{};
    }

 private:
    TemporaryFolder folder_;
    const int socket_;
};

}  // namespace

TEST_CASE("the service manager hears how the daemon does", "[service]") {
    FakeManager systemd;
    ServiceManager manager;
    manager.status("restoring 3/6");
    manager.extend_timeout(30s);
    manager.ready("watching\n6 partitions");
    manager.stopping("committing");
    CHECK(systemd.heard() == "STATUS=restoring 3/6");
    CHECK(systemd.heard() == "EXTEND_TIMEOUT_USEC=30000000");
    CHECK(systemd.heard() == "READY=1\nSTATUS=watching 6 partitions");
    CHECK(systemd.heard() == "STOPPING=1\nSTATUS=committing");
}

TEST_CASE("a reload says when it began", "[service]") {
    FakeManager systemd;
    ServiceManager{}.reloading();
    CHECK_THAT(systemd.heard(), Catch::StartsWith("RELOADING=1\nMONOTONIC_USEC="));
}

TEST_CASE("the watchdog is fed at half of its time, if there is one", "[service]") {
    FakeManager systemd;
    CHECK_FALSE(ServiceManager{}.watchdog_interval().has_value());
    ::setenv("WATCHDOG_USEC", "30000000", 1);
    CHECK(ServiceManager{}.watchdog_interval() == Milliseconds{15'000});
    ::setenv("WATCHDOG_PID", "1", 1);
    CHECK_FALSE(ServiceManager{}.watchdog_interval().has_value());
}

TEST_CASE("the watchdog is fed only when every loop has moved", "[service]") {
    FakeManager systemd;
    ServiceManager manager;
    CHECK(manager.feed({1, 1}));
    CHECK(systemd.heard() == "WATCHDOG=1");

    CHECK_FALSE(manager.feed({1, 1}));
    CHECK_FALSE(manager.feed({9, 1}));
    CHECK(systemd.heard() == "");

    // Since it was last fed both have moved, though not at the same time.
    CHECK(manager.feed({9, 2}));
    CHECK(systemd.heard() == "WATCHDOG=1");
    CHECK_FALSE(manager.feed({9, 3}));
}

TEST_CASE("without a service manager nothing happens", "[service]") {
    ServiceManager manager;
    manager.ready("by hand");
    CHECK(manager.feed({1}));
    CHECK_FALSE(manager.watchdog_interval().has_value());
}
