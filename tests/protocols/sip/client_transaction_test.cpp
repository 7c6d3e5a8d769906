#include "protocols/sip/build.hpp"
#include "protocols/sip/client_transaction.hpp"

#include <gmock/gmock.h>

#include "sip_fixture.hpp"

namespace carillon::sip {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class invite_client : public testing::Test {
protected:
  using state = invite_client_transaction::state;

  invite_client_transaction make(const flow& path) {
    invite_client_transaction result{1, invite, path, timers{}, epoch, out};
    EXPECT_THAT(sent_lines(out),
                ElementsAre("INVITE sip:bob@example.org SIP/2.0"));
    out.clear();
    return result;
  }

  void give(invite_client_transaction& subject, unsigned status,
            duration after = {}) {
    subject.receive(make_response(invite, status, "t"), udp_flow(),
                    epoch + after, out);
  }

  message invite = make_request("INVITE");
  transaction_events out;
};

class non_invite_client : public testing::Test {
protected:
  using state = non_invite_client_transaction::state;

  non_invite_client_transaction make(const flow& path) {
    non_invite_client_transaction result{1,        request, path,
                                         timers{}, epoch,   out};
    EXPECT_THAT(sent_lines(out),
                ElementsAre("OPTIONS sip:bob@example.org SIP/2.0"));
    out.clear();
    return result;
  }

  void give(non_invite_client_transaction& subject, unsigned status,
            duration after = {}) {
    subject.receive(make_response(request, status, "t"), udp_flow(),
                    epoch + after, out);
  }

  message request = make_request("OPTIONS");
  transaction_events out;
};

} // namespace

// Timer A doubles without bound, timer B ends it at 64*T1.
TEST_F(invite_client, requests_are_repeated_over_udp_until_given_up) {
  auto subject = make(udp_flow());
  EXPECT_THAT(send_times(subject, epoch + ms(40000), out),
              ElementsAre(500, 1500, 3500, 7500, 15500, 31500));
  EXPECT_TRUE(subject.terminated());
  EXPECT_EQ(select<transaction_timed_out>(out).size(), 1u);
}

TEST_F(invite_client, requests_are_not_repeated_over_tcp_but_given_up) {
  auto subject = make(tcp_flow());
  EXPECT_EQ(subject.next_deadline(), epoch + ms(32000));
  EXPECT_THAT(send_times(subject, epoch + ms(40000), out), IsEmpty());
  EXPECT_EQ(select<transaction_timed_out>(out).size(), 1u);
}

TEST_F(invite_client, a_provisional_answer_ends_the_repetition) {
  auto subject = make(udp_flow());
  give(subject, 100, ms(200));
  EXPECT_EQ(subject.current(), state::proceeding);
  EXPECT_EQ(subject.next_deadline(), epoch + ms(185200));
  give(subject, 180, ms(1000));
  EXPECT_EQ(subject.next_deadline(), epoch + ms(186000));
  give(subject, 100, ms(2000));
  EXPECT_EQ(subject.next_deadline(), epoch + ms(186000));
  EXPECT_EQ(select<response_arrived>(out).size(), 3u);
  EXPECT_FALSE(subject.overdue(epoch + ms(185999)));
  EXPECT_TRUE(subject.overdue(epoch + ms(186000)));
}

TEST_F(invite_client, failures_are_acknowledged_and_repeats_absorbed) {
  auto subject = make(udp_flow());
  give(subject, 302, ms(100));
  EXPECT_EQ(subject.current(), state::completed);
  give(subject, 302, ms(600));
  EXPECT_THAT(sent_lines(out),
              ElementsAre("ACK sip:bob@example.org SIP/2.0",
                          "ACK sip:bob@example.org SIP/2.0"));
  EXPECT_EQ(select<response_arrived>(out).size(), 1u);
  // Timer D.
  EXPECT_EQ(subject.next_deadline(), epoch + ms(32100));
  subject.tick(epoch + ms(32100), out);
  EXPECT_TRUE(subject.terminated());
  EXPECT_THAT(select<transaction_timed_out>(out), IsEmpty());
}

