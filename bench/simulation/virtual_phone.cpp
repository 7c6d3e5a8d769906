#include "bench/simulation/virtual_phone.hpp"

#include "actors/key_keeper.hpp"
#include "actors/record_writer.hpp"
#include "actors/ring_reader.hpp"
#include "protocols/sip/build.hpp"
#include "protocols/sip/name_addr.hpp"
#include "protocols/sip/parser.hpp"
#include "storage/memory_store.hpp"

#include <caf/all.hpp>

#include <utility>

namespace carillon {

namespace {

constexpr auto loopback = "127.0.0.1";
constexpr uint16_t phone_port = 6060;
constexpr uint16_t adapter_port = 5060;

std::string contact_of(const sip::message& response) {
  const auto field = response.first("Contact");
  if (!field)
    return {};
  const auto address = sip::name_addr::parse(*field);
  return address ? address->address : std::string{};
}

} // namespace

/// The network between the phone and its adapter.
class virtual_phone::wire final : public sip_transport {
public:
  explicit wire(virtual_phone& phone)
    : phone_(&phone) {}

  void send(const sip::flow&, bytes data, failure_handler) override {
    if (phone_ != nullptr)
      phone_->receive(data);
  }

  void cut() noexcept {
    phone_ = nullptr;
  }

private:
  virtual_phone* phone_;
};

virtual_phone::virtual_phone(virtual_ring& ring, const chord::peer_ref& place,
                             std::string user, sip_settings_ptr settings,
                             std::shared_ptr<key_vault> vault)
  : ring_(ring)
  , place_(place)
  , user_(std::move(user))
  , settings_(std::move(settings))
  , wire_(std::make_shared<wire>(*this))
  , requests_(user_, settings_->domain.name,
              loopback + (":" + std::to_string(phone_port)))
  , path_{sip::transport::udp, loopback, phone_port, loopback,
          adapter_port,        0} {
  auto context = std::make_shared<node_context>(*ring.context);
  writer_ = ring.system.spawn(record_writer,
                              std::shared_ptr<storage::record_store>{
                                std::make_shared<storage::memory_store>()});
  context->writer = writer_;
  context_ = std::move(context);
  keeper_ = ring.system.spawn(key_keeper, std::move(vault));
}

virtual_phone::~virtual_phone() {
  stop();
  caf::anon_send_exit(keeper_, caf::exit_reason::kill);
  caf::anon_send_exit(writer_, caf::exit_reason::kill);
  ring_.run();
  wire_->cut();
}

void virtual_phone::start() {
  reader_ =
    ring_.system.spawn(ring_reader, ring_reader_config{context_, place_});
  switch_ = ring_.system.spawn(sip_switch,
                               sip_switch_config{context_,
                                                 settings_,
                                                 wire_,
                                                 {place_},
                                                 reader_,
                                                 keeper_,
                                                 addressees_,
                                                 ring_.seed()});
}

void virtual_phone::stop() {
  caf::anon_send_exit(switch_, caf::exit_reason::kill);
  caf::anon_send_exit(reader_, caf::exit_reason::kill);
  pending_.clear();
}

void virtual_phone::register_here(answer_handler on_answer) {
  ask(requests_.make_register(user_, std::chrono::hours{1}),
      std::move(on_answer));
}

void virtual_phone::call(const std::string& user, answer_handler on_answer) {
  ask(requests_.make_invite(user), std::move(on_answer));
}

void virtual_phone::ask(sip::message request, answer_handler on_answer) {
  send(request);
  auto id = request.call_id();
  pending_.insert_or_assign(
    std::move(id),
    pending{std::move(request), ring_.now(), std::move(on_answer)});
}

void virtual_phone::send(const sip::message& message) {
  // As the parser makes it, which keeps the bytes.
  if (auto parsed = sip::parse_message(message.print()))
    caf::anon_send(
      switch_,
      sip_arrival{std::make_shared<const sip::message>(std::move(*parsed)),
                  path_, nullptr});
}

void virtual_phone::receive(const bytes& data) {
  const auto message = sip::parse_message(data);
  if (!message || message->status() < 200)
    return;
  const auto position = pending_.find(message->call_id());
  if (position == pending_.end())
    return;
  const auto done = std::move(position->second);
  pending_.erase(position);
  if (done.request.method() == sip::methods::invite && message->status() >= 300)
    send(sip::make_ack(done.request, *message));
  done.on_answer(
    {message->status(), contact_of(*message), ring_.now() - done.sent});
}

} // namespace carillon
