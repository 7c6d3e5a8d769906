#pragma once

#include "actors/log.hpp"
#include "protocols/error.hpp"
#include "runtime/config.hpp"

#include <botan/rng.h>

#include <functional>

namespace carillon {

/// Gets a new member the secrets of the cluster's node from one of the seeds,
/// and puts them into the data directory; does nothing for a member that has
/// them, or that founds the cluster. Tries the seeds in turn until one answers.
/// @param is_stopped tells whether somebody asked the process to end.
/// @returns `interrupted`; `invalid_configuration` for files that cannot be
///          used; `storage_failed`.
[[nodiscard]] expected<void>
seek_node_secrets(const config& settings, const logger& log,
                  const std::function<bool()>& is_stopped,
                  Botan::RandomNumberGenerator& rng);

} // namespace carillon
