#include "protocols/sip/stream_framer.hpp"

#include "protocols/sip/text.hpp"

#include <algorithm>

namespace carillon::sip {

namespace {

constexpr std::string_view blank_line = "\r\n\r\n";
constexpr unsigned bad_request = 400;
constexpr unsigned message_too_large = 513;

/// The octets of a double CRLF.
constexpr size_t ping_size = 4;

/// Finds the one Content-Length in a head. The name of a header begins its
/// line; what begins with a blank continues the line before.
expected<size_t> content_length(std::string_view head) {
  std::optional<size_t> result;
  while (!head.empty()) {
    const auto end = std::min(head.find("\r\n"), head.size());
    const auto line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const auto colon = line.find(':');
    const auto name = line.substr(0, colon);
    if (colon == std::string_view::npos || name.starts_with(' ')
        || name.starts_with('\t'))
      continue;
    if (!iequals(trim(name), "Content-Length") && !iequals(trim(name), "l"))
      continue;
    const auto number = to_number(trim(line.substr(colon + 1)));
    const bool folded = head.starts_with(' ') || head.starts_with('\t');
    if (result || !number || folded)
      return fail(errc::malformed, "repeated or malformed Content-Length");
    result = *number;
  }
  if (!result)
    return fail(errc::malformed, "no Content-Length on a stream");
  return *result;
}

} // namespace

stream_framer::stream_framer(size_t max_message, size_t max_head)
  : max_message_{max_message}
  , max_head_{max_head} {
  // nop
}

stream_framer::result stream_framer::feed(byte_view data) {
  result out;
  // Bounded steps keep the buffer below its cap however much comes at once.
  while (!data.empty() && !failed_) {
    const auto step = std::min(data.size(), max_head_);
    buffer_.insert(buffer_.end(), data.begin(),
                   data.begin() + static_cast<ptrdiff_t>(step));
    data = data.subspan(step);
    while (take_message(out))
      ;
  }
  return out;
}

bool stream_framer::take_message(result& out) {
  if (failed_)
    return false;
  if (message_size_ == 0) {
    skip_line_ends(out);
    const auto text = as_text(buffer_);
    const auto end = text.find(blank_line, scanned_);
    const auto head_size =
      end == std::string_view::npos ? text.size() : end + blank_line.size();
    if (head_size > max_head_) {
      fail_stream(out, message_too_large, {errc::too_large, "headers"});
      return false;
    }
    if (end == std::string_view::npos) {
      // The blank line may be split between this read and the next.
      scanned_ = text.size() - std::min(text.size(), blank_line.size() - 1);
      return false;
    }
    const auto length = content_length(text.substr(0, end));
    if (!length) {
      fail_stream(out, bad_request, length.error());
      return false;
    }
    if (*length > max_message_ || head_size + *length > max_message_) {
      fail_stream(out, message_too_large,
                  {errc::too_large, std::to_string(*length) + " bytes"});
      return false;
    }
    message_size_ = head_size + *length;
  }
  if (buffer_.size() < message_size_)
    return false;
  const auto end = buffer_.begin() + static_cast<ptrdiff_t>(message_size_);
  out.messages.emplace_back(buffer_.begin(), end);
  buffer_.erase(buffer_.begin(), end);
  message_size_ = 0;
  scanned_ = 0;
  return !buffer_.empty();
}

void stream_framer::skip_line_ends(result& out) {
  if (scanned_ != 0)
    return;
  size_t count = 0;
  while (count < buffer_.size()
         && (buffer_[count] == '\r' || buffer_[count] == '\n'))
    ++count;
  line_end_octets_ += count;
  out.pings += line_end_octets_ / ping_size;
  line_end_octets_ = count < buffer_.size() ? 0 : line_end_octets_ % ping_size;
  buffer_.erase(buffer_.begin(),
                buffer_.begin() + static_cast<ptrdiff_t>(count));
}

void stream_framer::fail_stream(result& out, unsigned status, error why) {
  failed_ = true;
  out.failure = refuse_message(buffer_, status, std::move(why));
  buffer_ = bytes{};
}

} // namespace carillon::sip
