#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/diagnostics.h"
#include "core/base/time.h"
#include "core/contacts/contacts_stage.h"
#include "core/orders/orders_stage.h"
#include "daemon/accounts/account_options.h"
#include "daemon/api/http_api.h"
#include "daemon/http/http_server.h"
#include "daemon/http/stream_hub.h"
#include "daemon/pipeline/pipeline.h"
#include "daemon/rules/reload_options.h"
#include "daemon/senders/options.h"
#include "daemon/service/journal.h"
#include "daemon/sqlite/sqlite_log.h"

namespace premura {

// A topic that events come in through.
struct SourceSettings {
    std::string topic;  // full name
    // Its records have the order's id as their key. Others are sent on through the intake topic.
    bool keyed_by_order = true;
    // Ops are told when nothing has come for so long; nothing: never.
    std::optional<Milliseconds> silent_after;

    bool operator==(const SourceSettings&) const = default;
};

struct KafkaSettings {
    std::string bootstrap;  // host:port, several with commas
    // What goes to librdkafka as it is, by its own names. Secrets have been read from their files.
    std::map<std::string, std::string> properties;
    std::set<std::string> secret_properties;  // those of them that nobody must see
    bool create_topics = true;                // missing topics are made, else they are an error
    int replication = 3;                      // of topics that are made
    Milliseconds commit_timeout = std::chrono::seconds{30};
};

// All that premurad is told from outside, checked. Every key is described in config/premura.yaml;
// where an engine or an adapter has options of its own, they stand here as they are, and their
// defaults are the defaults. Immutable once loaded.
struct Settings {
    enum class LogKind { sqlite, kafka };

    // Names this daemon among its like: stable across restarts, different on every machine.
    std::string instance;
    // Time is the recorded events', not the wall's. Stands in the options of stages and pipelines
    // too.
    bool replay = false;
    int workers = 2;
    std::vector<std::filesystem::path> rules;  // folders and files
    // Empty: Premura's own topic `<topic_prefix>.events.v1` alone.
    std::vector<SourceSettings> sources;

    struct Log {
        LogKind kind = LogKind::sqlite;
        std::string topic_prefix = "premura";
        int partitions = 6;  // of topics that are made
        std::filesystem::path file;
        SqliteLogOptions sqlite;
        KafkaSettings kafka;
    } log;

    PipelineOptions pipeline;  // without stage and topics
    OrdersOptions orders;      // without `partitions`, which the log knows
    ContactsOptions contacts;
    SendersOptions senders;
    HttpServerOptions http;
    HttpApiOptions api;  // with the token
    bool proxy_tls = false;  // a proxy in front of us does TLS
    AccountOptions accounts;
    StreamHubOptions stream;
    JournalOptions journal;
    ReloadOptions reload;

    // Does anything go out? A replay never sends: what it decides was decided long ago.
    bool has_outbox() const { return senders.any() && !replay; }
};

// What a process finds around it, as values, so that tests can say what it is.
struct Surroundings {
    std::filesystem::path credentials_folder;  // $CREDENTIALS_DIRECTORY; empty: none
    std::filesystem::path state_folder;        // $STATE_DIRECTORY; empty: none
    std::string host_name;
};
Surroundings surroundings_of_process();

// Reads the file, then the files `conf.d/*.yaml` beside it in the order of their names: a later
// value wins, maps merge, lists replace. Nothing comes back when there is an error among the
// diagnostics, which hold all mistakes of all files.
std::optional<Settings> load_settings(const std::filesystem::path& file,
                                      const Surroundings& surroundings, Diagnostics& diagnostics);

// Every key there is, as a path: "log.sqlite.file".
std::vector<std::string_view> settings_keys();

// Every key and its value, one a line, as `premurad --show-settings` prints them. Without secrets.
std::string describe(const Settings& settings);

}  // namespace premura