TEST_F(invite_client, a_failure_ends_it_at_once_over_tcp) {
  auto subject = make(tcp_flow());
  give(subject, 486);
  EXPECT_TRUE(subject.terminated());
  EXPECT_EQ(sent_lines(out).size(), 1u);
}

TEST_F(invite_client, every_success_is_delivered_until_timer_m) {
  auto subject = make(udp_flow());
  give(subject, 200, ms(100));
  give(subject, 200, ms(300));
  give(subject, 180, ms(300));
  give(subject, 486, ms(300));
  EXPECT_EQ(subject.current(), state::accepted);
  EXPECT_EQ(select<response_arrived>(out).size(), 2u);
  EXPECT_THAT(sent_lines(out), IsEmpty());
  EXPECT_EQ(subject.next_deadline(), epoch + ms(32100));
  subject.tick(epoch + ms(32100), out);
  EXPECT_TRUE(subject.terminated());
  EXPECT_THAT(select<transaction_timed_out>(out), IsEmpty());
}

TEST_F(invite_client, after_a_cancel_the_final_answer_is_awaited_64_t1) {
  auto subject = make(udp_flow());
  give(subject, 180, ms(100));
  subject.cancelled(epoch + ms(1000));
  give(subject, 183, ms(2000));
  EXPECT_EQ(subject.next_deadline(), epoch + ms(33000));
  subject.tick(epoch + ms(33000), out);
  EXPECT_TRUE(subject.terminated());
  EXPECT_EQ(select<transaction_timed_out>(out).size(), 1u);
}

TEST_F(invite_client, a_transport_error_ends_it) {
  auto subject = make(tcp_flow());
  subject.transport_failed(out);
  EXPECT_TRUE(subject.terminated());
  EXPECT_EQ(select<transaction_failed>(out).size(), 1u);
}

// Timer E doubles up to T2, timer F ends it at 64*T1.
TEST_F(non_invite_client, requests_are_repeated_over_udp_until_given_up) {
  auto subject = make(udp_flow());
  EXPECT_THAT(send_times(subject, epoch + ms(40000), out),
              ElementsAre(500, 1500, 3500, 7500, 11500, 15500, 19500, 23500,
                          27500, 31500));
  EXPECT_TRUE(subject.terminated());
  EXPECT_EQ(select<transaction_timed_out>(out).size(), 1u);
}

TEST_F(non_invite_client, requests_are_not_repeated_over_tcp_but_given_up) {
  auto subject = make(tcp_flow());
  EXPECT_THAT(send_times(subject, epoch + ms(40000), out), IsEmpty());
  EXPECT_EQ(select<transaction_timed_out>(out).size(), 1u);
}

TEST_F(non_invite_client, after_a_provisional_answer_repeats_come_every_t2) {
  auto subject = make(udp_flow());
  give(subject, 100, ms(100));
  EXPECT_EQ(subject.current(), state::proceeding);
  EXPECT_THAT(send_times(subject, epoch + ms(10000), out),
              ElementsAre(500, 4500, 8500));
}

TEST_F(non_invite_client, repeated_final_answers_are_absorbed_until_k) {
  auto subject = make(udp_flow());
  give(subject, 200, ms(100));
  give(subject, 200, ms(200));
  EXPECT_EQ(subject.current(), state::completed);
  EXPECT_EQ(select<response_arrived>(out).size(), 1u);
  EXPECT_EQ(subject.next_deadline(), epoch + ms(5100));
  subject.tick(epoch + ms(5100), out);
  EXPECT_TRUE(subject.terminated());
  EXPECT_THAT(select<transaction_timed_out>(out), IsEmpty());
}

TEST_F(non_invite_client, a_final_answer_ends_it_at_once_over_tcp) {
  auto subject = make(tcp_flow());
  give(subject, 404);
  EXPECT_TRUE(subject.terminated());
}

TEST_F(non_invite_client, a_transport_error_ends_it) {
  auto subject = make(udp_flow());
  subject.transport_failed(out);
  EXPECT_TRUE(subject.terminated());
  EXPECT_EQ(select<transaction_failed>(out).size(), 1u);
}

} // namespace carillon::sip
