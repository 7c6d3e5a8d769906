#include "runtime/link/link_host.hpp"

#include "protocols/identity/node_fingerprint.hpp"
#include "protocols/link/defaults.hpp"
#include "runtime/defaults.hpp"
#include "runtime/link/ticket_renewal.hpp"
#include "runtime/link/tls.hpp"

#include <boost/asio/post.hpp>
#include <botan/auto_rng.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace carillon {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// Threads that run the links of a node.
constexpr size_t link_threads = 2;

template <class Number>
Number draw() {
  Number result{};
  Botan::AutoSeeded_RNG rng;
  rng.randomize(reinterpret_cast<uint8_t*>(&result), sizeof(result));
  return result;
}

/// Names the other end of a link for the log.
std::string describe(const link_connection& link) {
  if (!link.was_opened())
    return link.origin().address;
  const auto node = identity::fingerprint_of(*link.with().node);
  return link.origin().address
    + (link.origin().via ? " (carries node " : " (node ")
    + node.to_hex().substr(0, 8) + ")";
}

} // namespace

expected<std::shared_ptr<link_host>> link_host::open(link_host_config config) {
  auto tls = make_link_tls(config.identity->keys, config.chain);
  if (!tls)
    return tl::unexpected{tls.error()};
  std::shared_ptr<link_host> result{new link_host{
    std::move(config), std::make_unique<asio::ssl::context>(std::move(*tls))}};
  if (auto listening = result->listen(); !listening)
    return tl::unexpected{listening.error()};
  return result;
}

link_host::link_host(link_host_config config,
                     std::unique_ptr<asio::ssl::context> tls)
  : config_(std::move(config))
  , own_(identity::fingerprint_of(*config_.identity->info))
  , tls_(std::move(tls))
  , log_({config_.sink, subsystem::link}, config_.time, defaults::refusal_lines)
  , work_(io_.get_executor())
  , places_(std::make_shared<credit_pool>(defaults::max_links,
                                          share_of_group(defaults::max_links)))
  , credits_(std::make_shared<credit_pool>(
      defaults::max_link_credits, share_of_group(defaults::max_link_credits)))
  , run_(draw<uint64_t>())
  , table_(own_, config_.listen.has_value(), draw<uint32_t>())
  , tunnels_(io_)
  , opener_(io_,
            {config_.time, config_.ring, config_.revoked, tls_.get(), this,
             credits_, counts_},
            log_, tunnels_)
  , door_(config_.time, config_.ring, config_.revoked, config_.admission)
  , search_(io_,
            {config_.time,
             {config_.sink, subsystem::link},
             config_.ring->ring(),
             config_.identity->info->endpoint,
             config_.listen,
             config_.bootstrap,
             config_.discovers,
             draw<uint32_t>()})
  , random_(draw<uint32_t>())
  , obeyed_(config_.revoked->get())
  , timer_(asio::make_strand(io_)) {}

link_host::~link_host() {
  stop();
}

expected<void> link_host::listen() {
  if (!config_.listen)
    return {};
  const auto where = asio::ip::make_address(config_.listen->host);
  listener_ = std::make_shared<tcp_listener>(
    io_, defaults::accept_retry,
    [this](tcp_socket socket) { opener_.accept(std::move(socket)); },
    [this](const error& why) {
      log_.write(log_level::warning, "no link is taken in: " + to_string(why));
    });
  return listener_->open({where, config_.listen->port})
    .map([](const tcp::endpoint&) {});
}

std::optional<endpoint> link_host::local() const {
  if (!listener_)
    return std::nullopt;
  const auto& where = listener_->local();
  return endpoint{where.address().to_string(), where.port()};
}

void link_host::start(const std::shared_ptr<peer_directory>& peers,
                      const std::vector<std::string>& remembered,
                      remember_function remember) {
  chord::peer_list judges;
  for (uint32_t i = 0; i < std::min(config_.peers, defaults::blamed_peers);
       ++i) {
    if (const auto own = make_peer_ref(*config_.identity, i))
      judges.push_back(*own);
  }
  gate_.open(peers, config_.relay, std::move(judges));
  remember_ = std::move(remember);
  search_.start(remembered);
  if (listener_)
    listener_->start();
  asio::post(timer_.get_executor(), [this] { look_after(); });
  for (size_t i = 0; i < link_threads; ++i)
    threads_.emplace_back([this] { io_.run(); });
}

void link_host::stop() {
  if (!threads_.empty())
    keep_nodes();
  search_.stop();
  if (listener_)
    listener_->close();
  for (const auto& open : table_.links())
    open->close({errc::unreachable, "the node ends"});
  await_end();
  io_.stop();
  for (auto& thread : threads_)
    thread.join();
  threads_.clear();
  // It may hold on to an actor.
  remember_ = {};
}

