#include "protocols/identity/share_reader.hpp"

#include "fixture.hpp"
#include <set>

using namespace carillon;
using namespace carillon::identity;
using namespace carillon::identity::test;

namespace {

class share_reader_test : public ring_test {
public:
  using request = share_reader::request;
  using outcome = share_reader::outcome;

  user alice = make_user("alice");
  admission_set admitted = admit(alice, 100);

  share_reader make_reader(size_t nodes = 100, uint64_t seed = 1) {
    return {alice.aor, ring, check, nodes, seed};
  }

  static chord::ring_id peer_of(const request& asked) {
    return chord::ring_id::hash(
      to_bytes(std::to_string(asked.index * 100 + asked.replica)));
  }

  /// Every peer is on a node of its own.
  static share_reader::holder holder_of(const request& asked) {
    return {peer_of(asked), fingerprint::of(peer_of(asked).data())};
  }

  void give(share_reader& reader, const request& asked,
            const admission_set& set) {
    reader.on_record(asked, holder_of(asked), set.shares[asked.index - 1u],
                     start);
  }

  /// Answers until the reader has finished.
  template <class Answer>
  void run(share_reader& reader, Answer answer) {
    for (int round = 0; !reader.finished(); ++round) {
      const auto batch = reader.requests();
      ASSERT_FALSE(batch.empty()) << "round " << round;
      for (const auto& asked : batch)
        answer(asked);
    }
  }

  /// Reads from holders of which those that `has_other` tells have `other`.
  template <class HasOther>
  expected<rebuilt_bundle> read(const admission_set& other, HasOther has_other,
                                uint64_t seed = 1) {
    auto reader = make_reader(100, seed);
    run(reader, [&](const request& asked) {
      give(reader, asked, has_other(asked) ? other : admitted);
    });
    return reader.result(start);
  }

  /// Expects that `other` is not taken when one of three holders of each share
  /// has it, whichever shares are asked for first.
  void expect_refused(const admission_set& other, const user& right) {
    const auto is_hostile = [](const request& asked) {
      return asked.replica == (asked.index <= 3 ? 0 : 1);
    };
    for (uint64_t seed = 0; seed < 20; ++seed) {
      EXPECT_EQ(must(read(other, is_hostile, seed)).encoded, right.encoded)
        << seed;
    }
  }

  static size_t count(const share_reader& reader, outcome wanted) {
    return static_cast<size_t>(std::count_if(
      reader.outcomes().begin(), reader.outcomes().end(),
      [wanted](const auto& seen) { return seen.outcome == wanted; }));
  }
};

} // namespace

TEST_F(share_reader_test, asks_k_distinct_shares_at_once) {
  auto reader = make_reader();
  const auto batch = reader.requests();
  ASSERT_EQ(batch.size(), 4u);
  EXPECT_EQ(std::set<request>(batch.begin(), batch.end()).size(), 4u);
  EXPECT_TRUE(reader.requests().empty());
  for (const auto& asked : batch) {
    EXPECT_FALSE(reader.finished());
    give(reader, asked, admitted);
  }
  ASSERT_TRUE(reader.finished());
  EXPECT_EQ(must(reader.result(start)).encoded, alice.encoded);
  EXPECT_EQ(count(reader, outcome::good), 4u);
}

TEST_F(share_reader_test, asks_for_some_to_spare_where_holders_are_silent) {
  share_reader reader{alice.aor, ring, check, 100, 1, 3};
  const auto batch = reader.requests();
  ASSERT_EQ(batch.size(), 7u);
  for (size_t i = 0; i < 3; ++i)
    reader.on_silence(batch[i], peer_of(batch[i]));
  EXPECT_FALSE(reader.finished());
  // What is missing is made up for from what is left.
  EXPECT_EQ(reader.requests().size(), 3u);
  for (size_t i = 3; i < 7; ++i)
    give(reader, batch[i], admitted);
  ASSERT_TRUE(reader.finished());
  EXPECT_TRUE(reader.requests().empty());
  EXPECT_EQ(must(reader.result(start)).encoded, alice.encoded);
}

