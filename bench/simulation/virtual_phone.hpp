#pragma once

#include "actors/addressee_directory.hpp"
#include "actors/key_vault.hpp"
#include "actors/sip_switch.hpp"
#include "bench/simulation/phone_requests.hpp"
#include "bench/simulation/virtual_ring.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace carillon {

/// How a request of a virtual phone ended.
struct phone_answer {
  unsigned status = 0;
  /// The first contact of the answer; empty when it has none.
  std::string contact;
  /// From the request to the answer, in virtual time.
  duration time{};
};

/// A user with a phone at a node of a ring in virtual time: the adapters are
/// the real ones, only their network ends here. The node has a store of its
/// own, which outlives the node.
class virtual_phone {
public:
  using answer_handler = std::function<void(const phone_answer&)>;

  /// @param ring must outlive the phone.
  /// @param place the peer of the phone's node.
  /// @param vault keeps the user's keys.
  virtual_phone(virtual_ring& ring, const chord::peer_ref& place,
                std::string user, sip_settings_ptr settings,
                std::shared_ptr<key_vault> vault);
  virtual_phone(const virtual_phone&) = delete;
  virtual_phone& operator=(const virtual_phone&) = delete;
  ~virtual_phone();

  /// Starts the node's adapters, or starts them again.
  void start();

  /// Ends the node's adapters; what they were doing has no answer.
  void stop();

  /// Registers the phone.
  void register_here(answer_handler on_answer);

  /// Calls a user, and acknowledges the answer.
  void call(const std::string& user, answer_handler on_answer);

  /// The URI at which the phone itself can be called.
  [[nodiscard]] std::string contact() const {
    return requests_.contact();
  }

  [[nodiscard]] const std::string& user() const noexcept {
    return user_;
  }

  [[nodiscard]] const chord::peer_ref& place() const noexcept {
    return place_;
  }

  /// Who takes what is delivered to the peer of the phone's node.
  [[nodiscard]] const std::shared_ptr<addressee_directory>&
  addressees() const noexcept {
    return addressees_;
  }

private:
  class wire;

  struct pending {
    sip::message request;
    timestamp sent;
    answer_handler on_answer;
  };

  void ask(sip::message request, answer_handler on_answer);
  void send(const sip::message& message);
  void receive(const bytes& data);

  virtual_ring& ring_;
  chord::peer_ref place_;
  std::string user_;
  sip_settings_ptr settings_;
  node_context_ptr context_;
  record_writer_actor writer_;
  std::shared_ptr<addressee_directory> addressees_ =
    std::make_shared<addressee_directory>();
  std::shared_ptr<wire> wire_;
  ring_reader_actor reader_;
  key_keeper_actor keeper_;
  sip_switch_actor switch_;
  phone_requests requests_;
  sip::flow path_;
  // By the Call-IDs of the requests.
  std::unordered_map<std::string, pending> pending_;
};

} // namespace carillon
