#include "runtime/admin/admin_answer.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace carillon {

namespace {

unsigned status_for(errc code) noexcept {
  switch (code) {
  case errc::malformed:
  case errc::too_large:
  case errc::invalid_name:
  case errc::foreign_domain:
    return 400;
  case errc::no_such_record:
    return 404;
  default:
    return 503;
  }
}

} // namespace

admin_answer make_answer(const nlohmann::json& body, unsigned status) {
  constexpr int indent = 2;
  admin_answer result;
  result.status = status;
  result.body =
    body.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace)
    + "\n";
  return result;
}

admin_answer make_refusal(unsigned status, const std::string& why) {
  return make_answer({{"error", why}}, status);
}

admin_answer make_refusal(const error& why) {
  return make_refusal(status_for(why.code), to_string(why));
}

} // namespace carillon
