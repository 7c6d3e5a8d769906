#pragma once

#include "protocols/chord/peer_ref.hpp"
#include "protocols/identity/fingerprint.hpp"
#include "protocols/link/overlay_codec.hpp"
#include "protocols/time.hpp"
#include "runtime/link/link_connection.hpp"

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

namespace carillon {

/// A message that waits for a link.
struct waiting_message {
  chord::peer_ref to;
  link::overlay_frame frame;
};

/// What is to be done with a message for another node.
struct message_route {
  /// The link to send it over; null when there is none.
  std::shared_ptr<link_connection> link;
  /// Where to open a link to; a message that there is no link for waits for it.
  /// Empty when one is being opened already, or cannot be.
  std::string dial;
  /// Whom to ask to have the other node open a link; null as `dial` is empty.
  std::shared_ptr<link_connection> introducer;
  /// Whom to ask for a tunnel to the other node; null as `dial` is empty.
  std::shared_ptr<link_connection> relay;
  /// Why it cannot be sent.
  std::optional<error> failure;
};

/// What a node knows about the others: the links to them, those being opened
/// with what waits for them, and how they can be reached. Thread-safe.
class link_table {
public:
  using link_ptr = std::shared_ptr<link_connection>;

  /// @param listens whether others can open links to this node.
  link_table(identity::fingerprint own, bool listens, uint32_t seed);

  /// Finds a way for a message, which is taken when it has to wait.
  [[nodiscard]] message_route route(const chord::peer_ref& to,
                                    link::overlay_frame& frame, timestamp now);

  /// A link that was opened, and what it replaces.
  struct admitted_link {
    /// The link that gives way, which may be this one; null when there was no
    /// other.
    link_ptr loser;
    /// The other node may still send over the link that gives way.
    bool is_in_use = false;
    /// Messages that have waited for it.
    std::deque<waiting_message> waiting;
  };

  /// Takes in a link that was opened.
  /// @returns why it must not be.
  [[nodiscard]] expected<admitted_link> add(const link_ptr& opened,
                                            timestamp now);

  /// Forgets a link that has ended.
  /// @returns messages that waited for it in vain.
  [[nodiscard]] std::deque<waiting_message> remove(const link_ptr& ended,
                                                   timestamp now);

  /// Tells that a tunnel to a node has come to nothing.
  /// @returns whom to ask for another one; null when nobody is left, or there
  /// is
  ///          a link.
  [[nodiscard]] link_ptr next_relay(const identity::fingerprint& node);

  /// Tells that a link could not even be dialled.
  /// @returns messages that waited for it in vain.
  [[nodiscard]] std::deque<waiting_message>
  dial_failed(const identity::fingerprint& node, timestamp now);

  /// Tells that a node which listens nowhere was named over a link.
  void note_introducer(const chord::node_info& node, const link_connection& by);

  /// Gives up waiting for nodes that were asked to open a link.
  /// @returns messages that waited for them in vain.
  [[nodiscard]] std::deque<waiting_message> expire(timestamp now);

  /// Gives a link to a node; null when there is none.
  [[nodiscard]] link_ptr find(const identity::fingerprint& node) const;

  /// Gives the link to the node of a peer, of a cluster the one to the member
  /// where the peer is said to run, or else to any member; null when there is
  /// none.
  [[nodiscard]] link_ptr find(const chord::peer_ref& peer) const;

  /// Tells whether there is a link to a node.
  [[nodiscard]] bool has_link(const chord::node_info& node) const;

  /// Gives all open links.
  [[nodiscard]] std::vector<link_ptr> links() const;

  /// Gives one link to each node: a cluster counts no more than others.
  [[nodiscard]] std::vector<link_ptr> one_link_each() const;

  /// Gives where nodes listen that there have been links to, those of open
  /// links first, and few of each node.
  [[nodiscard]] std::vector<std::string> addresses(size_t max_count) const;

private:
  /// When a link may be opened that could not be.
  struct retry {
    timestamp at{};
    duration delay{0};
  };

  struct node_state {
    /// To each member of a cluster, if the node is one; at most one otherwise.
    std::vector<link_ptr> links;
    bool dialling = false;
    /// Until when the node may open the link that it was asked for.
    timestamp wait_until = timestamp::max();
    /// Who may know a way to the node.
    std::optional<identity::fingerprint> introducer;
    /// Who was asked for a tunnel to it since the last attempt began.
    std::vector<identity::fingerprint> asked;
    std::deque<waiting_message> waiting;
    /// Where it listens by its own word.
    std::string address;
    /// Where it was looked for last, and no link has come of it yet.
    std::string tried;
    retry again;
    /// The same for where members of a cluster have said that they listen.
    std::unordered_map<std::string, retry> members;

    /// Gives when a link to an address may be opened.
    [[nodiscard]] retry& when(const std::string& where);
  };

  using nodes = std::unordered_map<identity::fingerprint, node_state>;

  [[nodiscard]] static link_ptr link_to(const node_state& node,
                                        const std::string& endpoint);
  [[nodiscard]] bool begin_dial(node_state& node, const std::string& address,
                                timestamp now);
  void note_address(node_state& node, const link_connection& opened,
                    timestamp now);
  [[nodiscard]] node_state* find_or_add(const identity::fingerprint& id);
  [[nodiscard]] static const std::string&
  address_of(const node_state& node, const chord::node_info& named,
             timestamp now);
  [[nodiscard]] link_ptr introducer_of(const node_state& node) const;
  [[nodiscard]] link_ptr relay_to(const node_state& node) const;
  void end_dial(node_state& node);
  [[nodiscard]] std::deque<waiting_message>
  give_up_dial(const identity::fingerprint& id, timestamp now);
  void back_off(retry& which, timestamp now);

  identity::fingerprint own_;
  bool listens_;
  mutable std::mutex mutex_;
  nodes nodes_;
  size_t dials_ = 0;
  std::minstd_rand random_;
};

} // namespace carillon
