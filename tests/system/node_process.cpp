#include "tests/system/node_process.hpp"

#include <fstream>
#include <stdexcept>
#include <utility>

namespace carillon::test {

using namespace std::chrono_literals;

node_process::node_process(const std::string& more, std::string host,
                           const std::string& admin)
  : host_(std::move(host)) {
  const auto any_port = to_string(endpoint{host_, 0});
  std::ofstream file{directory_.path() / "node.toml"};
  file << "[node]\ndata_dir = \"" << data_dir().string() << "\"\n"
       << "[admin]\nlisten = \"127.0.0.1:0\"\n"
       << admin << "[sip]\nlisten = [\"udp:" << any_port
       << "\", \"tcp:" << any_port << "\", \"tls:" << any_port << "\"]\n"
       << more;
}

void node_process::start(std::vector<std::string> wrapper) {
  process_.reset();
  auto command = std::move(wrapper);
  for (auto part :
       {std::string{CARILLON_BINARY}, std::string{"node"},
        std::string{"--config"}, (directory_.path() / "node.toml").string()})
    command.push_back(std::move(part));
  process_ = std::make_unique<child_process>(
    command, directory_.path() / ("log-" + std::to_string(++runs_)));
}

bool node_process::start_ready(std::vector<std::string> wrapper) {
  start(std::move(wrapper));
  return process_->wait_for(" ready\n", 30s);
}

endpoint node_process::adapter(const std::string& kind) const {
  const auto log = process_->output();
  auto key = " " + kind + ":" + to_string(endpoint{host_, 0});
  key.pop_back();
  const auto begin = log.find(key);
  if (begin == std::string::npos)
    throw std::runtime_error{"the node does not tell where it listens"};
  return {host_,
          static_cast<uint16_t>(std::stoul(log.substr(begin + key.size())))};
}

std::string node_process::admin() const {
  const auto log = process_->output();
  const std::string_view mark = " admin interface at ";
  const auto begin = log.find(mark);
  if (begin == std::string::npos)
    throw std::runtime_error{"the node does not tell where to ask it"};
  const auto url = begin + mark.size();
  return log.substr(url, log.find('\n', url) - url);
}

} // namespace carillon::test
