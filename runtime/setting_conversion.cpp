#include "runtime/setting_conversion.hpp"

#include "runtime/defaults.hpp"

#include <charconv>
#include <limits>

namespace carillon {

namespace {

// -- values of their own types ------------------------------------------------

expected<std::string> as_string(const setting_value& value) {
  if (const auto* text = std::get_if<std::string>(&value))
    return *text;
  if (const auto* plain = std::get_if<plain_text>(&value))
    return plain->text;
  return fail(errc::malformed, "expected a text in quotes");
}

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> result;
  if (text.empty())
    return result;
  size_t begin = 0;
  for (auto comma = text.find(','); comma != std::string::npos;
       comma = text.find(',', begin)) {
    result.push_back(text.substr(begin, comma - begin));
    begin = comma + 1;
  }
  result.push_back(text.substr(begin));
  return result;
}

expected<std::vector<std::string>> as_list(const setting_value& value) {
  std::vector<std::string> result;
  if (const auto* list = std::get_if<std::vector<std::string>>(&value))
    result = *list;
  else if (const auto* plain = std::get_if<plain_text>(&value))
    result = split_at_commas(plain->text);
  else
    return fail(errc::malformed, "expected a list of texts in brackets");
  if (result.size() > defaults::max_config_list)
    return fail(errc::malformed,
                "expected at most " + std::to_string(defaults::max_config_list)
                  + " entries");
  return result;
}

expected<int64_t> as_number(const setting_value& value) {
  if (const auto* number = std::get_if<int64_t>(&value))
    return *number;
  if (const auto* plain = std::get_if<plain_text>(&value)) {
    int64_t number = 0;
    const auto* end = plain->text.data() + plain->text.size();
    const auto parsed = std::from_chars(plain->text.data(), end, number);
    if (parsed.ec == std::errc{} && parsed.ptr == end)
      return number;
  }
  return fail(errc::malformed, "expected a whole number");
}

expected<bool> as_truth(const setting_value& value) {
  if (const auto* truth = std::get_if<bool>(&value))
    return *truth;
  const auto* plain = std::get_if<plain_text>(&value);
  if (plain != nullptr && (plain->text == "true" || plain->text == "false"))
    return plain->text == "true";
  return fail(errc::malformed, "expected true or false");
}

// -- texts with a meaning -----------------------------------------------------

// Turns what another layer says about a text into what is expected here.
template <class T>
expected<T> or_expected(expected<T> parsed, std::string_view wanted) {
  if (!parsed)
    return fail(errc::malformed, "expected " + std::string{wanted});
  return parsed;
}

expected<node_role> parse_role(std::string_view text) {
  if (text == "bootstrap")
    return node_role::bootstrap;
  return fail(errc::malformed, "expected \"bootstrap\"");
}

expected<sip_mode> parse_sip_mode(std::string_view text) {
  if (text == "redirect")
    return sip_mode::redirect;
  if (text == "proxy")
    return sip_mode::proxy;
  return fail(errc::malformed, "expected \"redirect\" or \"proxy\"");
}

expected<sip_contact> parse_sip_contact(std::string_view text) {
  if (text == "auto")
    return sip_contact::automatic;
  if (text == "guarded")
    return sip_contact::guarded;
  if (text == "direct")
    return sip_contact::direct;
  return fail(errc::malformed, "expected \"auto\", \"guarded\" or \"direct\"");
}

expected<identity::identity_mode> parse_identity_mode(std::string_view text) {
  if (text == "ad-hoc")
    return identity::identity_mode::ad_hoc;
  if (text == "enrolled")
    return identity::identity_mode::enrolled;
  return fail(errc::malformed, "expected \"ad-hoc\" or \"enrolled\"");
}

expected<identity::security_mode> parse_security(std::string_view text) {
  return or_expected(identity::parse_security_mode(text),
                     "\"signed\" or \"protected\"");
}

expected<sip::digest_algorithm> parse_digest(std::string_view text) {
  return or_expected(sip::parse_digest_algorithm(text),
                     "\"SHA-256\", \"SHA-512-256\" or \"MD5\"");
}

expected<log_level> parse_level(std::string_view text) {
  for (size_t i = 0; i < log_level_names.size(); ++i)
    if (text == log_level_names[i])
      return static_cast<log_level>(i);
  return fail(errc::malformed,
              "expected \"error\", \"warning\", \"info\", "
              "\"debug\" or \"trace\"");
}

// -- from a value to a target -------------------------------------------------

template <class Target, class Parse>
expected<void> convert_text(const setting_value& from, Target& to,
                            Parse parse) {
  const auto text = as_string(from);
  if (!text)
    return tl::unexpected{text.error()};
  auto parsed = parse(*text);
  if (!parsed)
    return tl::unexpected{parsed.error()};
  to = std::move(*parsed);
  return {};
}

template <class Element, class Parse>
expected<void> convert_list(const setting_value& from, std::vector<Element>& to,
                            Parse parse) {
  const auto texts = as_list(from);
  if (!texts)
    return tl::unexpected{texts.error()};
  std::vector<Element> result;
  for (const auto& text : *texts) {
    auto parsed = parse(text);
    if (!parsed)
      return tl::unexpected{parsed.error()};
    result.push_back(std::move(*parsed));
  }
  to = std::move(result);
  return {};
}

} // namespace

