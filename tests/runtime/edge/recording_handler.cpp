#include "tests/runtime/edge/recording_handler.hpp"

#include <utility>

namespace carillon::test {

bool recording_handler::wait_for(
  const std::function<bool(const record&)>& as_wanted) {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, patience, [&] { return as_wanted(record_); });
}

recording_handler::record recording_handler::take() {
  const std::lock_guard lock{mutex_};
  return std::exchange(record_, {});
}

void recording_handler::on_datagram(byte_view data, const sip::flow& source,
                                    message_credit credit) {
  arrived(&record::datagrams, {std::string{as_text(data)}, source},
          std::move(credit));
}

void recording_handler::on_stream_message(byte_view data,
                                          const sip::flow& source,
                                          message_credit credit) {
  arrived(&record::messages, {std::string{as_text(data)}, source},
          std::move(credit));
}

void recording_handler::on_stream_refused(const sip::refused_message& refused,
                                          const sip::flow& source) {
  if (on_unframed) {
    on_unframed(source);
  }
  const std::lock_guard lock{mutex_};
  record_.unframed.push_back(refused.why);
  changed_.notify_all();
}

void recording_handler::on_closed(const sip::flow& path, const error& why) {
  const std::lock_guard lock{mutex_};
  record_.closed.push_back({path, why});
  changed_.notify_all();
}

void recording_handler::on_refused(const sip::flow& source, const error& why) {
  const std::lock_guard lock{mutex_};
  record_.refused.push_back({source, why});
  changed_.notify_all();
}

void recording_handler::arrived(std::vector<message> record::*list,
                                message what, message_credit credit) {
  {
    const std::lock_guard lock{mutex_};
    (record_.*list).push_back(what);
    if (keep_credits) {
      record_.credits.push_back(std::move(credit));
    }
    changed_.notify_all();
  }
  if (on_message) {
    on_message(what);
  }
}

running_edge::running_edge(const sip_edge_config& config)
  : work_(boost::asio::make_work_guard(io_))
  , edge(io_, handler, config) {
  for (int i = 0; i < 2; ++i) {
    threads_.emplace_back([this] { io_.run(); });
  }
}

running_edge::~running_edge() {
  close();
}

sip_endpoint running_edge::listen(sip::transport kind,
                                  const std::string& address) {
  return edge.listen({{kind, {address, 0}}}).value().front();
}

void running_edge::close() {
  edge.close();
  work_.reset();
  threads_.clear();
}

std::string make_request(size_t body_size) {
  return "OPTIONS sip:bob@example.org SIP/2.0\r\n"
         "Via: SIP/2.0/TCP 127.0.0.1:5070;branch=z9hG4bK1\r\n"
         "From: <sip:alice@example.org>;tag=1\r\n"
         "To: <sip:bob@example.org>\r\n"
         "Call-ID: 1\r\n"
         "CSeq: 1 OPTIONS\r\n"
         "Content-Length: "
    + std::to_string(body_size) + "\r\n\r\n" + std::string(body_size, 'x');
}

} // namespace carillon::test
