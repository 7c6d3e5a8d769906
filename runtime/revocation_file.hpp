#pragma once

#include "actors/log.hpp"
#include "actors/revocations.hpp"
#include "protocols/bytes.hpp"
#include "protocols/error.hpp"
#include "protocols/time.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace carillon {

/// The revocation lists of an enrolled node in their file, which an operator
/// replaces now and then. For one thread at a time.
class revocation_file {
public:
  /// @param authorities those of the ring, in DER.
  /// @param revoked gets each list that is found good.
  revocation_file(std::filesystem::path file, std::vector<bytes> authorities,
                  std::shared_ptr<revocations> revoked, logger log);

  /// Reads the file for the first time.
  /// @returns `invalid_configuration` with the key of the configuration, the
  ///          file and the reason when it is not there or not good.
  [[nodiscard]] expected<void> load();

  /// Reads the file again, if it has changed; what is not good is told in the
  /// log, once, and the list before stays in force. So does one that is past
  /// its next update, which is told once a day.
  void look(timestamp now);

private:
  expected<void> read();
  void remind(timestamp now);

  std::filesystem::path file_;
  std::vector<bytes> authorities_;
  std::shared_ptr<revocations> revoked_;
  logger log_;
  /// What was last found in the file, good or not.
  expected<bytes> content_;
  timestamp remind_at_{};
};

} // namespace carillon
