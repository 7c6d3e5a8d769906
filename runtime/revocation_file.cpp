#include "runtime/revocation_file.hpp"

#include "protocols/identity/defaults.hpp"
#include "protocols/quantity.hpp"
#include "runtime/defaults.hpp"
#include "storage/durable_file.hpp"

#include <string>
#include <utility>

namespace carillon {

namespace {

std::string reason_of(const error& why) {
  return why.code == errc::no_such_record ? "there is no such file"
                                          : to_string(why);
}

} // namespace

revocation_file::revocation_file(std::filesystem::path file,
                                 std::vector<bytes> authorities,
                                 std::shared_ptr<revocations> revoked,
                                 logger log)
  : file_(std::move(file))
  , authorities_(std::move(authorities))
  , revoked_(std::move(revoked))
  , log_(std::move(log)) {}

expected<void> revocation_file::load() {
  content_ = storage::read_file(file_, identity::defaults::max_revocation_file);
  return read().map_error([this](const error& why) {
    return error{errc::invalid_configuration,
                 "identity.revoked = " + file_.string() + ": " + reason_of(why)
                   + "; name a list that 'carillon pki revoke' has made"};
  });
}

void revocation_file::look(timestamp now) {
  auto content =
    storage::read_file(file_, identity::defaults::max_revocation_file);
  if (content != content_) {
    content_ = std::move(content);
    if (const auto good = read(); !good)
      log_.write(log_level::warning, {}, [&] {
        return "identity.revoked: " + file_.string() + ": "
          + reason_of(good.error()) + "; the list before stays in force";
      });
  }
  remind(now);
}

/// Puts what was found in the file in force.
expected<void> revocation_file::read() {
  if (!content_)
    return tl::unexpected{content_.error()};
  auto list = identity::revocation_list::read(as_text(*content_), authorities_);
  if (!list)
    return tl::unexpected{list.error()};
  log_.write(log_level::info, {}, [&] {
    return "a revocation list of "
      + quantity(list->size(), "certificate", "certificates") + " is in force";
  });
  revoked_->replace(std::move(*list));
  remind_at_ = {};
  return {};
}

/// An authority that is away must not end a ring: its last list stays good.
void revocation_file::remind(timestamp now) {
  const auto due = revoked_->get()->next_update();
  if (!due || now < *due || now < remind_at_)
    return;
  remind_at_ = now + defaults::revocation_reminder;
  log_.write(log_level::warning, {}, [&] {
    return "identity.revoked: " + file_.string()
      + " is past its next update and stays in force; make a newer list with "
        "'carillon pki revoke'";
  });
}

} // namespace carillon
