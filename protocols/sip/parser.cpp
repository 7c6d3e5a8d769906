#include "protocols/sip/parser.hpp"

#include "protocols/sip/build.hpp"
#include "protocols/sip/defaults.hpp"
#include "protocols/sip/sofia.hpp"
#include "protocols/sip/text.hpp"
#include "protocols/sip/uri.hpp"

#include <sofia-sip/msg.h>
#include <sofia-sip/msg_addr.h>
#include <sofia-sip/msg_header.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_parser.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace carillon::sip {

namespace {

constexpr std::string_view blank_line = "\r\n\r\n";

/// The status codes of refusals.
constexpr unsigned bad_request = 400;
constexpr unsigned version_not_supported = 505;
constexpr unsigned message_too_large = 513;

/// CSeq numbers stay below 2^31 (RFC 3261 section 8.1.1.5).
constexpr uint32_t max_cseq = (uint32_t{1} << 31) - 1;

/// Headers of which there is at most one.
constexpr auto singletons = std::to_array<std::string_view>({
  "Call-ID",
  "Content-Length",
  "CSeq",
  "Expires",
  "From",
  "Max-Forwards",
  "To",
});

/// Headers that make a message unusable when they cannot be read. RFC 3261
/// section 16.3 and 8.2.2 want all others to be ignored then.
constexpr auto decisive = std::to_array<std::string_view>({
  "Call-ID",
  "Contact",
  "Content-Length",
  "CSeq",
  "From",
  "Max-Forwards",
  "Proxy-Require",
  "Record-Route",
  "Require",
  "Route",
  "To",
  "Via",
});

template <class Names>
bool contains(const Names& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view other) {
    return iequals(name, other);
  });
}

/// The three parts of a start line; views into the message.
struct start_line {
  std::string_view first;
  std::string_view second;
  std::string_view third;
};

/// Cuts a start line at its first two blanks.
std::optional<start_line> cut_start_line(std::string_view line) {
  const auto one = line.find(' ');
  if (one == std::string_view::npos)
    return std::nullopt;
  const auto two = line.find(' ', one + 1);
  if (two == std::string_view::npos)
    return std::nullopt;
  return start_line{line.substr(0, one), line.substr(one + 1, two - one - 1),
                    line.substr(two + 1)};
}

/// Checks what a lax parser forgives and another element may read otherwise:
/// lonely CRs and LFs, control characters, very many lines.
expected<void> check_head(std::string_view head) {
  size_t lines = 0;
  for (size_t i = 0; i < head.size(); ++i) {
    if (head[i] == '\r' && i + 1 < head.size() && head[i + 1] == '\n') {
      ++lines;
      ++i;
    } else if (has_control(head.substr(i, 1))) {
      return fail(errc::malformed, "control character or lonely line end");
    }
  }
  if (lines > defaults::max_header_fields)
    return fail(errc::too_large, "too many header lines");
  return {};
}

/// Owns a message of Sofia-SIP's parser.
class sofia_message {
public:
  /// Runs the parser over a head, which ends with the blank line.
  explicit sofia_message(std::string_view head)
    : msg_{msg_create(sip_default_mclass(), 0)} {
    const auto size = static_cast<usize_t>(head.size());
    std::array<msg_iovec_t, 8> vectors{};
    const auto count = msg_recv_iovec(
      msg_, vectors.data(), static_cast<int>(vectors.size()), size, 1);
    auto rest = head;
    for (ssize_t i = 0; i < count; ++i) {
      auto& target = vectors[static_cast<size_t>(i)];
      const auto length = std::min<size_t>(target.mv_len, rest.size());
      std::memcpy(target.mv_base, rest.data(), length);
      rest.remove_prefix(length);
    }
    msg_recv_commit(msg_, size - static_cast<usize_t>(rest.size()), 1);
    msg_extract(msg_);
  }

  sofia_message(const sofia_message&) = delete;

  sofia_message& operator=(const sofia_message&) = delete;

  ~sofia_message() {
    msg_destroy(msg_);
  }

  /// The parsed parts, null when not even the start line was read.
  const sip_t* sip() const {
    return sip_object(msg_);
  }

  const msg_header_t* first_header() const {
    return *msg_chain_head(msg_);
  }

private:
  msg_t* msg_;
};

/// Joins the lines of a folded value: a line end and the blanks around it are
/// one blank (RFC 3261 section 7.3.1).
std::string unfold(std::string_view value) {
  std::string result;
  while (!value.empty()) {
    const auto end = std::min(value.find_first_of("\r\n"), value.size());
    const auto line = trim(value.substr(0, end));
    value.remove_prefix(std::min(end + 1, value.size()));
    if (!result.empty() && !line.empty())
      result += ' ';
    result += line;
  }
  return result;
}