expected<void> convert(const setting_value& from, uint32_t& to) {
  const auto number = as_number(from);
  if (!number)
    return tl::unexpected{number.error()};
  if (*number < 0 || *number > std::numeric_limits<uint32_t>::max())
    return fail(errc::malformed,
                "expected a whole number from 0 to "
                  + std::to_string(std::numeric_limits<uint32_t>::max()));
  to = static_cast<uint32_t>(*number);
  return {};
}

expected<void> convert(const setting_value& from, double& to) {
  if (const auto* part = std::get_if<double>(&from)) {
    to = *part;
    return {};
  }
  if (const auto* whole = std::get_if<int64_t>(&from)) {
    to = static_cast<double>(*whole);
    return {};
  }
  if (const auto* plain = std::get_if<plain_text>(&from)) {
    const auto* end = plain->text.data() + plain->text.size();
    const auto parsed = std::from_chars(plain->text.data(), end, to);
    if (parsed.ec == std::errc{} && parsed.ptr == end)
      return {};
  }
  return fail(errc::malformed, "expected a number");
}

expected<void> convert(const setting_value& from, std::string& to) {
  auto text = as_string(from);
  if (!text)
    return tl::unexpected{text.error()};
  to = std::move(*text);
  return {};
}

expected<void> convert(const setting_value& from, std::filesystem::path& to) {
  auto text = as_string(from);
  if (!text)
    return tl::unexpected{text.error()};
  if (text->find('\0') != std::string::npos)
    return fail(errc::malformed, "expected a path without null characters");
  to = std::move(*text);
  return {};
}

expected<void> convert(const setting_value& from, log_level& to) {
  return convert_text(from, to, parse_level);
}

expected<void> convert(const setting_value& from,
                       std::optional<log_level>& to) {
  return convert_text(from, to, parse_level);
}

expected<void> convert(const setting_value& from, sip_mode& to) {
  return convert_text(from, to, parse_sip_mode);
}

expected<void> convert(const setting_value& from, sip_contact& to) {
  return convert_text(from, to, parse_sip_contact);
}

expected<void> convert(const setting_value& from, identity::identity_mode& to) {
  return convert_text(from, to, parse_identity_mode);
}

expected<void> convert(const setting_value& from, identity::security_mode& to) {
  return convert_text(from, to, parse_security);
}

expected<void> convert(const setting_value& from,
                       std::optional<identity::security_mode>& to) {
  return convert_text(from, to, parse_security);
}

expected<void> convert(const setting_value& from, std::optional<endpoint>& to) {
  const auto parse =
    [](std::string_view text) -> expected<std::optional<endpoint>> {
    if (text.empty())
      return std::nullopt;
    return parse_listen_endpoint(text);
  };
  return convert_text(from, to, parse);
}

expected<void> convert(const setting_value& from, bool& to) {
  return as_truth(from).map([&](bool truth) { to = truth; });
}

expected<void> convert(const setting_value& from,
                       std::optional<identity::fingerprint>& to) {
  const auto parse =
    [](
      std::string_view text) -> expected<std::optional<identity::fingerprint>> {
    if (text.empty())
      return std::nullopt;
    return parse_ring_pin(text);
  };
  return convert_text(from, to, parse);
}

expected<void> convert(const setting_value& from, std::vector<node_role>& to) {
  return convert_list(from, to, parse_role);
}

expected<void> convert(const setting_value& from, std::vector<endpoint>& to) {
  return convert_list(from, to, parse_endpoint);
}

expected<void> convert(const setting_value& from,
                       std::vector<sip_endpoint>& to) {
  if (const auto* single = std::get_if<std::string>(&from))
    return convert_list(std::vector{*single}, to, parse_sip_endpoint);
  return convert_list(from, to, parse_sip_endpoint);
}

expected<void> convert(const setting_value& from,
                       std::vector<bootstrap_endpoint>& to) {
  return convert_list(from, to, parse_bootstrap_endpoint);
}

expected<void> convert(const setting_value& from,
                       std::vector<sip::digest_algorithm>& to) {
  return convert_list(from, to, parse_digest);
}

} // namespace carillon
