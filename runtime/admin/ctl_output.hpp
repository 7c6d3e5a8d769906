#pragma once

#include <nlohmann/json_fwd.hpp>

#include <iosfwd>

/// Prints what the admin interface tells, for people: aligned, and wrapped to
/// terminals of 80 columns. What is missing in an answer is left out.
namespace carillon {

void print_node(const nlohmann::json& answer, std::ostream& out);
void print_peers(const nlohmann::json& answer, std::ostream& out);
void print_ring(const nlohmann::json& answer, std::ostream& out);
void print_links(const nlohmann::json& answer, std::ostream& out);
void print_lookup(const nlohmann::json& answer, std::ostream& out);
void print_user(const nlohmann::json& answer, std::ostream& out);
void print_call(const nlohmann::json& answer, std::ostream& out);

} // namespace carillon