/// Lets the last messages out.
void link_host::await_end() {
  std::unique_lock lock{mutex_};
  if (!threads_.empty())
    changed_.wait_for(lock, defaults::close_timeout,
                      [this] { return table_.links().empty(); });
}

// -- messages -----------------------------------------------------------------

void link_host::send(const chord::peer_ref& to, const overlay_message& msg) {
  link::overlay_frame frame{to.id, msg.from, msg.body};
  const auto route = table_.route(to, frame, config_.time->now());
  if (route.link)
    send(route.link, to, std::move(frame));
  else if (route.failure)
    give_up(to, msg);
  if (route.introducer)
    route.introducer->ask({identity::fingerprint_of(*to.node), own_, {}});
  else if (route.relay)
    dial(identity::fingerprint_of(*to.node), route.relay);
  else if (!route.dial.empty())
    dial(identity::fingerprint_of(*to.node), route.dial);
}

/// Sends a message over a link.
void link_host::send(const std::shared_ptr<link_connection>& link,
                     const chord::peer_ref& to, link::overlay_frame frame) {
  // A peer that its node was not admitted with does not exist.
  if (!link->with().speaks_for(to))
    gate_.tell_failed(to, frame.from);
  else if (!link->send(std::move(frame)))
    log_.write(log_level::warning,
               "dropped a message to " + describe(*link)
                 + ": too many wait for it");
}

bool link_host::send_over_link(const chord::peer_ref& to,
                               const overlay_message& msg) {
  const auto link = to.node ? table_.find(to) : nullptr;
  if (link)
    send(link, to, {to.id, msg.from, msg.body});
  return link != nullptr;
}

/// Ends the attempt that has opened a link which must not stay.
tl::unexpected<error> link_host::refuse(const link_connection& opened,
                                        error why) {
  const auto& from = opened.origin();
  if (from.dialled && from.expected_node)
    give_up(table_.dial_failed(*from.expected_node, config_.time->now()));
  return tl::unexpected{std::move(why)};
}

/// Deals with a message that there is no way for.
void link_host::give_up(const chord::peer_ref& to, const overlay_message& msg) {
  if (config_.other_way)
    config_.other_way(to, msg);
  else
    gate_.tell_failed(to, msg.from);
}

void link_host::give_up(const std::deque<waiting_message>& unsent) {
  for (const auto& [to, frame] : unsent)
    give_up(to, {frame.from, frame.body, nullptr});
}

void link_host::on_message(const link_connection& from,
                           link::overlay_frame message,
                           std::shared_ptr<const void> credit) {
  for (const auto& peer : link::hidden_peers(message))
    table_.note_introducer(*peer.node, from);
  gate_.deliver(std::move(message), std::move(credit));
}

void link_host::on_call_back(const link_connection& from,
                             const link::call_back_request& asked) {
  if (asked.node == identity::fingerprint{}) {
    // Behind a firewall: only this node can open the link.
    if (asked.asker != own_ && !table_.find(asked.asker))
      dial(asked.asker, asked.endpoint);
    return;
  }
  // Where the asker is, is what it has said about itself.
  const auto& node = *from.with().node;
  const link::call_back_request wish{asked.node, identity::fingerprint_of(node),
                                     node.endpoint};
  if (!call_back(wish) && config_.other_call_back)
    config_.other_call_back(wish);
}

bool link_host::call_back(const link::call_back_request& asked) {
  const auto wanted = table_.find(asked.node);
  if (wanted)
    wanted->ask({{}, asked.asker, asked.endpoint});
  return wanted != nullptr;
}

chord::peer_list link_host::contacts(size_t count, std::minstd_rand& random) {
  auto links = table_.one_link_each();
  std::ranges::shuffle(links, random);
  chord::peer_list result;
  for (const auto& link : links) {
    const auto& with = link->with();
    if (result.size() >= count || with.peers == 0)
      continue;
    const auto index = static_cast<uint32_t>(random() % with.peers);
    if (const auto place = with.ticket.position(index))
      result.push_back({*place, index, with.node});
  }
  return result;
}

// -- links --------------------------------------------------------------------

link::hello link_host::make_hello() {
  const auto& ring = *config_.ring;
  link::hello result;
  result.ring = ring.ring();
  result.descriptor_version = ring.version();
  result.incarnation = config_.incarnation;
  result.run = run_;
  result.ticket = config_.identity->ticket->get()->sealed;
  result.peers = config_.peers;
  result.endpoint = config_.identity->info->endpoint;
  result.relays = relays();
  result.is_member = config_.is_member;
  if (config_.admission)
    result.bootstrap = {
      config_.admission->bootstrap->public_half().signature.id()};
  return result;
}

