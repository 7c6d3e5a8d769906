#pragma once

#include "protocols/time.hpp"

#include <cstddef>

namespace carillon::p2psip::defaults {

using namespace std::chrono_literals;

/// How long an asker waits for one holder.
constexpr duration fetch_timeout = 1s;

/// How long an asker waits for the owner to store a record and its copies.
constexpr duration store_timeout = 3s;

/// How often an asker looks for the owner anew and stores again.
constexpr size_t store_attempts = 3;

/// How long an owner waits for one copy to be on disk.
constexpr duration copy_timeout = 1s;

/// Records that one peer holds at most.
constexpr size_t records_per_peer = 1'000'000;

/// Requests that one peer may have under way, of each kind.
constexpr size_t pending_requests = 4096;

/// Copies that one peer repairs at the same time.
constexpr size_t repairs_in_flight = 32;

/// Largest encoded record.
constexpr size_t max_record_size = 48 * 1024;

/// Largest message between adapters.
constexpr size_t max_message_size = 64 * 1024;

} // namespace carillon::p2psip::defaults