/// Prints the value of a header in the parser's canonical form.
std::string print_value(const msg_header_t* header) {
  // The printer counts what it prints, and silently leaves out a string that
  // does not leave it two more bytes.
  constexpr size_t spare = 2;
  const auto print = [header](auto& buffer) {
    return msg_header_field_e(buffer.data(),
                              static_cast<isize_t>(buffer.size()), header, 0);
  };
  std::array<char, 512> usual{};
  const auto length = print(usual);
  if (length < 0)
    return {};
  const auto size = static_cast<size_t>(length);
  if (size + spare <= usual.size())
    return {usual.data(), size};
  std::string large(size + spare, '\0');
  print(large);
  large.resize(size);
  return large;
}

/// Copies the header fields the parser has read into values of our own.
expected<std::vector<header_field>> copy_fields(const sofia_message& parsed) {
  std::vector<header_field> result;
  for (const auto* header = parsed.first_header(); header != nullptr;
       header = static_cast<const msg_header_t*>(header->sh_succ)) {
    const auto* kind = header->sh_common->h_class;
    if (kind == sip_unknown_class) {
      const auto* unknown = header->sh_unknown;
      if (unknown->un_name == nullptr || !is_token(unknown->un_name))
        return fail(errc::malformed, "bad header name");
      result.push_back(
        {unknown->un_name, unfold(unknown->un_value ? unknown->un_value : "")});
    } else if (kind->hc_name != nullptr && *kind->hc_name != '\0') {
      // Lists of items that stood in several fields are printed as one; the
      // fields merged into it are empty.
      const auto value = print_value(header);
      if (!value.empty())
        result.push_back({kind->hc_name, unfold(value)});
    }
    if (result.size() > defaults::max_header_fields)
      return fail(errc::too_large, "too many header fields");
  }
  return result;
}

/// Checks that none of the headers that decide was unreadable.
expected<void> check_errors(const sip_t* sip) {
  for (const auto* bad = sip->sip_error; bad != nullptr; bad = bad->er_next) {
    // Sofia-SIP also lists readable headers here that came twice. They are of
    // their own class, have no error's parts, and are counted later.
    if (bad->er_common->h_class != sip_error_class)
      continue;
    if (bad->er_name == nullptr)
      return fail(errc::malformed, "header without a name");
    if (contains(decisive, bad->er_name))
      return fail(errc::malformed,
                  std::string{"unreadable header "} + bad->er_name);
  }
  return {};
}

/// Checks the fields that every message needs.
expected<void> check_mandatory(const message& msg) {
  for (const auto name : singletons)
    if (msg.all(name).size() > 1)
      return fail(errc::malformed, "repeated " + std::string{name});
  if (msg.call_id().empty())
    return fail(errc::malformed, "no Call-ID");
  const auto vias = msg.all("Via");
  if (vias.empty())
    return fail(errc::malformed, "no Via");
  for (const auto value : vias)
    if (auto ok = via::parse(value); !ok)
      return tl::unexpected{ok.error()};
  for (const auto name : {"From", "To"})
    if (auto ok = name_addr::parse(msg.first(name).value_or("")); !ok)
      return fail(errc::malformed,
                  std::string{name} + ": " + ok.error().detail);
  // With text behind the method Sofia-SIP reads methods that it does not read
  // without, so what it made of the value has to pass once more.
  sofia_home home;
  const std::string text{msg.first("CSeq").value_or("")};
  const auto cseq = msg.cseq();
  if (cseq.method.empty() || cseq.number > max_cseq
      || sip_cseq_make(home.get(), text.c_str()) == nullptr)
    return fail(errc::malformed, "CSeq");
  return {};
}

/// Checks what is not needed for an answer: addresses, and fields that need
/// not be there. A SIP URI has to follow the grammar strictly, as Sofia-SIP
/// prints others differently from how they came.
expected<void> check_rest(const message& msg) {
  for (const auto name : {"From", "To", "Contact", "Route", "Record-Route"})
    for (const auto value : msg.all(name)) {
      const auto item = name_addr::parse(value);
      if (!item)
        return fail(errc::malformed,
                    std::string{name} + ": " + item.error().detail);
      if (is_sip_scheme(item->address) && !uri::parse(item->address))
        return fail(errc::malformed, std::string{name} + ": bad SIP URI");
    }
  if (msg.first("Max-Forwards") && !msg.max_forwards())
    return fail(errc::malformed, "Max-Forwards");
  return {};
}

} // namespace

