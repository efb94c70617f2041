#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace premura {

struct MapOptions {
    std::string file;                    // the payload; `-` is standard input
    std::vector<std::string> mappings;   // files and folders: mappings, and the tenants they name
    std::string topic;                   // the one it comes in through; empty: those of the mappings in turn
    std::vector<std::string> headers;    // `name: value`
    std::string key;                     // of the record
    bool json = false;                   // the events as CloudEvents, one a line
};

// `premura map`: shows what a mapping makes of a payload, or why it makes nothing. Gives the exit code: 0 events
// came out, 1 none did or the mappings have errors, 2 a file could not be read.
int run_map(const MapOptions& options, std::ostream& out);

}  // namespace premura
