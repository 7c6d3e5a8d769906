#pragma once

#include <cstddef>

/// Limits of what nodes say to each other over a link.
namespace carillon::link::defaults {

/// Largest message of a link.
inline constexpr size_t max_message = 64 * 1024;

/// Peers in one list: successor lists reach further than usual where one node
/// runs many neighbouring peers.
inline constexpr size_t max_peers = 64;

/// Longest text of a refusal.
inline constexpr size_t max_detail = 512;

/// Longest text key of a record: a name, a domain and an index.
inline constexpr size_t max_key = 512;

/// Longest name of whom a message is delivered to.
inline constexpr size_t max_addressee = 64;

/// Longest trace id.
inline constexpr size_t max_trace = 64;

} // namespace carillon::link::defaults