/// Fills the private parts of messages.
class message_reader {
public:
  static expected<message> read(std::string_view head, byte_view raw) {
    message result;
    result.raw_ = to_bytes(raw);
    if (auto ok = read_start_line(head, result); !ok)
      return tl::unexpected{ok.error()};
    if (auto ok = check_head(head); !ok)
      return tl::unexpected{ok.error()};
    const sofia_message parsed{head};
    const auto* sip = parsed.sip();
    if (sip == nullptr
        || (sip->sip_request == nullptr && sip->sip_status == nullptr))
      return fail(errc::malformed, "unreadable start line");
    if (auto ok = check_errors(sip); !ok)
      return tl::unexpected{ok.error()};
    auto fields = copy_fields(parsed);
    if (!fields)
      return tl::unexpected{fields.error()};
    result.fields_ = std::move(*fields);
    if (auto ok = check_mandatory(result); !ok)
      return tl::unexpected{ok.error()};
    if (auto ok = check_rest(result); !ok)
      return tl::unexpected{ok.error()};
    if (result.is_request() && result.cseq().method != result.method_)
      return fail(errc::malformed, "CSeq of another method");
    if (auto ok = take_body(raw.subspan(head.size()), result); !ok)
      return tl::unexpected{ok.error()};
    return result;
  }

private:
  static expected<void> read_start_line(std::string_view head, message& out) {
    const auto line = cut_start_line(head.substr(0, head.find("\r\n")));
    if (!line)
      return fail(errc::malformed, "start line");
    constexpr std::string_view version = "SIP/2.0";
    if (iequals(line->first, version)) {
      const auto status = to_number(line->second);
      if (line->second.size() != 3 || !status || *status < 100 || *status > 699)
        return fail(errc::malformed, "status code");
      out.status_ = *status;
      out.reason_ = line->third;
      return {};
    }
    if (!is_token(line->first) || line->second.empty())
      return fail(errc::malformed, "start line");
    if (!iequals(line->third, version)) {
      if (line->third.starts_with("SIP/")
          && line->third.find(' ') == std::string_view::npos)
        return fail(errc::unsupported_version, std::string{line->third});
      return fail(errc::malformed, "start line");
    }
    if (line->second.size() > defaults::max_uri_size)
      return fail(errc::too_large, "Request-URI");
    out.method_ = line->first;
    out.request_uri_ = line->second;
    return {};
  }

  static expected<void> take_body(byte_view rest, message& out) {
    auto size = rest.size();
    if (const auto field = out.first("Content-Length")) {
      const auto length = to_number(*field);
      if (!length || *length > rest.size())
        return fail(errc::malformed, "Content-Length");
      size = *length;
    }
    out.remove("Content-Length");
    out.body_ = to_bytes(rest.first(size));
    return {};
  }
};

tl::expected<message, refused_message> parse_message(byte_view data) {
  if (data.size() > defaults::max_message_size)
    return tl::unexpected{refuse_message(
      data.first(defaults::max_message_size), message_too_large,
      {errc::too_large, std::to_string(data.size()) + " bytes"})};
  const auto text = as_text(data);
  // Empty lines before a message are padding (RFC 3261 section 7.5).
  const auto begin = std::min(text.find_first_not_of("\r\n"), text.size());
  const auto end = text.find(blank_line, begin);
  if (end == std::string_view::npos)
    return tl::unexpected{
      refuse_message(data.subspan(begin), bad_request,
                     {errc::malformed, "no end of headers"})};
  const auto head = text.substr(begin, end + blank_line.size() - begin);
  if (head.size() > defaults::max_head_size)
    return tl::unexpected{refuse_message(as_bytes(head), message_too_large,
                                         {errc::too_large, "headers"})};
  auto result = message_reader::read(head, data.subspan(begin));
  if (result)
    return std::move(*result);
  auto& why = result.error();
  const auto status = why.code == errc::too_large ? message_too_large
    : why.code == errc::unsupported_version       ? version_not_supported
                                                  : bad_request;
  return tl::unexpected{refuse_message(as_bytes(head), status, std::move(why))};
}

refused_message refuse_message(byte_view head, unsigned status, error why) {
  refused_message result{std::move(why), status, std::nullopt};
  auto text =
    as_text(head.first(std::min(head.size(), defaults::max_head_size)));
  text = text.substr(0, text.find(blank_line));
  const auto line_end = text.find("\r\n");
  const auto method = text.substr(0, text.find(' '));
  if (line_end == std::string_view::npos || !is_token(method)
      || method == methods::ack)
    return result;
  // The start line may be what is wrong, so another one stands in for it.
  const auto rest = text.substr(line_end);
  const sofia_message parsed{"X sip:x SIP/2.0" + std::string{rest}
                             + std::string{blank_line}};
  if (parsed.sip() == nullptr)
    return result;
  const auto fields = copy_fields(parsed);
  if (!fields)
    return result;
  auto request = message::request(method, "");
  for (const auto& [name, value] : *fields)
    if (contains(std::to_array<std::string_view>(
                   {"Via", "From", "To", "Call-ID", "CSeq"}),
                 name)
        && !has_control(value))
      request.append(name, value);
  if (check_mandatory(request))
    result.request = std::move(request);
  return result;
}

std::optional<message> make_refusal(const refused_message& refused,
                                    const flow& source,
                                    std::string_view to_tag) {
  if (!refused.request)
    return std::nullopt;
  auto request = *refused.request;
  auto top = request.top_via();
  note_source(top, source);
  request.top_via(top);
  return make_response(request, refused.status, to_tag);
}

} // namespace carillon::sip