expected<void>
link_host::on_opened(const std::shared_ptr<link_connection>& opened) {
  const auto& with = opened->with();
  if (with.node->fingerprint == own_.data())
    return fail(errc::identity_in_use,
                "this is a link of the node to itself, or of another one with "
                "the same keys");
  auto place = places_->take(opened->origin().group);
  if (!place)
    return refuse(*opened, {errc::overloaded, "there are too many links"});
  opened->take_place(std::move(*place));
  auto admitted = table_.add(opened, config_.time->now());
  if (!admitted) {
    if (admitted.error().code == errc::identity_in_use)
      log_.write(log_level::error,
                 "refused the link with " + describe(*opened) + ": "
                   + to_string(admitted.error()));
    return refuse(*opened, admitted.error());
  }
  for (const auto& key : with.bootstrap) {
    if (const auto position = with.ticket.position(0))
      config_.servers->enter({{*position, 0, with.node}, key});
  }
  for (auto& message : admitted->waiting) {
    if (with.speaks_for(message.to))
      opened->send(std::move(message.frame));
    else
      gate_.tell_failed(message.to, message.frame.from);
  }
  if (admitted->loser && !admitted->is_in_use)
    admitted->loser->close({errc::unreachable, "a later run of the node"});
  search_.found();
  {
    const std::lock_guard lock{mutex_};
    // Neither side sends over it once it knows the other link, but what was
    // sent before that has to arrive.
    if (admitted->loser && admitted->is_in_use)
      retired_.emplace_back(config_.time->now() + defaults::link_grace,
                            admitted->loser);
  }
  changed_.notify_all();
  ++counts_->opened;
  log_.write(log_level::info, "link with " + describe(*opened));
  return {};
}

link::join_answer link_host::on_join(const link::join_request& asked,
                                     const channel_end& who) {
  auto result = door_.answer(asked, who);
  const auto node = who.key.id().to_hex().substr(0, 8);
  if (!result.ticket.empty())
    log_.write(log_level::info,
               "admitted node " + node + " with " + std::to_string(asked.peers)
                 + " peers");
  else if (config_.admission)
    log_.write(log_level::warning,
               "did not admit node " + node + ": "
                 + to_string(*result.refusal));
  return result;
}

void link_host::on_misbehaviour(const link_connection& from,
                                const error& what) {
  ++counts_->misbehaviours;
  if (from.was_opened())
    gate_.blame(from.with());
  log_.write(log_level::warning,
             "bad frame from " + describe(from) + ": " + to_string(what));
}

void link_host::on_ended(const std::shared_ptr<link_connection>& ended,
                         const error& why) {
  if (!ended->was_opened())
    ++counts_->failed;
  log_.write(ended->was_opened() ? log_level::info : log_level::debug,
             "no link with " + describe(*ended) + ": " + to_string(why));
  tunnels_.close_over(ended);
  if (!dial_again(*ended))
    give_up(table_.remove(ended, config_.time->now()));
  if (ended->was_opened() && !table_.has_link(*ended->with().node))
    config_.servers->remove_node(*ended->with().node);
  const std::lock_guard lock{mutex_};
  changed_.notify_all();
}

void link_host::dial(const identity::fingerprint& node,
                     const std::string& address) {
  end_dialling(node, opener_.dial(node, address));
}

void link_host::dial(const identity::fingerprint& node,
                     const std::shared_ptr<link_connection>& relay) {
  end_dialling(node, opener_.dial(node, relay));
}

void link_host::end_dialling(const identity::fingerprint& node,
                             const expected<void>& begun) {
  if (!begun)
    give_up(table_.dial_failed(node, config_.time->now()));
}

// -- tunnels ------------------------------------------------------------------

void link_host::on_tunnel(const std::shared_ptr<link_connection>& from,
                          link::tunnel_frame said) {
  const auto number = said.number;
  expected<void> taken;
  if (const auto* asked = std::get_if<link::tunnel_open>(&said.what))
    taken = carry(from, number, asked->node);
  else if (const auto* offered = std::get_if<link::tunnel_offer>(&said.what))
    taken = opener_.accept(from, number, offered->asker);
  else
    tunnels_.pass(from, std::move(said), config_.time->now());
  if (!taken)
    from->send(link::tunnel_frame{number, link::tunnel_close{taken.error()}});
}

bool link_host::relays() const {
  return config_.relays && config_.listen;
}

/// Carries a tunnel for two other nodes.
expected<void> link_host::carry(const std::shared_ptr<link_connection>& from,
                                uint32_t number,
                                const identity::fingerprint& node) {
  if (!relays())
    return fail(errc::unreachable, "this node carries no tunnels");
  const auto to = table_.find(node);
  if (!to || to->with().version < link::first_tunnel_version
      || node == identity::fingerprint_of(*from->with().node))
    return fail(errc::unreachable, "there is no link to the node");
  return tunnels_.carry(from, number, to, config_.time->now());
}

