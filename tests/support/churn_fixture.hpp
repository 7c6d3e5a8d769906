#pragma once

#include "protocols/identity/admission.hpp"
#include "tests/support/records_fixture.hpp"

#include <map>
#include <string>

namespace carillon::test {

/// A ring whose nodes come and go, and users whose records have to outlive it.
class churn_fixture : public records_fixture {
public:
  /// A user who is admitted without a bootstrap server, so that tests decide
  /// which peer stores what.
  struct admitted_user {
    test_user user;
    identity::admission_set records;
  };

  /// Admits a user at this moment.
  admitted_user admit(const std::string& name);

  /// Makes a location record with the present time as its epoch.
  p2psip::shared_bytes location_record(const admitted_user& who);

  /// Stores a record through a peer, and waits for the answer.
  put_outcome store(const chord::peer_ref& through,
                    const p2psip::shared_bytes& record);

  /// Has a peer keep a copy of a record that nobody else may have.
  void plant(const chord::peer_ref& where, const p2psip::shared_bytes& record);

  /// Gives the record that the holder with this rank has, as the owner's view
  /// of its successors ranks them.
  std::optional<bytes> held(const std::string& key, uint8_t rank);

  /// Gives how many of the three holders of a key have exactly this record.
  size_t copies_of(const std::string& key, const bytes& record);

  /// Gives the owner of a key and the peers with its copies, the owner first.
  chord::peer_list holders(const std::string& key) const;
};

} // namespace carillon::test
