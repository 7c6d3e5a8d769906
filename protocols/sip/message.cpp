#include "protocols/sip/message.hpp"

#include "protocols/sip/text.hpp"

#include <algorithm>

namespace carillon::sip {

namespace {

auto has_name(std::string_view name) {
  return [name](const header_field& field) {
    return iequals(field.name, name);
  };
}

} // namespace

message message::request(std::string_view method,
                         std::string_view request_uri) {
  message result;
  result.method_ = method;
  result.request_uri_ = request_uri;
  return result;
}

message message::response(unsigned status, std::string_view reason) {
  message result;
  result.status_ = status;
  result.reason_ = reason;
  return result;
}

std::string message::method() const {
  return is_request() ? method_ : cseq().method;
}

std::optional<std::string_view>
message::first(std::string_view name) const noexcept {
  const auto pos = std::find_if(fields_.begin(), fields_.end(), has_name(name));
  if (pos == fields_.end())
    return std::nullopt;
  return pos->value;
}

std::vector<std::string_view> message::all(std::string_view name) const {
  std::vector<std::string_view> result;
  for (const auto& field : fields_)
    if (iequals(field.name, name))
      result.push_back(field.value);
  return result;
}

void message::set(std::string_view name, std::string_view value) {
  const auto pos = std::find_if(fields_.begin(), fields_.end(), has_name(name));
  if (pos == fields_.end())
    return append(name, value);
  pos->value = value;
  fields_.erase(std::remove_if(pos + 1, fields_.end(), has_name(name)),
                fields_.end());
}

void message::append(std::string_view name, std::string_view value) {
  fields_.push_back({std::string{name}, std::string{value}});
}

void message::prepend(std::string_view name, std::string_view value) {
  fields_.insert(fields_.begin(), {std::string{name}, std::string{value}});
}

size_t message::remove(std::string_view name) {
  return std::erase_if(fields_, has_name(name));
}

void message::remove_first(std::string_view name) {
  const auto pos = std::find_if(fields_.begin(), fields_.end(), has_name(name));
  if (pos != fields_.end())
    fields_.erase(pos);
}

void message::copy(std::string_view name, const message& from) {
  for (const auto& field : from.fields_)
    if (iequals(field.name, name))
      fields_.push_back(field);
}

via message::top_via() const {
  return via::parse(first("Via").value_or("")).value_or(via{});
}

void message::top_via(const via& value) {
  remove_first("Via");
  prepend("Via", to_string(value));
}

name_addr message::from() const {
  return name_addr::parse(first("From").value_or("")).value_or(name_addr{});
}

name_addr message::to() const {
  return name_addr::parse(first("To").value_or("")).value_or(name_addr{});
}

std::string message::call_id() const {
  return std::string{first("Call-ID").value_or("")};
}

cseq message::cseq() const {
  const auto text = trim(first("CSeq").value_or(""));
  const auto blank = text.find_first_of(" \t");
  if (blank == std::string_view::npos)
    return {};
  const auto number = to_number(text.substr(0, blank));
  const auto method = trim(text.substr(blank));
  if (!number || !is_token(method))
    return {};
  return {*number, std::string{method}};
}

std::vector<name_addr> message::contacts() const {
  std::vector<name_addr> result;
  for (const auto value : all("Contact"))
    if (auto contact = name_addr::parse(value))
      result.push_back(std::move(*contact));
  return result;
}

std::optional<uint32_t> message::max_forwards() const {
  return to_number(first("Max-Forwards").value_or(""));
}

std::optional<uint32_t> message::expires() const {
  return to_number(first("Expires").value_or(""));
}

std::vector<std::string> message::items(std::string_view name) const {
  std::vector<std::string> result;
  for (const auto value : all(name))
    for (const auto item : split(value, ','))
      if (!item.empty())
        result.emplace_back(item);
  return result;
}

void message::body(bytes data, std::string_view content_type) {
  body_ = std::move(data);
  if (body_.empty())
    remove("Content-Type");
  else
    set("Content-Type", content_type);
}

size_t message::footprint() const noexcept {
  auto result = sizeof(message) + method_.size() + request_uri_.size()
    + reason_.size() + body_.size() + raw_.size();
  for (const auto& field : fields_)
    result += sizeof(header_field) + field.name.size() + field.value.size();
  return result;
}

bytes message::print() const {
  std::string text;
  if (is_request())
    text = method_ + ' ' + request_uri_ + " SIP/2.0\r\n";
  else
    text = "SIP/2.0 " + std::to_string(status_) + ' ' + reason_ + "\r\n";
  for (const auto& [name, value] : fields_)
    text.append(name).append(": ").append(value).append("\r\n");
  text += "Content-Length: " + std::to_string(body_.size()) + "\r\n\r\n";
  auto result = to_bytes(text);
  result.insert(result.end(), body_.begin(), body_.end());
  return result;
}

} // namespace carillon::sip
