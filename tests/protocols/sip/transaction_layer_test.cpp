#include "protocols/sip/build.hpp"
#include "protocols/sip/registrar.hpp"
#include "protocols/sip/transaction_layer.hpp"

#include <gmock/gmock.h>

#include "sip_fixture.hpp"

namespace carillon::sip {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const bytes secret(16, 7);

/// A user agent core would look like this: one layer, one list of events.
class layer : public testing::Test {
protected:
  /// Hands a message to the layer and gives what it wants done.
  transaction_events receive(const message& msg, const flow& source,
                             duration after = {}) {
    transaction_events out;
    subject.receive(msg, source, epoch + after, out);
    return out;
  }

  transaction_events respond(transaction_id id, const message& response,
                             duration after = {}) {
    transaction_events out;
    subject.respond(id, response, epoch + after, out);
    return out;
  }

  /// Receives a request and gives its transaction.
  transaction_id open(const message& request, const flow& source) {
    const auto arrived = select<request_arrived>(receive(request, source));
    EXPECT_THAT(arrived, SizeIs(1));
    return arrived.at(0).id;
  }

  /// Ticks at every deadline up to a time.
  transaction_events run(duration until) {
    transaction_events out;
    for (auto next = subject.next_deadline(); next && *next <= epoch + until;
         next = subject.next_deadline())
      subject.tick(*next, out);
    return out;
  }

  transaction_id send(const message& request, const flow& path) {
    transaction_events out;
    const auto id = subject.send_request(request, path, epoch, out);
    EXPECT_THAT(sent_lines(out), SizeIs(1));
    return id.value_or(0);
  }

  transaction_layer subject{{}, secret};
};

class layer_over
  : public layer
  , public testing::WithParamInterface<transport> {
protected:
  flow source = GetParam() == transport::udp ? udp_flow() : tcp_flow();
};

std::string via_line(const std::string& protocol, const std::string& branch) {
  return "Via: SIP/2.0/" + protocol + " 192.0.2.7:5070;branch=" + branch
    + ";rport\n";
}

} // namespace

// -- whole dialogues, as an adapter holds them --------------------------------

TEST_P(layer_over, a_phone_registers) {
  const auto request =
    parse_text("REGISTER sip:example.org SIP/2.0\n"
               + via_line(std::string{to_string(GetParam())}, "z9hG4bKr")
               + "From: <sip:alice@example.org>;tag=a1\n"
                 "To: <sip:alice@example.org>\n"
                 "Call-ID: reg-1\n"
                 "CSeq: 1 REGISTER\n"
                 "Contact: <sip:alice@192.0.2.7:5070>;expires=600\n"
                 "\n");
  registrar bindings;

  auto out = receive(request, source);
  const auto arrived = select<request_arrived>(out).at(0);
  EXPECT_THAT(sent_lines(out), IsEmpty());

  const auto outcome = bindings.apply(arrived.request, arrived.source, epoch);
  auto response = make_response(arrived.request, outcome.status,
                                subject.tokens().to_tag(arrived.request));
  bindings.describe(response, epoch);
  out = respond(arrived.id, response);

  const auto sent = select<send_bytes>(out).at(0);
  EXPECT_EQ(sent.path, source);
  const auto answer = parse_message(sent.data).value();
  EXPECT_EQ(answer.status(), 200u);
  EXPECT_EQ(answer.first("Contact"),
            "<sip:alice@192.0.2.7:5070>;q=1;expires=600");
  EXPECT_EQ(answer.top_via().params.get("rport"),
            std::to_string(source.remote_port));
  EXPECT_FALSE(answer.to().tag().empty());
  run(ms(60000));
  EXPECT_EQ(subject.size(), 0u);
}

TEST_P(layer_over, a_call_is_redirected) {
  const auto invite = make_request("INVITE");
  auto out = receive(invite, source);
  EXPECT_THAT(sent_lines(out), ElementsAre("SIP/2.0 100 Trying"));
  const auto arrived = select<request_arrived>(out).at(0);

  auto redirect = make_response(arrived.request, 302,
                                subject.tokens().to_tag(arrived.request));
  redirect.append("Contact", "<sip:bob@192.0.2.9:5062>;q=0.7");
  out = respond(arrived.id, redirect, ms(3));
  EXPECT_THAT(sent_lines(out), ElementsAre("SIP/2.0 302 Moved Temporarily"));

  const auto ack =
    make_ack(invite, parse_message(select<send_bytes>(out).at(0).data).value());
  out = receive(ack, source, ms(5));
  EXPECT_THAT(select<ack_arrived>(out), IsEmpty());
  out = run(ms(60000));
  EXPECT_THAT(sent_lines(out), IsEmpty());
  EXPECT_THAT(select<transaction_timed_out>(out), IsEmpty());
  EXPECT_EQ(subject.size(), 0u);
}

