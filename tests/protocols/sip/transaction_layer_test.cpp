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

/// Reads a message that was made here, so that it is as one that came.
message as_received(const message& msg) {
  return msg.raw().empty() ? parse_message(msg.print()).value() : msg;
}

/// A user agent core would look like this: one layer, one list of events.
class layer : public testing::Test {
protected:
  /// Hands a message to the layer and gives what it wants done.
  transaction_events receive(const message& msg, const flow& source,
                             duration after = {}) {
    transaction_events out;
    subject.receive(as_received(msg), source, epoch + after, out);
    return out;
  }

  /// The same, and keeps the request.
  transaction_events keep(const message& msg, const flow& source,
                          duration after = {}) {
    auto out = receive(msg, source, after);
    for (const auto& arrived : select<request_arrived>(out))
      subject.proceed(arrived.id, out);
    return out;
  }

  transaction_events respond(transaction_id id, const message& response,
                             duration after = {}) {
    transaction_events out;
    subject.respond(id, response, epoch + after, out);
    return out;
  }

  /// Receives a request, keeps it, and gives its transaction.
  transaction_id open(const message& request, const flow& source) {
    const auto arrived = select<request_arrived>(keep(request, source));
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

  std::shared_ptr<memory_budget> budget =
    std::make_shared<memory_budget>(defaults::transaction_memory);
  transaction_layer subject{{timers{}, defaults::max_transactions, budget},
                            secret};
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

  auto out = keep(request, source);
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
  auto out = keep(invite, source);
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

// -- what is refused at once --------------------------------------------------

TEST_P(layer_over, an_invite_that_is_refused_at_once_gets_one_answer) {
  const auto invite = make_request("INVITE");
  std::vector<bytes> answers;
  // Each retransmission gets the same.
  for (int i = 0; i < 3; ++i) {
    auto out = receive(invite, source);
    const auto arrived = select<request_arrived>(out);
    ASSERT_THAT(arrived, SizeIs(1));
    subject.respond(arrived[0].id,
                    make_response(arrived[0].request, 403,
                                  subject.tokens().to_tag(arrived[0].request)),
                    epoch, out);
    // Too late.
    subject.proceed(arrived[0].id, out);
    EXPECT_THAT(sent_lines(out), ElementsAre("SIP/2.0 403 Forbidden"));
    EXPECT_EQ(select<send_bytes>(out).at(0).path, source);
    EXPECT_THAT(select<transaction_ended>(out), SizeIs(1));
    answers.push_back(select<send_bytes>(out).at(0).data);
  }
  EXPECT_EQ(answers[0], answers[1]);
  EXPECT_EQ(answers[0], answers[2]);
  EXPECT_EQ(subject.size(), 0u);
  EXPECT_EQ(budget->used(), 0u);
  EXPECT_FALSE(subject.next_deadline());
  const auto ack = make_ack(invite, parse_message(answers[0]).value());
  EXPECT_THAT(sent_lines(receive(ack, source)), IsEmpty());
}

TEST_F(layer, a_register_that_is_refused_at_once_leaves_nothing) {
  const auto request = make_request("REGISTER");
  auto out = receive(request, udp_flow());
  subject.respond(select<request_arrived>(out).at(0).id,
                  make_response(request, 401, "t"), epoch, out);
  EXPECT_THAT(sent_lines(out), ElementsAre("SIP/2.0 401 Unauthorized"));
  EXPECT_EQ(subject.size(), 0u);
  EXPECT_EQ(budget->used(), 0u);
}

TEST_F(layer, a_refusal_is_no_lever_for_forged_addresses) {
  // The least that can be answered: what is added counts most here.
  const auto text = crlf("INVITE sip:b@c SIP/2.0\nv:SIP/2.0/UDP a;branch="
                         "z9hG4bK1\nf:<sip:a@c>;tag=1\nt:<sip:b@c>\ni:1\n"
                         "CSeq:1 INVITE\n\n");
  const auto invite = parse_message(as_bytes(text)).value();
  auto out = receive(invite, udp_flow());
  const auto arrived = select<request_arrived>(out).at(0);
  auto refusal = make_response(arrived.request, 403,
                               subject.tokens().to_tag(arrived.request));
  add_warning(refusal, "example.org",
              "this phone has not registered as the user in From");
  subject.respond(arrived.id, refusal, epoch, out);
  const auto sent = select<send_bytes>(out);
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_LE(sent[0].data.size(), defaults::max_amplification * text.size());
}

TEST_F(layer, a_refusal_that_is_too_large_shrinks_or_is_not_sent) {
  const auto request = make_request("INVITE");
  auto refusal = make_response(request, 403, "t");
  const auto limit = defaults::max_amplification * request.raw().size();
  add_warning(refusal, "example.org", std::string(limit, 'x'));
  const auto shrunk =
    print_answer(refusal, request.raw().size(), transport::udp);
  ASSERT_TRUE(shrunk);
  EXPECT_FALSE(parse_message(*shrunk).value().first("Warning"));
  EXPECT_EQ(print_answer(refusal, request.raw().size(), transport::tcp),
            refusal.print());
  refusal.append("WWW-Authenticate", std::string(limit, 'x'));
  EXPECT_FALSE(print_answer(refusal, request.raw().size(), transport::udp));
}

// -- limits -------------------------------------------------------------------

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

TEST_F(layer, layers_that_share_a_budget_answer_503_above_it) {
  const auto shared = std::make_shared<memory_budget>(4000);
  transaction_events out;
  const auto refused =
    std::vector<std::string>{"SIP/2.0 503 Service Unavailable"};
  {
    transaction_layer one{{timers{}, 100, shared, 4000}, secret};
    transaction_layer two{{timers{}, 100, shared, 4000}, secret};
    one.receive(make_request("INVITE"), udp_flow(), epoch, out);
    EXPECT_THAT(select<request_arrived>(out), SizeIs(1));
    EXPECT_GE(shared->used(), make_request("INVITE").footprint());
    const auto id = select<request_arrived>(out).at(0).id;
    one.proceed(id, out);
    out.clear();
    two.receive(make_request("INVITE"), udp_flow(), epoch, out);
    EXPECT_EQ(sent_lines(out), refused);
    EXPECT_TRUE(parse_message(select<send_bytes>(out).at(0).data)
                  .value()
                  .first("Retry-After"));
    EXPECT_EQ(two.size(), 0u);
    // What was let in may go on.
    auto answer = make_response(make_request("INVITE"), 302, "t");
    answer.append("Contact", "<sip:" + std::string(2000, 'x') + "@a>");
    const auto before = shared->used();
    one.respond(id, answer, epoch, out);
    EXPECT_GT(shared->used(), before + 1000);
    EXPECT_EQ(two
                .send_request(make_request("OPTIONS", "z9hG4bK3"), udp_flow(),
                              epoch, out)
                .error()
                .code,
              errc::overloaded);
    // And what ends makes room.
    one.transport_failed(id, out);
    EXPECT_EQ(shared->used(), 0u);
    out.clear();
    two.receive(make_request("INVITE"), udp_flow(), epoch, out);
    EXPECT_THAT(select<request_arrived>(out), SizeIs(1));
  }
  EXPECT_EQ(shared->used(), 0u);
}

TEST_F(layer, one_layer_cannot_have_all_of_a_budget) {
  const auto shared = std::make_shared<memory_budget>(100'000);
  transaction_layer greedy{{timers{}, 100, shared, 4000}, secret};
  transaction_layer other{{timers{}, 100, shared, 4000}, secret};
  transaction_events out;
  greedy.receive(make_request("INVITE"), udp_flow(), epoch, out);
  EXPECT_EQ(greedy.size(), 1u);
  greedy.receive(make_request("REGISTER"), udp_flow(), epoch, out);
  EXPECT_EQ(sent_lines(out).back(), "SIP/2.0 503 Service Unavailable");
  EXPECT_EQ(greedy.size(), 1u);
  other.receive(make_request("REGISTER"), udp_flow(), epoch, out);
  EXPECT_EQ(other.size(), 1u);
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
