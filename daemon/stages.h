#pragma once

#include <memory>
#include <vector>

#include "core/rules/rule_set.h"
#include "daemon/log/topics.h"
#include "daemon/log_engine.h"
#include "daemon/pipeline/worker.h"
#include "daemon/settings/settings.h"

namespace premura {

// The stages that one worker runs, and how they hang together: sources -> (intake) -> orders -> findings ->
// contacts (-> outbox, when there is a sender); contacts and incidents talk with each other. `current_rules` is asked whenever a stage is made.
std::vector<Worker::StageSetup> stages_of_worker(
    const Settings& settings, const TopicNames& names, LogEngine& log, int worker,
    std::function<std::shared_ptr<const RuleSet>()> current_rules);

// The full names of the source topics: those of the settings, else Premura's own.
std::vector<SourceSettings> sources_of(const Settings& settings, const TopicNames& names);

}  // namespace premura