TEST_P(layer_over, a_call_is_cancelled) {
  const auto invite = make_request("INVITE");
  const auto id = open(invite, source);

  auto out = receive(make_cancel(invite), source, ms(100));
  EXPECT_THAT(sent_lines(out), ElementsAre("SIP/2.0 200 OK"));
  ASSERT_THAT(select<cancel_arrived>(out), SizeIs(1));
  EXPECT_EQ(select<cancel_arrived>(out).at(0).id, id);

  const auto tag = subject.tokens().to_tag(invite);
  out = respond(id, make_response(invite, 487, tag), ms(100));
  EXPECT_THAT(sent_lines(out), ElementsAre("SIP/2.0 487 Request Terminated"));
  const auto failure =
    parse_message(select<send_bytes>(out).at(0).data).value();
  EXPECT_EQ(failure.to().tag(), tag);

  // A repeated CANCEL is answered again, and means nothing any more.
  out = receive(make_cancel(invite), source, ms(150));
  EXPECT_THAT(sent_lines(out), ElementsAre("SIP/2.0 200 OK"));
  EXPECT_THAT(select<cancel_arrived>(out), IsEmpty());

  receive(make_ack(invite, failure), source, ms(200));
  out = run(ms(60000));
  EXPECT_THAT(sent_lines(out), IsEmpty());
  EXPECT_EQ(subject.size(), 0u);
}

INSTANTIATE_TEST_SUITE_P(transports, layer_over,
                         testing::Values(transport::udp, transport::tcp));

// -- matching of requests -----------------------------------------------------

TEST_F(layer, a_repeated_request_is_delivered_once) {
  const auto request = make_request("OPTIONS");
  const auto id = open(request, udp_flow());
  EXPECT_THAT(receive(request, udp_flow()), IsEmpty());
  respond(id, make_response(request, 200, "t"));
  const auto out = receive(request, udp_flow());
  EXPECT_THAT(sent_lines(out), ElementsAre("SIP/2.0 200 OK"));
  EXPECT_EQ(subject.size(), 1u);
}

TEST_F(layer, branch_sent_by_and_method_tell_transactions_apart) {
  const auto request = make_request("OPTIONS");
  open(request, udp_flow());
  open(make_request("REGISTER"), udp_flow());
  auto second = make_request("OPTIONS", "z9hG4bK2");
  second.set("Call-ID", "call-2");
  open(second, udp_flow());
  auto other = request;
  other.set("Call-ID", "call-3");
  other.set("Via", "SIP/2.0/UDP 192.0.2.7:5071;branch=z9hG4bK1");
  open(other, udp_flow());
  EXPECT_EQ(subject.size(), 4u);
}

TEST_F(layer, a_request_that_came_another_way_already_gets_a_482) {
  const auto invite = make_request("INVITE");
  const auto id = open(invite, udp_flow());
  const auto again = make_request("INVITE", "z9hG4bK2");
  for (int i = 0; i < 2; ++i) {
    const auto out = receive(again, udp_flow());
    EXPECT_THAT(sent_lines(out), ElementsAre("SIP/2.0 482 Loop Detected"));
    EXPECT_THAT(select<request_arrived>(out), IsEmpty());
  }
  // Within a dialog, or to somebody else, it is another request.
  auto within = make_request("INVITE", "z9hG4bK4");
  within.set("To", "<sip:bob@example.org>;tag=b1");
  open(within, udp_flow());
  auto elsewhere = make_request("INVITE", "z9hG4bK3");
  elsewhere.request_uri("sip:bob@192.0.2.8");
  open(elsewhere, udp_flow());
  // Later it is a new one.
  respond(id, make_response(invite, 302, "t"));
  run(std::chrono::minutes{2});
  open(again, udp_flow());
}

TEST_F(layer, branches_of_rfc_2543_get_a_400) {
  const auto out = receive(make_request("INVITE", "1"), udp_flow());
  EXPECT_THAT(sent_lines(out),
              ElementsAre("SIP/2.0 400 Branch Without Magic Cookie"));
  EXPECT_THAT(select<request_arrived>(out), IsEmpty());
  EXPECT_EQ(subject.size(), 0u);
  EXPECT_THAT(sent_lines(receive(make_request("ACK", "1"), udp_flow())),
              IsEmpty());
}

