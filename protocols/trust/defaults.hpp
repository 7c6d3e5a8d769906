#pragma once

#include <cstddef>

/// Weights and limits of opinions about peers.
namespace carillon::trust::defaults {

/// The weight of not knowing anything: how much evidence it takes until belief
/// and disbelief outweigh uncertainty.
/// Source: Josang, "Subjective Logic" (2016), section 3.4, W.
inline constexpr double prior_weight = 2;

/// What is expected of a stranger.
inline constexpr double base_rate = 0.5;

/// How much one good answer counts for a peer.
inline constexpr double good_weight = 1;

/// How much silence counts against a peer; it may be the network's fault.
inline constexpr double silence_weight = 1;

/// How much one provably wrong answer counts against a peer.
inline constexpr double lie_weight = 8;

/// The evidence at which older outcomes begin to fade.
inline constexpr double max_evidence = 1024;

/// Peers that one peer keeps evidence about: more than it has neighbours,
/// fingers and share holders of recent calls.
inline constexpr size_t max_peers = 512;

} // namespace carillon::trust::defaults
