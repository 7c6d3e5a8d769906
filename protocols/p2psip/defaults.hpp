#pragma once

#include "protocols/time.hpp"

#include <cstddef>

namespace carillon::p2psip::defaults {

using namespace std::chrono_literals;

/// How long an asker waits for one holder.
constexpr duration fetch_timeout = 1s;

/// How long an asker remembers who holds a key: its other holders are asked
/// right after the first, or never.
constexpr duration holders_memory = 3s;

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

/// Parts that a range of keys is split into to find what differs in it.
constexpr size_t range_parts = 16;

/// Records of a range that are listed one by one; a range with more of them is
/// split.
constexpr size_t listed_records = 64;

/// How often a range is split: 16^12 parts of the ring are far more than there
/// are records.
constexpr size_t range_depth = 12;

/// How long another holder may take to say what it has of a range.
constexpr duration digest_timeout = 1s;

/// How often it is asked.
constexpr size_t digest_attempts = 3;

/// Questions about ranges that a holder has under way with one other.
constexpr size_t digests_in_flight = 4;

/// Copies that a holder gives to one other, or waits for, at the same time,
/// before it asks for more differences.
constexpr size_t copies_in_flight = 64;

/// Questions that one comparison of two holders may take. One that needs more
/// goes on after a pause.
constexpr size_t digest_questions = 1024;

/// Pause before a comparison that has failed is tried again; each further
/// failure doubles it.
constexpr duration sync_retry = 2s;

/// The longest such pause.
constexpr duration max_sync_retry = 5min;

/// Records that a holder goes through in a second for the questions of others:
/// a twentieth of what a core hashes.
constexpr size_t digested_per_second = 1'000'000;

/// How far that work may run ahead of the time that it is worth.
constexpr duration digest_burst = 1s;

/// Largest encoded record.
constexpr size_t max_record_size = 48 * 1024;

/// Largest message between adapters.
constexpr size_t max_message_size = 56 * 1024;

/// The share of records that may have only hostile holders in a ring whose
/// number of copies is chosen for a share of hostile peers.
constexpr double tolerated_loss = 0.0005;

} // namespace carillon::p2psip::defaults