TEST_F(share_reader_test, picks_by_its_seed) {
  const auto pick = [this](uint64_t seed) {
    return make_reader(100, seed).requests();
  };
  EXPECT_EQ(pick(5), pick(5));
  std::set<uint8_t> seen;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    for (const auto& asked : pick(seed))
      seen.insert(asked.index);
  }
  EXPECT_EQ(seen.size(), 8u);
}

TEST_F(share_reader_test, survives_the_loss_of_up_to_n_minus_k_shares) {
  for (unsigned lost = 0; lost <= 8; ++lost) {
    auto reader = make_reader();
    run(reader, [&](const request& asked) {
      if (asked.index <= lost)
        reader.on_absent(asked, holder_of(asked));
      else
        give(reader, asked, admitted);
    });
    const auto rebuilt = reader.result(start);
    if (lost <= 4) {
      ASSERT_TRUE(rebuilt) << lost;
      EXPECT_EQ(rebuilt->encoded, alice.encoded);
    } else {
      ASSERT_FALSE(rebuilt) << lost;
      EXPECT_EQ(rebuilt.error().code,
                lost == 8 ? errc::no_such_record : errc::not_enough_shares);
      // Every replica of every lost share was asked.
      EXPECT_EQ(count(reader, outcome::absent), 3 * lost);
    }
  }
}

TEST_F(share_reader_test, survives_the_corruption_of_up_to_n_minus_k_shares) {
  for (unsigned bad = 0; bad <= 8; ++bad) {
    auto reader = make_reader();
    run(reader, [&](const request& asked) {
      auto record = admitted.shares[asked.index - 1u];
      if (asked.index <= bad)
        record[record.size() - 5] ^= 1;
      reader.on_record(asked, holder_of(asked), record, start);
    });
    const auto rebuilt = reader.result(start);
    if (bad <= 4) {
      ASSERT_TRUE(rebuilt) << bad;
      EXPECT_EQ(rebuilt->encoded, alice.encoded);
      continue;
    }
    ASSERT_EQ(code_of(rebuilt), errc::not_enough_shares) << bad;
    const auto& detail = rebuilt.error().detail;
    EXPECT_EQ(detail.find(std::to_string(8 - bad) + " of 4 found"), 0u)
      << detail;
    // Who failed is named.
    for (unsigned i = 1; i <= bad; ++i)
      EXPECT_NE(detail.find(peer_of({static_cast<uint8_t>(i), 0}).to_hex()),
                std::string::npos);
  }
}

TEST_F(share_reader_test, keeps_what_each_holder_did) {
  auto reader = make_reader();
  const auto batch = reader.requests();
  give(reader, batch[0], admitted);
  reader.on_absent(batch[1], holder_of(batch[1]));
  reader.on_silence(batch[2], peer_of(batch[2]));
  reader.on_invalid(batch[3], peer_of(batch[3]),
                    {errc::invalid_signature, "answer"});
  const auto& seen = reader.outcomes();
  ASSERT_EQ(seen.size(), 4u);
  EXPECT_EQ(seen[0].outcome, outcome::good);
  EXPECT_EQ(seen[1].outcome, outcome::absent);
  EXPECT_EQ(seen[2].outcome, outcome::silent);
  EXPECT_EQ(seen[3].outcome, outcome::invalid);
  EXPECT_EQ(seen[3].detail, "invalid signature: answer");
  for (size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].peer, peer_of(batch[i]));
    EXPECT_EQ(seen[i].index, batch[i].index);
  }
  // Three are to be replaced.
  EXPECT_EQ(reader.requests().size(), 3u);
}

TEST_F(share_reader_test, refuses_shares_of_other_users_and_indices) {
  const auto bob = make_user("bob");
  const auto others = admit(bob, 100);
  auto reader = make_reader();
  const auto batch = reader.requests();
  reader.on_record(batch[0], holder_of(batch[0]),
                   others.shares[batch[0].index - 1u], start);
  reader.on_record(batch[1], holder_of(batch[1]),
                   admitted.shares[batch[2].index - 1u], start);
  EXPECT_EQ(count(reader, outcome::invalid), 2u);
}

