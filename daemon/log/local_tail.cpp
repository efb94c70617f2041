#include "daemon/log/local_tail.h"

#include <algorithm>
#include <utility>

namespace premura {

LocalTail::LocalTail(std::unique_ptr<StageStore> store, const std::vector<int>& partitions,
                     std::shared_ptr<ReadySignal> signal)
    : store_{std::move(store)}, signal_{std::move(signal)} {
    for (std::size_t input = 0; input < partitions.size(); ++input) {
        for (int partition = 0; partition < partitions[input]; ++partition) places_.push_back({input, partition, 0, 0});
    }
    // What is there already is to be had.
    signal_->raise();
}

LocalTail::~LocalTail() { signal_->cancel(); }

LogTail::Batch LocalTail::read(std::size_t records_max) {
    signal_->lower();
    Batch batch;
    {
        const ReadScope scope{*store_};
        if (!std::exchange(opened_, true)) see_ends();
        // A topic with a long past may fill whole batches, so each place has its turn to be first.
        const std::size_t first = turn_++;
        for (std::size_t i = 0; i < places_.size(); ++i) {
            batch.more = fetch(places_[(first + i) % places_.size()], records_max, batch.records) || batch.more;
        }
    }
    batch.caught_up = std::ranges::all_of(places_, [](const Place& place) { return place.next >= place.end_at_first; });
    if (batch.more) signal_->raise();
    return batch;
}

void LocalTail::see_ends() {
    for (Place& place : places_) place.end_at_first = store_->end(place.input, place.partition);
}

bool LocalTail::fetch(Place& place, std::size_t records_max, std::vector<Record>& records) {
    const std::int64_t end = store_->end(place.input, place.partition);
    if (place.next >= end) return false;
    if (records.size() >= records_max) return true;
    const std::size_t before = records.size();
    place.next = store_->fetch(place.input, place.partition, place.next, records_max - before, records);
    // Nothing, though there was room: the last records before the end are not kept any more.
    if (before == 0 && records.empty()) place.next = end;
    return place.next < end;
}

void LocalTail::wait(std::function<void()> ready) { signal_->wait(std::move(ready)); }

}  // namespace premura
