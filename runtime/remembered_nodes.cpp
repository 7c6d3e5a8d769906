#include "runtime/remembered_nodes.hpp"

#include <caf/all.hpp>

#include <sstream>

namespace carillon {

namespace {

/// What the node remembers of other nodes is under this key.
constexpr auto nodes_key = "nodes/addresses";

std::vector<std::string> lines_of(const loaded_notes& notes) {
  std::vector<std::string> result;
  for (const auto& item : *notes) {
    std::istringstream text{std::string{as_text(item.value)}};
    for (std::string line; std::getline(text, line);)
      result.push_back(line);
  }
  return result;
}

} // namespace

expected<std::vector<std::string>>
load_remembered_nodes(caf::actor_system& system,
                      const record_writer_actor& writer) {
  caf::scoped_actor self{system, true};
  loaded_notes notes = fail(errc::unreachable, "the record writer has ended");
  self->request(writer, caf::infinite, load_atom_v, std::string{nodes_key})
    .receive([&](loaded_notes& got) { notes = std::move(got); },
             [](const caf::error&) {});
  if (!notes)
    return tl::unexpected{notes.error()};
  return lines_of(notes);
}

void save_remembered_nodes(const record_writer_actor& writer,
                           const std::vector<std::string>& addresses) {
  std::string text;
  for (const auto& address : addresses)
    text += address + '\n';
  caf::anon_send(writer, put_atom_v, std::string{nodes_key}, to_bytes(text),
                 storage::durability::buffered);
}

} // namespace carillon
