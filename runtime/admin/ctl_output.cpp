#include "runtime/admin/ctl_output.hpp"

#include "protocols/quantity.hpp"
#include "runtime/log.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace carillon {

using nlohmann::json;

namespace {

constexpr size_t line_width = 80;

/// Columns of the names of fields.
constexpr size_t name_width = 14;

/// Digits of an id by which people tell it from others.
constexpr size_t brief_digits = 8;

using table = std::vector<std::vector<std::string>>;

/// Gives what stands at a path of keys, or null.
const json& at(const json& from, std::string_view key) {
  static const json nothing;
  if (!from.is_object())
    return nothing;
  const auto found = from.find(std::string{key});
  return found == from.end() ? nothing : *found;
}

/// Gives a value as a text that is safe to print.
std::string text_of(const json& value) {
  if (value.is_null())
    return {};
  if (value.is_string())
    return make_harmless(value.get_ref<const std::string&>());
  if (value.is_boolean())
    return value.get<bool>() ? "yes" : "no";
  if (value.is_number_float()) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(2) << value.get<double>();
    return text.str();
  }
  if (!value.is_array())
    return make_harmless(
      value.dump(-1, ' ', true, json::error_handler_t::replace));
  std::string result;
  for (const auto& item : value)
    result += (result.empty() ? "" : " ") + text_of(item);
  return result;
}

std::string brief(const json& id) {
  return text_of(id).substr(0, brief_digits);
}

/// Takes off a text what fits into a line: whole words where there are any.
std::string take_line(std::string& text, size_t width) {
  auto end = text.size();
  auto next = end;
  if (end > width) {
    end = text.rfind(' ', width);
    if (end == std::string::npos || end == 0)
      end = next = width;
    else
      next = end + 1;
  }
  auto line = text.substr(0, end);
  text.erase(0, next);
  return line;
}

void print_text(std::string text, size_t indent, std::ostream& out) {
  const std::string margin(indent, ' ');
  bool is_first = true;
  do {
    out << (is_first ? std::string{} : margin)
        << take_line(text, line_width - indent) << '\n';
    is_first = false;
  } while (!text.empty());
}

/// Prints a name and a value, unless there is none.
void print_field(std::string_view name, const json& value, std::ostream& out) {
  auto text = text_of(value);
  if (text.empty())
    return;
  out << name << std::string(name_width - name.size(), ' ');
  print_text(std::move(text), name_width, out);
}

/// Prints columns that are as wide as what they hold; the last one is wrapped.
void print_table(const table& rows, std::ostream& out) {
  std::vector<size_t> widths;
  for (const auto& row : rows)
    for (size_t i = 0; i < row.size(); ++i) {
      widths.resize(std::max(widths.size(), i + 1));
      widths[i] = std::max(widths[i], row[i].size());
    }
  for (const auto& row : rows) {
    size_t column = 0;
    for (size_t i = 0; i + 1 < row.size(); ++i) {
      out << row[i] << std::string(widths[i] - row[i].size() + 2, ' ');
      column += widths[i] + 2;
    }
    print_text(row.back(), std::min(column, line_width / 2), out);
  }
}

} // namespace

/// Prints the members of a cluster, and which of them this node is.
void print_cluster(const json& cluster, std::ostream& out) {
  if (cluster.is_null())
    return;
  const auto& members = at(cluster, "members");
  print_field("cluster",
              std::to_string(members.size()) + " members"
                + (at(cluster, "majority") == true ? "" : ", no majority"),
              out);
  table rows{{"MEMBER", "NAME", "PEERS", "STATE"}};
  for (const auto& each : members) {
    std::string state = at(each, "self") == true ? "this one"
      : at(each, "connected") == true            ? "connected"
                                                 : "not connected";
    if (at(each, "leads") == true)
      state += ", leads";
    rows.push_back({text_of(at(each, "endpoint")), text_of(at(each, "name")),
                    text_of(at(each, "peers")), state});
  }
  print_table(rows, out);
}

void print_node(const json& answer, std::ostream& out) {
  print_field("status", at(answer, "status"), out);
  print_field("reason", at(answer, "reason"), out);
  print_field("name", at(answer, "name"), out);
  print_field("version", at(answer, "version"), out);
  print_field("fingerprint", at(answer, "fingerprint"), out);
  print_field("ring", at(answer, "ring"), out);
  print_field("domain", at(answer, "domain"), out);
  print_field("peers", at(answer, "peers"), out);
  print_field("records", at(answer, "records"), out);
  print_field("users", at(answer, "adapters"), out);
  print_field("phones", at(answer, "sip"), out);
  print_field("links at", at(answer, "endpoint"), out);
  print_field("ticket until", at(at(answer, "ticket"), "expires"), out);
  print_field("started", at(answer, "started"), out);
  print_cluster(at(answer, "cluster"), out);
}

