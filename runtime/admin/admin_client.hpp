#pragma once

#include "protocols/error.hpp"
#include "protocols/time.hpp"
#include "runtime/admin/node_url.hpp"
#include "runtime/defaults.hpp"

#include <filesystem>
#include <string>

namespace carillon {

/// A request to the admin interface of a node.
struct admin_question {
  node_url where;
  std::string method = "GET";
  std::string target = "/";
  /// The certificate of whoever vouches for the node, in PEM; empty for those
  /// that the system trusts.
  std::filesystem::path ca;
  /// Empty for none.
  std::string token;
  /// What the whole exchange may take.
  duration patience = defaults::ctl_timeout;
};

struct admin_reply {
  unsigned status = 0;
  std::string content_type;
  std::string body;
};

/// Asks a node, and waits for the answer.
/// @returns `unreachable` with the address and the reason when there is none,
///          `timeout`, `invalid_configuration` for an authority that cannot be
///          read, or `untrusted_certificate`.
[[nodiscard]] expected<admin_reply> ask_admin(const admin_question& what);

} // namespace carillon
