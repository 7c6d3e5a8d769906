#include "runtime/link/ring_search.hpp"

#include "runtime/defaults.hpp"
#include "runtime/link/dialer.hpp"

#include <utility>

namespace carillon {

ring_search::ring_search(boost::asio::io_context& io, ring_search_config config)
  : config_(std::move(config))
  , seeker_(config_.bootstrap, {}, config_.seed) {
  if (config_.discovers)
    discovery_ = std::make_shared<discovery>(
      io,
      discovery_config{config_.time, config_.log, config_.ring,
                       config_.endpoint, interface_of(config_.listen),
                       defaults::discovery_port, config_.seed},
      [this](const endpoint& where) {
        const std::lock_guard lock{mutex_};
        seeker_.offer(where);
      });
}

void ring_search::start(const std::vector<std::string>& remembered) {
  std::vector<endpoint> earlier;
  for (const auto& address : remembered) {
    if (const auto where = parse_node_address(address))
      earlier.push_back({where->address().to_string(), where->port()});
  }
  has_entries_ =
    !config_.bootstrap.empty() || !earlier.empty() || discovery_ != nullptr;
  seeker_ = ring_seeker{config_.bootstrap, earlier, config_.seed};
  if (discovery_)
    discovery_->start();
}

void ring_search::stop() {
  if (discovery_)
    discovery_->stop();
}

std::optional<bootstrap_endpoint> ring_search::next() {
  const std::lock_guard lock{mutex_};
  return seeker_.next(config_.time->now());
}

void ring_search::be_lonely(bool is_lonely) {
  if (discovery_)
    discovery_->look(is_lonely);
}

void ring_search::found() {
  const std::lock_guard lock{mutex_};
  seeker_.found();
}

} // namespace carillon
