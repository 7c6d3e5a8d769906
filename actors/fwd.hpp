#pragma once

#include <memory>

namespace carillon {

class clock;
class peer_directory;

struct fetch_outcome;
struct node_context;
struct node_identity;
struct overlay_message;
struct peer_config;
struct peer_view;
struct stored_record;

using peer_config_ptr = std::shared_ptr<const peer_config>;
using node_context_ptr = std::shared_ptr<const node_context>;
using node_identity_ptr = std::shared_ptr<const node_identity>;

} // namespace carillon
