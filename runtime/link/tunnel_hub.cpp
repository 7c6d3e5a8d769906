#include "runtime/link/tunnel_hub.hpp"

#include "protocols/identity/node_fingerprint.hpp"
#include "runtime/defaults.hpp"
#include "runtime/link/link_connection.hpp"

#include <boost/asio/local/connect_pair.hpp>

namespace carillon {

namespace asio = boost::asio;

void tunnel_hub::stretch::send(link::tunnel_body what) const {
  link->send(link::tunnel_frame{number, std::move(what)});
}

expected<link_socket> tunnel_hub::open(const link_ptr& relay,
                                       const identity::fingerprint& node) {
  const std::lock_guard lock{mutex_};
  auto pair = make_pair();
  if (!pair)
    return tl::unexpected{pair.error()};
  const auto number = relay->open_tunnel(link::tunnel_open{node});
  return lead(std::move(*pair), {relay, number});
}

expected<link_socket> tunnel_hub::accept(const link_ptr& relay,
                                         uint32_t number) {
  const std::lock_guard lock{mutex_};
  auto pair = make_pair();
  if (!pair)
    return tl::unexpected{pair.error()};
  return lead(std::move(*pair), {relay, number});
}

expected<void> tunnel_hub::carry(const link_ptr& from, uint32_t number,
                                 const link_ptr& to, timestamp now) {
  const std::lock_guard lock{mutex_};
  if (carried_ >= defaults::max_carried_tunnels)
    return fail(errc::overloaded, "too many tunnels are carried");
  const auto asker = identity::fingerprint_of(*from->with().node);
  const stretch onward{to, to->open_tunnel(link::tunnel_offer{asker})};
  ends_.insert_or_assign({from.get(), number}, end{onward, now});
  ends_.insert_or_assign({to.get(), onward.number},
                         end{stretch{from, number}, now});
  ++carried_;
  return {};
}

void tunnel_hub::pass(const link_ptr& from, link::tunnel_frame said,
                      timestamp now) {
  const std::lock_guard lock{mutex_};
  const auto known = ends_.find({from.get(), said.number});
  if (known == ends_.end())
    return;
  known->second.last_used = now;
  const bool is_last = std::holds_alternative<link::tunnel_close>(said.what);
  give(known->second, std::move(said.what));
  if (is_last)
    erase(known);
}

void tunnel_hub::close_over(const link_ptr& ended) {
  const std::lock_guard lock{mutex_};
  const error why{errc::unreachable, "a link of the tunnel is over"};
  const auto first = [&] {
    return ends_.lower_bound({ended.get(), 0});
  };
  for (auto next = first();
       next != ends_.end() && next->first.first == ended.get();
       next = first()) {
    give(next->second, link::tunnel_close{why});
    erase(next);
  }
}

void tunnel_hub::close_idle(timestamp now) {
  const std::lock_guard lock{mutex_};
  const error why{errc::timeout, "nothing is said through the tunnel"};
  for (auto next = ends_.begin(); next != ends_.end();) {
    const auto current = next++;
    const auto* onward = std::get_if<stretch>(&current->second.onward);
    if (onward == nullptr
        || current->second.last_used > now - defaults::tunnel_idle_time)
      continue;
    const auto back = ends_.find({onward->link.get(), onward->number});
    onward->send(link::tunnel_close{why});
    give(back->second, link::tunnel_close{why});
    if (next == back)
      ++next;
    erase(current);
  }
}

size_t tunnel_hub::carried() const {
  const std::lock_guard lock{mutex_};
  return carried_;
}

expected<tunnel_hub::socket_pair> tunnel_hub::make_pair() {
  socket_pair result{local_socket{asio::make_strand(io_)},
                     local_socket{asio::make_strand(io_)}};
  boost::system::error_code problem;
  asio::local::connect_pair(result.first, result.second, problem);
  if (problem)
    return fail(errc::unreachable, "socket: " + problem.message());
  return result;
}

link_socket tunnel_hub::lead(socket_pair pair, const stretch& to) {
  auto pump = std::make_shared<tunnel_pump>(
    std::move(pair.second), [this, to](link::tunnel_body what) {
      const bool is_last = std::holds_alternative<link::tunnel_close>(what);
      to.send(std::move(what));
      if (is_last)
        forget(to);
    });
  pump->start();
  ends_.insert_or_assign({to.link.get(), to.number}, end{std::move(pump), {}});
  return std::move(pair.first);
}

void tunnel_hub::give(const end& to, link::tunnel_body what) {
  if (const auto* onward = std::get_if<stretch>(&to.onward))
    onward->send(std::move(what));
  else
    std::get<pump_ptr>(to.onward)->take(std::move(what));
}

/// Forgets a tunnel on both of its links.
void tunnel_hub::erase(ends::iterator position) {
  if (const auto* onward = std::get_if<stretch>(&position->second.onward)) {
    ends_.erase({onward->link.get(), onward->number});
    --carried_;
  }
  ends_.erase(position);
}

void tunnel_hub::forget(const stretch& which) {
  const std::lock_guard lock{mutex_};
  ends_.erase({which.link.get(), which.number});
}

} // namespace carillon
