#pragma once

#include "protocols/time.hpp"

#include <cstddef>

namespace carillon::defaults {

using namespace std::chrono_literals;

/// Granularity of the pacemaker.
constexpr duration tick_interval = 20ms;

/// Time between two refreshes of a finger table in a settled ring.
constexpr duration finger_refresh_interval = 30s;

/// Time between two looks for records that have expired.
constexpr duration expiry_interval = 60s;

/// Peers that a joining peer is told to try.
constexpr size_t join_contacts = 4;

/// Time between two attempts to join.
constexpr duration join_retry_interval = 2s;

/// Holders that have to say that a record does not exist, where there are as
/// many.
constexpr size_t absence_witnesses = 2;

/// Registrations that a bootstrap server has under way.
constexpr size_t pending_registrations = 4096;

/// Restarts of one peer within `restart_period` before it is given up.
constexpr size_t max_restarts = 5;

/// See `max_restarts`.
constexpr duration restart_period = 60s;

/// How long leaving peers may take to hand over their records.
constexpr duration leave_timeout = 5s;

} // namespace carillon::defaults
