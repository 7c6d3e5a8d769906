#include "protocols/sip/name_addr.hpp"

#include "protocols/sip/sofia.hpp"
#include "protocols/sip/text.hpp"

#include <sofia-sip/sip_header.h>
#include <sofia-sip/url.h>

namespace carillon::sip {

expected<name_addr> name_addr::parse(std::string_view text) {
  if (has_control(text))
    return fail(errc::malformed, "address: control character");
  sofia_home home;
  const std::string copy{text};
  const auto* parsed = sip_contact_make(home.get(), copy.c_str());
  if (parsed == nullptr || parsed->m_next != nullptr)
    return fail(errc::malformed, "address: " + copy.substr(0, 80));
  name_addr result;
  if (parsed->m_display != nullptr)
    result.display = unquote(parsed->m_display);
  const auto* address = url_as_string(home.get(), parsed->m_url);
  if (address != nullptr)
    result.address = address;
  // Text that cannot stand in angle brackets must not come out of them.
  if (result.address.empty()
      || result.address.find_first_of(" \t<>\"") != std::string::npos)
    return fail(errc::malformed, "address: bad URI");
  auto params = copy_parameters(parsed->m_params);
  if (!params)
    return fail(errc::malformed, "address: repeated or too many parameters");
  result.params = std::move(*params);
  return result;
}

std::string name_addr::tag() const {
  return std::string{params.get("tag").value_or("")};
}

std::optional<unsigned> name_addr::q() const {
  constexpr unsigned one = 1000;
  const auto text = params.get("q");
  if (!text)
    return one;
  // qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )
  if (text->empty() || text->size() > 5
      || (text->size() > 1 && text->at(1) != '.'))
    return std::nullopt;
  auto digits = std::string{text->substr(0, 1)};
  if (text->size() > 2)
    digits += text->substr(2);
  digits.resize(4, '0');
  const auto number = to_number(digits);
  if (!number || *number > one)
    return std::nullopt;
  return *number;
}

std::string to_string(const name_addr& value) {
  if (value.address == "*")
    return value.address;
  std::string result;
  if (!value.display.empty())
    result = quote(value.display) + ' ';
  return result += '<' + value.address + '>' + to_string(value.params);
}

std::string print_q(unsigned thousandths) {
  if (thousandths >= 1000)
    return "1";
  auto digits = std::to_string(thousandths);
  digits.insert(0, 3 - digits.size(), '0');
  while (!digits.empty() && digits.back() == '0')
    digits.pop_back();
  return digits.empty() ? "0" : "0." + digits;
}

} // namespace carillon::sip