TEST_F(share_reader_test, ignores_what_was_not_asked) {
  auto reader = make_reader();
  const request never{1, 9};
  give(reader, never, admitted);
  reader.on_silence(never, peer_of(never));
  EXPECT_TRUE(reader.outcomes().empty());
  const auto batch = reader.requests();
  give(reader, batch[0], admitted);
  give(reader, batch[0], admitted);
  EXPECT_EQ(reader.outcomes().size(), 1u);
}

TEST_F(share_reader_test, asks_again_at_the_replicas) {
  auto reader = make_reader();
  // Every owner is silent, every first replica answers.
  run(reader, [&](const request& asked) {
    if (asked.replica == 0)
      reader.on_silence(asked, peer_of(asked));
    else
      give(reader, asked, admitted);
  });
  EXPECT_TRUE(reader.result(start));
  EXPECT_EQ(count(reader, outcome::silent), 8u);
  EXPECT_EQ(count(reader, outcome::good), 4u);
}

TEST_F(share_reader_test, needs_answers_from_distinct_nodes) {
  const auto read = [this](size_t known_nodes, size_t answering_nodes) {
    auto reader = make_reader(known_nodes);
    run(reader, [&](const request& asked) {
      auto from = holder_of(asked);
      from.node = fingerprint::of(
        to_bytes(std::to_string(asked.index % answering_nodes)));
      reader.on_record(asked, from, admitted.shares[asked.index - 1u], start);
    });
    return code_of(reader.result(start));
  };
  EXPECT_EQ(read(1, 1), errc::count_);
  EXPECT_EQ(read(2, 2), errc::count_);
  EXPECT_EQ(read(100, 4), errc::count_);
  EXPECT_EQ(read(100, 3), errc::not_enough_shares);
  EXPECT_EQ(read(2, 1), errc::not_enough_shares);
}

TEST_F(share_reader_test, prefers_the_newest_epoch) {
  const auto replacement = make_user("alice", 2);
  const auto newer =
    admit(replacement, 101, start, succeed(alice, replacement));
  auto reader = make_reader();
  // Four holders, asked in any order, have the new shares.
  run(reader, [&](const request& asked) {
    give(reader, asked, asked.index % 2 ? newer : admitted);
  });
  EXPECT_EQ(must(reader.result(start)).encoded, replacement.encoded);
}

TEST_F(share_reader_test, falls_back_when_the_newest_epoch_is_incomplete) {
  const auto newer = admit(alice, 101);
  auto reader = make_reader();
  run(reader, [&](const request& asked) {
    give(reader, asked, asked.index <= 2 ? newer : admitted);
  });
  const auto rebuilt = must(reader.result(start));
  EXPECT_EQ(rebuilt.encoded, alice.encoded);
}

TEST_F(share_reader_test, takes_no_other_key_of_a_minority) {
  for (const uint64_t epoch : {99u, 101u})
    expect_refused(admit(make_user("alice", 2), epoch), alice);
}

TEST_F(share_reader_test, a_succession_of_another_key_is_none) {
  const auto stranger = make_user("alice", 2);
  const auto mallory = make_user("alice", 3);
  expect_refused(admit(mallory, 101, start, succeed(stranger, mallory)), alice);
}

TEST_F(share_reader_test, a_key_that_was_succeeded_does_not_come_back) {
  const auto replacement = make_user("alice", 2);
  admitted = admit(replacement, 101, start, succeed(alice, replacement));
  expect_refused(admit(alice, 102), replacement);
}

TEST_F(share_reader_test, takes_another_key_that_most_holders_have) {
  const auto other = make_user("alice", 2);
  const auto newer = admit(other, 101);
  // As of somebody who has lost the keys and was admitted anew when the name
  // was free.
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const auto rebuilt = read(
      newer,
      [](const request& asked) {
        return asked.index > 2 || asked.replica == 2;
      },
      seed);
    EXPECT_EQ(must(rebuilt).encoded, other.encoded) << seed;
  }
}

