#include "runtime/run_node.hpp"

#include "runtime/defaults.hpp"
#include "runtime/log.hpp"
#include "runtime/node.hpp"
#include "runtime/termination.hpp"

#include <sys/stat.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace carillon {

namespace {

std::string join(const std::vector<sip_endpoint>& endpoints) {
  std::string result;
  for (const auto& endpoint : endpoints)
    result += (result.empty() ? "" : " ") + to_string(endpoint);
  return result.empty() ? "nowhere" : result;
}

} // namespace

expected<void> run_node(const config& settings) {
  // The store gives its files whatever modes the process permits.
  ::umask(S_IRWXG | S_IRWXO);
  const termination signals;
  const auto lines = std::make_shared<log>(settings.log);
  const logger log{lines, subsystem::node};
  auto running = node::start(
    settings, lines,
    {[&signals] { return signals.requested(); }, termination::request});
  if (!running && running.error().code == errc::interrupted) {
    log.write(log_level::info, {}, [&] { return running.error().detail; });
    return {};
  }
  if (!running)
    return tl::unexpected{running.error()};
  log.write(log_level::info, {},
            [&] { return "ring " + (*running)->ring().to_hex(); });
  if (const auto where = (*running)->link_endpoint())
    log.write(log_level::info, {},
              [&] { return "nodes connect to " + to_string(*where); });
  log.write(log_level::info, {}, [&] {
    return "phones connect to " + join((*running)->endpoints());
  });
  if (const auto url = (*running)->admin_url())
    log.write(log_level::info, {},
              [&] { return "admin interface at " + *url; });
  log.write(log_level::info, {}, [] { return "ready"; });
  signals.wait();
  signals.hurry(defaults::shutdown_timeout, defaults::signal_grace,
                [log](std::string_view why) {
                  log.write(log_level::warning, {}, [&] { return why; });
                });
  log.write(log_level::info, {}, [] { return "leaving the ring"; });
  if (const auto left = (*running)->leave(); !left)
    log.write(log_level::warning, {}, [&] { return to_string(left.error()); });
  running->reset();
  log.write(log_level::info, {}, [] { return "ended"; });
  return {};
}

} // namespace carillon
