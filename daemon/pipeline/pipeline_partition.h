#pragma once

#include "daemon/pipeline/pipeline.h"
#include "daemon/pipeline/progress_word.h"

// What a pipeline keeps of each of its partitions; for the pipeline's own files alone.

namespace premura {

// State key of an incident that ops were told of, and that is not over: so that it ends though we were started anew.
inline constexpr std::string_view told_key = "incident/";

struct Pipeline::Partition {
    std::unique_ptr<Stage> stage;
    Instant log_complete = instant_min;       // of the probed topics
    std::map<std::string, Said> producers;    // what each ("orders/3") said of itself
    std::map<std::string, Instant> heard;     // as written to the state
    std::map<std::string, Instant> told;      // incidents that are open, "kind/about", since when
    std::vector<StateRecord> own_state;       // records of the pipeline itself
    Instant progress_told = instant_min;
};

}  // namespace premura