TEST_F(layer, what_the_parser_refused_is_answered) {
  auto text = crlf("OPTIONS sip:b@c SIP/2.0\nMax-Forwards: x\n"
                   + via_line("UDP", "z9hG4bK1")
                   + "From: <sip:a@b>;tag=1\nTo: <sip:b@c>\n"
                     "Call-ID: c\nCSeq: 1 OPTIONS\n\n");
  const auto refused = parse_message(as_bytes(text)).error();
  transaction_events out;
  subject.refuse(refused, udp_flow(), out);
  EXPECT_THAT(sent_lines(out), ElementsAre("SIP/2.0 400 Bad Request"));
  EXPECT_EQ(select<send_bytes>(out).at(0).path, udp_flow());
  out.clear();
  subject.refuse(parse_message(as_bytes("junk")).error(), udp_flow(), out);
  EXPECT_THAT(out, IsEmpty());
}

TEST_F(layer, a_full_layer_answers_503) {
  transaction_layer small{{timers{}, 1}, secret};
  transaction_events out;
  small.receive(make_request("INVITE"), udp_flow(), epoch, out);
  out.clear();
  small.receive(make_request("INVITE", "z9hG4bK2"), udp_flow(), epoch, out);
  EXPECT_THAT(sent_lines(out), ElementsAre("SIP/2.0 503 Service Unavailable"));
  const auto answer = parse_message(select<send_bytes>(out).at(0).data).value();
  EXPECT_TRUE(answer.first("Retry-After"));
  EXPECT_EQ(small.size(), 1u);
  EXPECT_EQ(
    small
      .send_request(make_request("INVITE", "z9hG4bK3"), udp_flow(), epoch, out)
      .error()
      .code,
    errc::overloaded);
}

TEST_F(layer, a_cancel_without_its_invite_gets_a_481) {
  const auto invite = make_request("INVITE");
  EXPECT_THAT(sent_lines(receive(make_cancel(invite), udp_flow())),
              ElementsAre("SIP/2.0 481 Call/Transaction Does Not Exist"));
}

TEST_F(layer, nobody_else_can_cancel) {
  const auto invite = make_request("INVITE");
  open(invite, udp_flow());
  auto stranger = udp_flow();
  stranger.remote_address = "192.0.2.66";
  const auto out = receive(make_cancel(invite), stranger);
  EXPECT_THAT(sent_lines(out),
              ElementsAre("SIP/2.0 481 Call/Transaction Does Not Exist"));
  EXPECT_THAT(select<cancel_arrived>(out), IsEmpty());
}

TEST_F(layer, the_ack_of_a_success_is_delivered) {
  const auto invite = make_request("INVITE");
  const auto id = open(invite, udp_flow());
  respond(id, make_response(invite, 200, "t"));
  EXPECT_THAT(
    select<ack_arrived>(receive(make_request("ACK", "z9hG4bK9"), udp_flow())),
    SizeIs(1));
  EXPECT_THAT(select<ack_arrived>(receive(make_request("ACK"), udp_flow())),
              SizeIs(1));
}

TEST_F(layer, a_missing_ack_times_out) {
  const auto invite = make_request("INVITE");
  const auto id = open(invite, udp_flow());
  respond(id, make_response(invite, 302, "t"));
  const auto out = run(ms(32000));
  ASSERT_THAT(select<transaction_timed_out>(out), SizeIs(1));
  EXPECT_EQ(select<transaction_timed_out>(out).at(0).id, id);
  EXPECT_EQ(select<transaction_ended>(out).at(0).id, id);
  EXPECT_THAT(sent_lines(out), SizeIs(10));
  EXPECT_EQ(subject.size(), 0u);
}

TEST_F(layer, a_broken_transport_ends_its_transaction) {
  const auto id = open(make_request("INVITE"), tcp_flow());
  transaction_events out;
  subject.transport_failed(id, out);
  EXPECT_THAT(select<transaction_failed>(out), SizeIs(1));
  EXPECT_THAT(select<transaction_ended>(out), SizeIs(1));
  out.clear();
  subject.transport_failed(id, out);
  subject.respond(id, make_response(make_request("INVITE"), 200, "t"), epoch,
                  out);
  EXPECT_THAT(out, IsEmpty());
  EXPECT_FALSE(subject.next_deadline());
}

// -- requests of our own ------------------------------------------------------

TEST_F(layer, responses_find_their_request) {
  const auto request = make_request("OPTIONS", "z9hG4bKc");
  const auto id = send(request, udp_flow());
  auto other = make_response(request, 200, "t");
  other.set("CSeq", "1 INVITE");
  EXPECT_THAT(receive(other, udp_flow()), IsEmpty());
  const auto out = receive(make_response(request, 200, "t"), udp_flow());
  ASSERT_THAT(select<response_arrived>(out), SizeIs(1));
  EXPECT_EQ(select<response_arrived>(out).at(0).id, id);
}