TEST_F(share_reader_test, takes_no_key_when_as_many_shares_have_another) {
  const auto other = admit(make_user("alice", 2), 101);
  const auto tied =
    read(other, [](const request& asked) { return asked.index % 2 == 0; });
  ASSERT_EQ(code_of(tied), errc::disputed_key);
  const auto& detail = tied.error().detail;
  EXPECT_EQ(detail.find("of 8 shares of alice@example.org the holders' "
                        "majority has 4 of "),
            0u)
    << detail;
  EXPECT_NE(detail.find(alice.bundle.id().to_groups()), std::string::npos);
}

TEST_F(share_reader_test, needs_a_majority_for_k_shares) {
  const auto other = admit(make_user("alice", 2), 101);
  // One holder of five shares is silent, and the others disagree.
  auto reader = make_reader();
  run(reader, [&](const request& asked) {
    if (asked.index <= 5 && asked.replica == 0)
      reader.on_silence(asked, peer_of(asked));
    else
      give(reader, asked,
           asked.index <= 5 && asked.replica == 1 ? other : admitted);
  });
  EXPECT_EQ(code_of(reader.result(start)), errc::disputed_key);
}

TEST_F(share_reader_test, silent_holders_leave_the_decision_to_the_others) {
  const auto other = admit(make_user("alice", 2), 101);
  auto reader = make_reader();
  run(reader, [&](const request& asked) {
    if (asked.replica == 2)
      give(reader, asked, admitted);
    else if (asked.index == 1)
      give(reader, asked, other);
    else if (asked.replica == 0)
      reader.on_silence(asked, peer_of(asked));
    else
      reader.on_invalid(asked, peer_of(asked), {errc::invalid_signature, ""});
  });
  EXPECT_EQ(must(reader.result(start)).encoded, alice.encoded);
}

TEST_F(share_reader_test, asks_every_holder_once_when_keys_are_disputed) {
  const auto other = admit(make_user("alice", 2), 101);
  auto reader = make_reader();
  std::multiset<request> asked_for;
  run(reader, [&](const request& asked) {
    const bool is_first = asked_for.empty();
    asked_for.insert(asked);
    give(reader, asked, is_first ? other : admitted);
  });
  EXPECT_EQ(asked_for.size(), 24u);
  EXPECT_EQ(std::set<request>(asked_for.begin(), asked_for.end()).size(), 24u);
  EXPECT_EQ(must(reader.result(start)).encoded, alice.encoded);
}

TEST_F(share_reader_test, a_holder_that_gives_both_keys_has_no_say) {
  const auto other = admit(make_user("alice", 2), 101);
  const auto mallory = fingerprint::of(to_bytes("mallory"));
  auto reader = make_reader();
  run(reader, [&](const request& asked) {
    // One node answers at two of the three places of every share.
    auto from = holder_of(asked);
    if (asked.replica != 2)
      from.node = mallory;
    const bool gives_other = asked.replica == (asked.index <= 3 ? 0 : 1);
    const auto& set = gives_other ? other : admitted;
    reader.on_record(asked, from, set.shares[asked.index - 1u], start);
  });
  const auto rebuilt = reader.result(start);
  ASSERT_EQ(code_of(rebuilt), errc::disputed_key);
  EXPECT_EQ(rebuilt.error().detail,
            "of 8 shares of alice@example.org the holders' majority has none");
}

TEST_F(share_reader_test, says_that_nothing_was_found) {
  auto silent = make_reader();
  run(silent,
      [&](const request& asked) { silent.on_silence(asked, peer_of(asked)); });
  EXPECT_EQ(code_of(silent.result(start)), errc::not_enough_shares);
  auto absent = make_reader();
  run(absent,
      [&](const request& asked) { absent.on_absent(asked, holder_of(asked)); });
  EXPECT_EQ(code_of(absent.result(start)), errc::no_such_record);
}

TEST_F(share_reader_test, does_not_rebuild_from_expired_shares) {
  auto reader = make_reader();
  const auto end = start + std::chrono::days{31};
  run(reader, [&](const request& asked) {
    reader.on_record(asked, holder_of(asked), admitted.shares[asked.index - 1u],
                     end);
  });
  EXPECT_EQ(code_of(reader.result(end)), errc::not_enough_shares);
}
