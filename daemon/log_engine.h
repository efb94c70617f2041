#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>
#include <vector>

#include "daemon/log/log.h"
#include "daemon/log/log_tail.h"
#include "daemon/log/topics.h"
#include "daemon/service/journal.h"
#include "daemon/settings/settings.h"

namespace premura {

// The log that the settings ask for, opened and checked: which topics there are, and how many partitions. Owned
// by the main thread; outlives every reader and writer made of it.
class LogEngine {
 public:
    virtual ~LogEngine() = default;

    // A reader of a stage for one worker; called on the worker's thread, whose executor it is.
    virtual std::unique_ptr<StageLog> reader(StageTopics topics, int worker,
                                             boost::asio::any_io_executor executor) = 0;
    // Follows Premura's own topics (full names) for a view of what the stages say; called on the thread of `executor`.
    virtual std::unique_ptr<LogTail> tail(std::vector<std::string> topics, boost::asio::any_io_executor executor) = 0;
    // Appends what comes in over HTTP. Any thread.
    virtual LogWriter& writer() = 0;
    // Partitions of the orders stage, and so of the contacts stage.
    virtual int partitions() const = 0;
    // Partitions of a source that is not keyed by order; it is read by a stage of its own.
    virtual int partitions_of(const std::string& topic) const = 0;
    // What was found or made, for the journal.
    virtual const std::vector<std::string>& notes() const = 0;
};

// Throws LogError when it cannot be opened, or when topics are missing or wrong: the text tells all of them.
// `executor` is the main thread's.
std::unique_ptr<LogEngine> open_log(const Settings& settings, const TopicNames& names,
                                    boost::asio::any_io_executor executor, Journal& journal);

}  // namespace premura
