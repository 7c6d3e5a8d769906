#pragma once

#include "protocols/error.hpp"
#include "runtime/config.hpp"
#include "runtime/setting.hpp"

#include <filesystem>
#include <string>
#include <vector>

/// Conversions of a setting's value into the types of the configuration. All
/// give `malformed` with what was expected, and leave the target alone then.
namespace carillon {

[[nodiscard]] expected<void> convert(const setting_value& from, uint32_t& to);
[[nodiscard]] expected<void> convert(const setting_value& from, bool& to);
[[nodiscard]] expected<void> convert(const setting_value& from, double& to);
[[nodiscard]] expected<void> convert(const setting_value& from,
                                     std::string& to);
[[nodiscard]] expected<void> convert(const setting_value& from,
                                     std::filesystem::path& to);
[[nodiscard]] expected<void> convert(const setting_value& from, log_level& to);
[[nodiscard]] expected<void> convert(const setting_value& from,
                                     std::optional<log_level>& to);
[[nodiscard]] expected<void> convert(const setting_value& from, sip_mode& to);
[[nodiscard]] expected<void> convert(const setting_value& from,
                                     sip_contact& to);
[[nodiscard]] expected<void> convert(const setting_value& from,
                                     identity::identity_mode& to);
[[nodiscard]] expected<void> convert(const setting_value& from,
                                     identity::security_mode& to);
[[nodiscard]] expected<void>
convert(const setting_value& from, std::optional<identity::security_mode>& to);

/// Reads a listen address; the empty text stands for none.
[[nodiscard]] expected<void> convert(const setting_value& from,
                                     std::optional<endpoint>& to);

/// Reads the fingerprint of a ring; the empty text stands for none.
[[nodiscard]] expected<void> convert(const setting_value& from,
                                     std::optional<identity::fingerprint>& to);

[[nodiscard]] expected<void> convert(const setting_value& from,
                                     std::vector<node_role>& to);
[[nodiscard]] expected<void> convert(const setting_value& from,
                                     std::vector<endpoint>& to);
/// Reads a list of SIP addresses; a text that is no list is one address.
[[nodiscard]] expected<void> convert(const setting_value& from,
                                     std::vector<sip_endpoint>& to);
[[nodiscard]] expected<void> convert(const setting_value& from,
                                     std::vector<bootstrap_endpoint>& to);
[[nodiscard]] expected<void> convert(const setting_value& from,
                                     std::vector<sip::digest_algorithm>& to);

} // namespace carillon
