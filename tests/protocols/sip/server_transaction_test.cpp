#include "protocols/sip/build.hpp"
#include "protocols/sip/server_transaction.hpp"

#include <gmock/gmock.h>

#include "sip_fixture.hpp"

namespace carillon::sip {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class invite_server : public testing::Test {
protected:
  invite_server_transaction make(const flow& path) {
    invite_server_transaction result{1, invite, path, timers{}};
    EXPECT_THAT(sent_lines(out), IsEmpty());
    result.proceed(out);
    EXPECT_THAT(sent_lines(out), ElementsAre("SIP/2.0 100 Trying"));
    out.clear();
    return result;
  }

  message answer(unsigned status) const {
    return make_response(invite, status, "t");
  }

  using state = invite_server_transaction::state;

  message invite = make_request("INVITE");
  message ack = make_request("ACK");
  transaction_events out;
};

class non_invite_server : public testing::Test {
protected:
  using state = non_invite_server_transaction::state;

  message request = make_request("REGISTER");
  transaction_events out;
};

} // namespace

TEST_F(invite_server, repeated_invites_get_the_last_provisional_answer) {
  auto subject = make(udp_flow());
  subject.receive(invite, epoch, out);
  subject.respond(answer(180), epoch, out);
  subject.receive(invite, epoch, out);
  EXPECT_THAT(sent_lines(out),
              ElementsAre("SIP/2.0 100 Trying", "SIP/2.0 180 Ringing",
                          "SIP/2.0 180 Ringing"));
  EXPECT_FALSE(subject.next_deadline());
}

// Timer G doubles from T1 up to T2, timer H ends it at 64*T1.
TEST_F(invite_server, failures_are_repeated_over_udp_until_given_up) {
  auto subject = make(udp_flow());
  subject.respond(answer(302), epoch, out);
  EXPECT_EQ(subject.current(), state::completed);
  EXPECT_THAT(send_times(subject, epoch + ms(40000), out),
              ElementsAre(500, 1500, 3500, 7500, 11500, 15500, 19500, 23500,
                          27500, 31500));
  EXPECT_TRUE(subject.terminated());
  EXPECT_EQ(select<transaction_timed_out>(out).size(), 1u);
}

TEST_F(invite_server, failures_are_not_repeated_over_tcp_but_given_up) {
  auto subject = make(tcp_flow());
  subject.respond(answer(302), epoch, out);
  EXPECT_EQ(subject.next_deadline(), epoch + ms(32000));
  EXPECT_THAT(send_times(subject, epoch + ms(40000), out), IsEmpty());
  EXPECT_EQ(select<transaction_timed_out>(out).size(), 1u);
}

TEST_F(invite_server, the_ack_ends_the_repetition) {
  auto subject = make(udp_flow());
  subject.respond(answer(486), epoch, out);
  subject.receive(invite, epoch + ms(100), out);
  EXPECT_EQ(sent_lines(out).size(), 2u);
  subject.receive(ack, epoch + ms(700), out);
  EXPECT_EQ(subject.current(), state::confirmed);
  out.clear();
  // Timer I absorbs what is repeated for T4.
  subject.receive(ack, epoch + ms(800), out);
  subject.receive(invite, epoch + ms(800), out);
  EXPECT_EQ(subject.next_deadline(), epoch + ms(5700));
  subject.tick(epoch + ms(5699), out);
  EXPECT_FALSE(subject.terminated());
  subject.tick(epoch + ms(5700), out);
  EXPECT_TRUE(subject.terminated());
  EXPECT_THAT(out, IsEmpty());
}

TEST_F(invite_server, the_ack_ends_it_at_once_over_tcp) {
  auto subject = make(tcp_flow());
  subject.respond(answer(486), epoch, out);
  subject.receive(ack, epoch, out);
  EXPECT_TRUE(subject.terminated());
}

TEST_F(invite_server, a_success_is_accepted_for_timer_l) {
  auto subject = make(udp_flow());
  subject.respond(answer(200), epoch, out);
  EXPECT_EQ(subject.current(), state::accepted);
  subject.receive(invite, epoch, out);
  subject.respond(answer(486), epoch, out);
  subject.respond(answer(180), epoch, out);
  subject.respond(answer(200), epoch + ms(500), out);
  EXPECT_THAT(sent_lines(out), ElementsAre("SIP/2.0 200 OK", "SIP/2.0 200 OK"));
  EXPECT_EQ(subject.next_deadline(), epoch + ms(32000));
  subject.tick(epoch + ms(32000), out);
  EXPECT_TRUE(subject.terminated());
  EXPECT_THAT(select<transaction_timed_out>(out), IsEmpty());
}

TEST_F(invite_server, a_second_final_answer_is_ignored) {
  auto subject = make(udp_flow());
  subject.respond(answer(487), epoch, out);
  subject.respond(answer(302), epoch, out);
  subject.respond(answer(200), epoch, out);
  EXPECT_THAT(sent_lines(out), ElementsAre("SIP/2.0 487 Request Terminated"));
}

TEST_F(invite_server, a_transport_error_ends_it) {
  auto subject = make(tcp_flow());
  subject.transport_failed(out);
  EXPECT_TRUE(subject.terminated());
  EXPECT_EQ(select<transaction_failed>(out).size(), 1u);
}

TEST_F(non_invite_server, the_final_answer_is_repeated_on_demand_until_j) {
  non_invite_server_transaction subject{1, udp_flow(), timers{}, epoch};
  subject.receive(request, epoch, out);
  EXPECT_THAT(out, IsEmpty());
  subject.respond(make_response(request, 200, "t"), epoch, out);
  EXPECT_EQ(subject.current(), state::completed);
  subject.receive(request, epoch + ms(500), out);
  subject.respond(make_response(request, 500, "t"), epoch, out);
  EXPECT_THAT(sent_lines(out), ElementsAre("SIP/2.0 200 OK", "SIP/2.0 200 OK"));
  EXPECT_EQ(subject.next_deadline(), epoch + ms(32000));
  subject.tick(epoch + ms(32000), out);
  EXPECT_TRUE(subject.terminated());
}

TEST_F(non_invite_server, it_ends_at_once_over_tcp) {
  non_invite_server_transaction subject{1, tcp_flow(), timers{}, epoch};
  subject.respond(make_response(request, 200, "t"), epoch, out);
  EXPECT_TRUE(subject.terminated());
}

// RFC 4320 section 4.1.
TEST_F(non_invite_server, provisional_answers_are_not_sent) {
  non_invite_server_transaction subject{1, udp_flow(), timers{}, epoch};
  subject.respond(make_response(request, 100, "t"), epoch, out);
  subject.respond(make_response(request, 183, "t"), epoch, out);
  EXPECT_THAT(out, IsEmpty());
  EXPECT_EQ(subject.current(), state::trying);
}

// A proxy answers no timeout with a 408 (RFC 4320 section 4.2).
TEST_F(non_invite_server, it_ends_without_an_answer_when_the_client_gives_up) {
  non_invite_server_transaction subject{1, udp_flow(), timers{}, epoch};
  EXPECT_EQ(subject.next_deadline(), epoch + ms(32000));
  subject.tick(epoch + ms(32000), out);
  EXPECT_TRUE(subject.terminated());
  EXPECT_THAT(out, IsEmpty());
}

TEST_F(non_invite_server, a_transport_error_ends_it) {
  non_invite_server_transaction subject{1, udp_flow(), timers{}, epoch};
  subject.transport_failed(out);
  EXPECT_TRUE(subject.terminated());
  EXPECT_EQ(select<transaction_failed>(out).size(), 1u);
}

} // namespace carillon::sip
