#pragma once

#include "actors/addressee_directory.hpp"
#include "actors/ring_reader.hpp"
#include "actors/services.hpp"
#include "protocols/secp2psip/registration.hpp"
#include "tests/support/watched_ring.hpp"

#include <gtest/gtest.h>

namespace carillon::test {

/// A user with keys, as an adapter would know one.
struct test_user {
  secp2psip::local_user local;
  bytes bundle;
};

/// A ring in virtual time with a bootstrap server, users who register with it
/// and a reader of their records.
class records_fixture : public ::testing::Test {
public:
  /// Settles a ring of `count` peers with a bootstrap server at the first and
  /// the reader at the last.
  void start(size_t count, watched_ring::settings how = {});

  void TearDown() override;

  void add_bootstrap(std::string_view name, const chord::peer_ref& where);

  test_user make_user(const std::string& name, uint64_t epoch = 1);

  identity::location location_of(const test_user& who,
                                 duration lifetime = std::chrono::minutes{10});

  /// Makes a REGISTER without sending it.
  /// @param rng draws its nonce; the ring's when null
  secp2psip::outgoing_register
  make_register(const test_user& who, std::optional<bytes> succession = {},
                Botan::RandomNumberGenerator* rng = nullptr);

  /// Has what is delivered to a user collected in `mails`.
  void open_mailbox(const test_user& who);

  /// Sends a message to a bootstrap server.
  void deliver(std::string_view server, const bytes& data);

  /// Sends a REGISTER to a bootstrap server without waiting for its answer.
  secp2psip::sent_register
  send_register(const test_user& who,
                std::string_view server = services::bootstrap,
                std::optional<bytes> succession = {});

  /// Gives the answer to a REGISTER once it has come.
  secp2psip::register_answer answer_for(const test_user& who,
                                        const secp2psip::sent_register& sent);

  secp2psip::register_answer register_user(const test_user& who);

  key_reading read_key(const std::string& name);

  location_reading find(const std::string& name);

  std::shared_ptr<const identity::key_pair> shared_bootstrap();

  addressee_directory addressees;
  std::optional<watched_ring> ring;
  ring_reader_actor reader;
  std::shared_ptr<std::vector<bytes>> mails;
  std::vector<delivery_actor> spawned;
};

[[nodiscard]] bool is_registered(const secp2psip::register_answer& answer);

} // namespace carillon::test