/// Asks another node for the tunnel that there was none through.
/// @returns whether somebody was left.
bool link_host::dial_again(const link_connection& ended) {
  const auto& from = ended.origin();
  if (ended.was_opened() || !from.dialled || !from.via)
    return false;
  const auto next = table_.next_relay(*from.expected_node);
  if (next)
    dial(*from.expected_node, next);
  return next != nullptr;
}

// -- looking after ------------------------------------------------------------

void link_host::look_after() {
  seek();
  introduce_others();
  close_idle();
  close_retired();
  close_revoked();
  tunnels_.close_idle(config_.time->now());
  give_up(table_.expire(config_.time->now()));
  remember_nodes();
  timer_.expires_after(defaults::link_check_interval);
  timer_.async_wait([this](const error_code& problem) {
    if (!problem)
      look_after();
  });
}

/// Opens a link as long as there is none, and one to a bootstrap server as long
/// as none is known, so that new names can be admitted.
void link_host::seek() {
  const auto links = table_.links();
  const bool is_lonely = links.empty();
  search_.be_lonely(is_lonely);
  const bool has_servers = !config_.servers->get().empty();
  if (!is_lonely && has_servers)
    return;
  const auto next = search_.next();
  if (!next)
    return;
  const auto address = to_string(next->address);
  const auto is_linked = std::ranges::any_of(links, [&](const auto& link) {
    return link->with().node->endpoint == address;
  });
  if (!is_linked && address != config_.identity->info->endpoint)
    opener_.dial(next->address);
}

/// Introduces a peer of a linked node to the ring of this node's peers. Where
/// that is the ring of both nothing comes of it; two rings become one, although
/// none of their peers may ever have heard of the others (`chord::ring_merge`).
void link_host::introduce_others() {
  const auto now = config_.time->now();
  const auto others =
    now < introduce_at_ ? chord::peer_list{} : contacts(1, random_);
  if (others.empty())
    return;
  introduce_at_ = now + defaults::introduction_interval;
  const auto index = static_cast<uint32_t>(random_() % config_.peers);
  if (const auto own = make_peer_ref(*config_.identity, index))
    gate_.deliver({own->id, others.front(),
                   chord::message{chord::introduce{others.front(), 0}}},
                  nullptr);
}

void link_host::renew_ticket(
  std::function<void(expected<granted_ticket>)> then) {
  join_question question{{config_.peers, {}},
                         config_.identity->keys.public_half().signature,
                         config_.ring->ring()};
  question.request.ticket = config_.identity->ticket->get()->sealed;
  std::make_shared<ticket_renewal>(io_, *tls_, config_.time,
                                   std::move(question), config_.bootstrap)
    ->start(std::move(then));
}

void link_host::close_retired() {
  const auto now = config_.time->now();
  const std::lock_guard lock{mutex_};
  std::erase_if(retired_, [&](const auto& item) {
    if (item.first > now)
      return false;
    item.second->close(
      {errc::unreachable, "another link to the same node stays"});
    return true;
  });
}

void link_host::close_idle() {
  const auto limit = config_.time->now() - defaults::link_idle_time;
  for (const auto& link : table_.links()) {
    // The other side may have no way to open it again, and the way to a
    // bootstrap server is kept for new names.
    if (link->origin().dialled && link->with().bootstrap.empty()
        && link->last_used() < limit)
      link->close({errc::unreachable, "nothing is said over this link"});
  }
}

void link_host::close_revoked() {
  auto list = config_.revoked->get();
  if (list == obeyed_)
    return;
  obeyed_ = std::move(list);
  for (const auto& link : table_.links())
    link->obey_revocations();
}

bool link_host::await_link(duration longest,
                           const std::function<bool()>& is_over) {
  if (!search_.has_entries())
    return false;
  const auto end = config_.time->now() + longest;
  std::unique_lock lock{mutex_};
  while (!has_link() && config_.time->now() < end && !is_over())
    changed_.wait_for(lock, defaults::stop_check_interval,
                      [this] { return has_link(); });
  return has_link();
}

bool link_host::has_link() const {
  return !table_.links().empty();
}

link_report link_host::report() const {
  link_report result;
  for (const auto& link : table_.links())
    result.open.push_back(link->view());
  result.tunnels = tunnels_.carried();
  result.counts = counts_;
  return result;
}

void link_host::remember_nodes() {
  const auto now = config_.time->now();
  if (now < keep_at_)
    return;
  keep_at_ = now + defaults::remember_interval;
  keep_nodes();
}

void link_host::keep_nodes() {
  auto known = table_.addresses(defaults::max_remembered_nodes);
  std::ranges::sort(known);
  const std::lock_guard lock{mutex_};
  // Who has lost all others must not forget how to find them.
  if (known.empty() || known == kept_)
    return;
  kept_ = known;
  remember_(std::move(known));
}

} // namespace carillon
