#include "bench/simulation/phone_requests.hpp"

#include <utility>

namespace carillon {

phone_requests::phone_requests(std::string user, std::string domain,
                               std::string address)
  : phone_requests(std::move(user), std::move(domain), std::move(address),
                   std::make_shared<uint64_t>(0)) {}

phone_requests::phone_requests(std::string user, std::string domain,
                               std::string address,
                               std::shared_ptr<uint64_t> last_number)
  : user_(std::move(user))
  , domain_(std::move(domain))
  , address_(std::move(address))
  , last_number_(std::move(last_number)) {}

std::string phone_requests::contact() const {
  return "sip:" + user_ + "@" + address_;
}

sip::message phone_requests::make(std::string_view method,
                                  const std::string& uri,
                                  const std::string& to) {
  const auto number = std::to_string(++*last_number_);
  auto result = sip::message::request(method, uri);
  result.append("Via",
                "SIP/2.0/UDP " + address_ + ";branch=z9hG4bK" + number + "-"
                  + address_);
  result.append("Max-Forwards", "70");
  result.append("From", "<sip:" + user_ + "@" + domain_ + ">;tag=" + number);
  result.append("To", to);
  result.append("Call-ID", number + "@" + address_);
  result.append("CSeq", number + " " + std::string{method});
  result.append("Contact", "<" + contact() + ">");
  return result;
}

sip::message phone_requests::make_register(const std::string& user,
                                           std::chrono::seconds lifetime) {
  const auto name = "<sip:" + user + "@" + domain_ + ">";
  auto result = make(sip::methods::register_, "sip:" + domain_, name);
  result.set("From", name + ";tag=" + std::to_string(*last_number_));
  result.append("Expires", std::to_string(lifetime.count()));
  return result;
}

sip::message phone_requests::make_invite(const std::string& callee) {
  const auto uri = "sip:" + callee + "@" + domain_;
  auto result = make(sip::methods::invite, uri, "<" + uri + ">");
  result.body(to_bytes(phone_session), phone_session_type);
  return result;
}

} // namespace carillon
