// The other side of `bench/compare/opendht`: puts and gets values among OpenDHT
// nodes in one process, over UDP on loopback, and prints what they cost as
// JSON.
//
// usage: opendht_store NODES OPERATIONS CONCURRENCY BYTES SEED

#include <opendht.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;

struct plan {
  size_t nodes = 0;
  size_t operations = 0;
  size_t concurrency = 0;
  size_t bytes = 0;
  unsigned seed = 0;
};

struct cost {
  double each_second = 0;
  double cpu_us = 0;
  size_t failed = 0;
};

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& part) {
    return static_cast<double>(part.tv_sec)
      + static_cast<double>(part.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// So many operations at a time.
class window {
public:
  explicit window(size_t size)
    : free_(size)
    , size_(size) {}

  void enter() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return free_ > 0; });
    --free_;
  }

  void leave(bool is_good) {
    const std::lock_guard lock{mutex_};
    ++free_;
    failed_ += is_good ? 0 : 1;
    changed_.notify_all();
  }

  /// Waits for the last ones.
  size_t finish() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return free_ == size_; });
    return failed_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  size_t free_;
  size_t size_;
  size_t failed_ = 0;
};

/// Runs operations; each is given its number and the window that it leaves.
template <class Start>
cost measure(const plan& what, const Start& start) {
  const auto cpu = cpu_seconds();
  const auto begin = std::chrono::steady_clock::now();
  window open{what.concurrency};
  for (size_t i = 0; i < what.operations; ++i) {
    open.enter();
    start(i, open);
  }
  cost result;
  result.failed = open.finish();
  const std::chrono::duration<double> elapsed =
    std::chrono::steady_clock::now() - begin;
  const auto count = static_cast<double>(what.operations);
  result.each_second = count / elapsed.count();
  result.cpu_us = (cpu_seconds() - cpu) / count * 1e6;
  return result;
}

std::vector<std::unique_ptr<dht::DhtRunner>> start_nodes(const plan& what) {
  std::vector<std::unique_ptr<dht::DhtRunner>> result;
  for (size_t i = 0; i < what.nodes; ++i) {
    auto node = std::make_unique<dht::DhtRunner>();
    dht::DhtRunner::Config config;
    config.threaded = true;
    // Without its limits, which would be what is measured.
    config.dht_config.node_config.max_req_per_sec = -1;
    config.dht_config.node_config.max_peer_req_per_sec = -1;
    config.dht_config.node_config.max_store_size = -1;
    node->run("127.0.0.1", "", "0", config);
    if (!result.empty())
      node->bootstrap("127.0.0.1",
                      std::to_string(result.front()->getBoundPort()));
    result.push_back(std::move(node));
  }
  return result;
}

/// Waits until the nodes know others.
bool await_nodes(const std::vector<std::unique_ptr<dht::DhtRunner>>& nodes) {
  const auto end = std::chrono::steady_clock::now() + 60s;
  const auto is_ready = [](const auto& node) {
    return node->getNodesStats(AF_INET).good_nodes > 0;
  };
  while (std::chrono::steady_clock::now() < end) {
    if (std::all_of(nodes.begin(), nodes.end(), is_ready))
      return true;
    std::this_thread::sleep_for(100ms);
  }
  return false;
}

void print(const cost& put, const cost& get) {
  std::cout << "{\"put_per_s\": " << put.each_second
            << ", \"get_per_s\": " << get.each_second
            << ", \"put_cpu_us\": " << put.cpu_us
            << ", \"get_cpu_us\": " << get.cpu_us
            << ", \"failed\": " << put.failed + get.failed << "}\n";
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::cerr << "usage: opendht_store NODES OPERATIONS CONCURRENCY BYTES "
                 "SEED\n";
    return 2;
  }
  const auto number = [&](int i) {
    return static_cast<size_t>(std::strtoul(argv[i], nullptr, 10));
  };
  const plan what{number(1), number(2), number(3), number(4),
                  static_cast<unsigned>(number(5))};
  const auto nodes = start_nodes(what);
  if (!await_nodes(nodes)) {
    std::cerr << "opendht_store: the nodes did not find each other\n";
    return 1;
  }
  std::mt19937 random{what.seed};
  const auto any_node = [&]() -> dht::DhtRunner& {
    return *nodes[random() % nodes.size()];
  };
  const auto key = [](size_t i) {
    return dht::InfoHash::get("user-" + std::to_string(i));
  };
  const auto put = measure(what, [&](size_t i, window& open) {
    any_node().put(key(i), dht::Value{dht::Blob(what.bytes, 'x')},
                   [&open](bool is_good) { open.leave(is_good); });
  });
  const auto get = measure(what, [&](size_t i, window& open) {
    auto found = std::make_shared<bool>(false);
    any_node().get(
      key(i),
      [found](const std::vector<std::shared_ptr<dht::Value>>& values) {
        *found = *found || !values.empty();
        // One is enough, as for us.
        return false;
      },
      [&open, found](bool) { open.leave(*found); });
  });
  print(put, get);
  std::cout.flush();
  // Fifty nodes take their time to say goodbye, and nobody needs that.
  std::quick_exit(0);
}