void print_peers(const json& answer, std::ostream& out) {
  table rows{{"INDEX", "STATE", "ID", "BEFORE", "FINGERS"}};
  for (const auto& peer : at(answer, "peers")) {
    const auto before = brief(at(peer, "predecessor"));
    rows.push_back({text_of(at(peer, "index")), text_of(at(peer, "state")),
                    text_of(at(peer, "id")), before.empty() ? "-" : before,
                    text_of(at(peer, "fingers"))});
    // Only a cluster's peers have one.
    if (const auto member = text_of(at(peer, "member")); !member.empty())
      rows.back().push_back(member);
  }
  if (rows.back().size() > rows.front().size())
    rows.front().emplace_back("MEMBER");
  print_table(rows, out);
  const auto listed = rows.size() - 1;
  out << listed << " of " << text_of(at(answer, "total")) << " peers\n";
}

void print_ring(const json& answer, std::ostream& out) {
  print_field("ring", at(answer, "fingerprint"), out);
  print_field("version", at(answer, "version"), out);
  print_field("domain", at(answer, "domain"), out);
  print_field("mode", at(answer, "mode"), out);
  print_field("k", at(answer, "k"), out);
  print_field("n", at(answer, "n"), out);
  print_field("replicas", at(answer, "replicas"), out);
  print_field("suites", at(answer, "suites"), out);
  print_field("security", at(answer, "security"), out);
  const auto lifetime = [&](std::string_view name, std::string_view key) {
    const auto seconds = text_of(at(answer, key));
    if (!seconds.empty())
      print_field(name, seconds + " s", out);
  };
  lifetime("admissions", "admission_lifetime_s");
  lifetime("locations", "location_lifetime_s");
  lifetime("tickets", "ticket_lifetime_s");
  print_field("bootstrap", at(answer, "bootstrap_keys"), out);
}

void print_links(const json& answer, std::ostream& out) {
  const auto& links = at(answer, "links");
  if (!links.is_array() || links.empty()) {
    const auto note = text_of(at(answer, "note"));
    out << (note.empty() ? "no links" : note) << '\n';
    return;
  }
  table rows{
    {"NODE", "DIALLED", "PEERS", "IN", "OUT", "QUEUED", "ADDRESS", "VIA"}};
  for (const auto& link : links)
    rows.push_back({brief(at(link, "node")), text_of(at(link, "dialled")),
                    text_of(at(link, "peers")), text_of(at(link, "frames_in")),
                    text_of(at(link, "frames_out")),
                    text_of(at(link, "queued_bytes")),
                    text_of(at(link, "address")), brief(at(link, "via"))});
  print_table(rows, out);
}

void print_lookup(const json& answer, std::ostream& out) {
  const auto& owner = at(answer, "owner");
  print_field("key", at(answer, "key"), out);
  print_field("id", at(answer, "id"), out);
  print_field("owner", at(owner, "id"), out);
  print_field("node", at(owner, "node"), out);
  print_field("endpoint", at(owner, "endpoint"), out);
  print_field("hops", at(answer, "hops"), out);
  print_field("attempts", at(answer, "attempts"), out);
  print_field("took", text_of(at(answer, "duration_ms")) + " ms", out);
  std::string next;
  for (const auto& peer : at(answer, "successors"))
    next += (next.empty() ? "" : " ") + brief(at(peer, "id"));
  print_field("then", next, out);
}

void print_user(const json& answer, std::ostream& out) {
  const auto& where = at(answer, "location");
  const auto& key = at(answer, "key");
  print_field("user", at(answer, "user"), out);
  print_field("location", at(where, "error"), out);
  print_field("registered", at(where, "registered"), out);
  print_field("at peer", at(where, "peer"), out);
  print_field("of node", at(where, "node"), out);
  print_field("endpoint", at(where, "endpoint"), out);
  print_field("epoch", at(where, "epoch"), out);
  print_field("until", at(where, "expires"), out);
  print_field("key", at(key, "error"), out);
  print_field("fingerprint", at(key, "fingerprint"), out);
  print_field("key epoch", at(key, "epoch"), out);
  print_field("key until", at(key, "expires"), out);
  const auto& alarms = at(answer, "alarms");
  if (!alarms.is_array() || alarms.empty())
    print_field("alarms", "none", out);
  else
    for (const auto& alarm : alarms)
      print_field("ALARM",
                  text_of(at(alarm, "when")) + " "
                    + text_of(at(alarm, "raised_by")) + ": "
                    + text_of(at(alarm, "why")),
                  out);
}

void print_call(const json& answer, std::ostream& out) {
  print_field("trace", at(answer, "trace"), out);
  print_field("what", at(answer, "what"), out);
  print_field("outcome", at(answer, "outcome"), out);
  print_field("ending", at(answer, "ending"), out);
  out << '\n';
  table rows{{"MS", "USER", "STEP", "DETAIL"}};
  for (const auto& step : at(answer, "steps"))
    rows.push_back({text_of(at(step, "ms")), text_of(at(step, "user")),
                    text_of(at(step, "step")), text_of(at(step, "detail"))});
  print_table(rows, out);
}

} // namespace carillon