TEST_F(layer, stray_responses_are_dropped) {
  for (const unsigned status : {180u, 200u, 404u})
    EXPECT_THAT(
      receive(make_response(make_request("INVITE"), status, "t"), udp_flow()),
      IsEmpty());
}

TEST_F(layer, unsound_requests_are_not_sent) {
  transaction_events out;
  const auto refuse = [&](const message& request) {
    return subject.send_request(request, udp_flow(), epoch, out).error().code;
  };
  EXPECT_EQ(refuse(make_request("ACK")), errc::malformed);
  EXPECT_EQ(refuse(make_request("OPTIONS", "1")), errc::malformed);
  EXPECT_THAT(out, IsEmpty());
  send(make_request("OPTIONS"), udp_flow());
  EXPECT_EQ(refuse(make_request("OPTIONS")), errc::replayed);
}

TEST_F(layer, a_cancel_waits_for_the_first_provisional_answer) {
  const auto invite = make_request("INVITE", "z9hG4bKc");
  const auto id = send(invite, udp_flow());
  transaction_events out;
  subject.cancel(id, epoch, out);
  EXPECT_THAT(out, IsEmpty());
  out = receive(make_response(invite, 180, "t"), udp_flow(), ms(10));
  EXPECT_THAT(sent_lines(out),
              ElementsAre("CANCEL sip:bob@example.org SIP/2.0"));
  // What happens to the CANCEL itself is not the user's business.
  const auto cancel = parse_message(select<send_bytes>(out).at(0).data).value();
  EXPECT_THAT(receive(make_response(cancel, 200, "t"), udp_flow(), ms(20)),
              IsEmpty());
  out = receive(make_response(invite, 487, "t"), udp_flow(), ms(30));
  EXPECT_THAT(sent_lines(out), ElementsAre("ACK sip:bob@example.org SIP/2.0"));
  EXPECT_THAT(select<response_arrived>(out), SizeIs(1));
  out = run(ms(60000));
  EXPECT_THAT(select<transaction_ended>(out), SizeIs(1));
  EXPECT_EQ(subject.size(), 0u);
}

TEST_F(layer, a_cancel_that_nobody_answers_ends_with_a_timeout) {
  const auto invite = make_request("INVITE", "z9hG4bKc");
  const auto id = send(invite, tcp_flow());
  receive(make_response(invite, 180, "t"), tcp_flow());
  transaction_events out;
  subject.cancel(id, epoch, out);
  subject.cancel(id, epoch, out);
  EXPECT_THAT(sent_lines(out), SizeIs(1));
  out = run(ms(32000));
  ASSERT_THAT(select<transaction_timed_out>(out), SizeIs(1));
  EXPECT_EQ(select<transaction_timed_out>(out).at(0).id, id);
  EXPECT_EQ(subject.size(), 0u);
}

TEST_F(layer, a_call_that_rings_for_ever_is_cancelled_by_timer_c) {
  const auto invite = make_request("INVITE", "z9hG4bKc");
  send(invite, tcp_flow());
  receive(make_response(invite, 180, "t"), tcp_flow());
  EXPECT_THAT(sent_lines(run(ms(184999))), IsEmpty());
  EXPECT_THAT(sent_lines(run(ms(185000))),
              ElementsAre("CANCEL sip:bob@example.org SIP/2.0"));
  EXPECT_THAT(select<transaction_timed_out>(run(ms(185000 + 32000))),
              SizeIs(1));
  EXPECT_EQ(subject.size(), 0u);
}

TEST_F(layer, a_cancel_after_the_final_answer_does_nothing) {
  const auto invite = make_request("INVITE", "z9hG4bKc");
  const auto id = send(invite, udp_flow());
  receive(make_response(invite, 200, "t"), udp_flow());
  transaction_events out;
  subject.cancel(id, epoch, out);
  EXPECT_THAT(out, IsEmpty());
}

// -- tokens -------------------------------------------------------------------

TEST(sip_tokens, tags_follow_the_request_and_the_secret) {
  const token_source one{bytes(16, 1)};
  const token_source two{bytes(16, 2)};
  const auto invite = make_request("INVITE");
  EXPECT_EQ(one.to_tag(invite), one.to_tag(make_cancel(invite)));
  EXPECT_NE(one.to_tag(invite), two.to_tag(invite));
  EXPECT_NE(one.to_tag(invite), one.to_tag(make_request("INVITE", "z9hG4bK2")));
}

TEST(sip_tokens, branches_never_repeat) {
  token_source source{bytes(16, 1)};
  const auto first = source.branch();
  EXPECT_TRUE(first.starts_with(magic_cookie));
  EXPECT_NE(first, source.branch());
}

} // namespace carillon::sip
