#pragma once

#include "runtime/admin/admin_answer.hpp"
#include "runtime/endpoint.hpp"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>
#include <string>

namespace carillon {

/// A request to the admin interface.
using admin_request =
  boost::beast::http::request<boost::beast::http::string_body>;

/// Decides whose requests are served, before anybody looks at what they ask.
/// Without a token whoever can connect may ask, so what a browser sends on
/// behalf of a web page has to be told from that: it carries an Origin, or the
/// name of another host (DNS rebinding).
class request_guard {
public:
  /// @param name a name of this machine that the Host of a request may hold;
  ///        empty for none.
  /// @param token what requests have to present; empty for none.
  request_guard(std::string name, std::string token);

  /// Checks a request.
  /// @param local this end of the connection.
  /// @returns the refusal: 400 for a Host that is missing or there twice
  ///          (RFC 9112 section 3.2), 403 for one that is not this listener's
  ///          and for any Origin, 401 for a missing or wrong token.
  [[nodiscard]] std::optional<admin_answer> check(const admin_request& request,
                                                  const endpoint& local) const;

private:
  [[nodiscard]] bool is_own(std::string_view host, const endpoint& local) const;
  [[nodiscard]] bool has_token(const admin_request& request) const;

  std::string name_;
  std::string token_;
};

} // namespace carillon
