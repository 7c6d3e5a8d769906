#include "runtime/admin/admin_routes.hpp"

#include "protocols/identity/address_of_record.hpp"
#include "runtime/admin/ask_actor.hpp"
#include "runtime/admin/health.hpp"
#include "runtime/admin/json_views.hpp"
#include "runtime/admin/metrics_page.hpp"
#include "runtime/admin/metrics_text.hpp"
#include "runtime/defaults.hpp"
#include "runtime/version.hpp"

#include <caf/all.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace carillon {

using nlohmann::json;

/// A path, and what happens when it is asked for.
struct admin_routes::route {
  std::string_view method;
  /// The segments; an empty one stands for any.
  std::vector<std::string_view> path;
  void (admin_routes::*serve)(const request_target&,
                              const take_admin_answer&) const;

  [[nodiscard]] bool matches(const request_target& target) const {
    return std::ranges::equal(
      path, target.path, [](std::string_view wanted, const std::string& given) {
        return wanted.empty() || wanted == given;
      });
  }
};

namespace {

/// Reads a parameter that is a number.
/// @returns `fallback` without the parameter; `malformed` for anything else
///          than a number of at most `most`.
expected<size_t> number_in(const request_target& target, std::string_view name,
                           size_t fallback, size_t most) {
  const auto* text = target.find(name);
  if (text == nullptr)
    return fallback;
  size_t value = 0;
  const auto* end = text->data() + text->size();
  const auto [stop, problem] = std::from_chars(text->data(), end, value);
  if (problem != std::errc{} || stop != end || value > most)
    return fail(errc::malformed,
                std::string{name} + ": expected a number of at most "
                  + std::to_string(most));
  return value;
}

/// Reads a user's name, with or without the domain.
expected<identity::address_of_record> user_in(const std::string& text,
                                              const std::string& domain) {
  const auto at = text.find('@');
  identity::address_of_record result{text.substr(0, at), domain};
  if (at != std::string::npos && text.substr(at + 1) != domain)
    return fail(errc::foreign_domain, "the domain of this ring is " + domain);
  if (const auto good = identity::validate_user(result.user); !good)
    return tl::unexpected{good.error()};
  return result;
}

node_condition condition_of(const admin_sources& from) {
  return {!from.status->phones().empty(), from.status->leaves(),
          from.identity->ticket->get()->content.expires,
          from.cluster && !from.cluster->get()->has_majority};
}

health health_of(const admin_sources& from,
                 const std::vector<inspected_peer>& peers) {
  return judge_health(peers, condition_of(from), from.node->time->now());
}

admin_answer node_answer(const admin_sources& from,
                         const std::vector<inspected_peer>& peers) {
  const auto state = health_of(from, peers);
  const auto granted = from.identity->ticket->get();
  const auto& ticket = granted->content;
  auto phones = json::array();
  for (const auto& where : from.status->phones())
    phones.push_back(to_string(where));
  const auto up = from.node->time->now() - from.started;
  json body{
    {"name", from.name},
    {"version", program_version()},
    {"status", state.status},
    {"reason", state.reason},
    {"fingerprint", to_hex(from.identity->info->fingerprint)},
    {"endpoint", from.links ? from.identity->info->endpoint : ""},
    {"ring", from.node->ring->ring().to_hex()},
    {"domain", from.node->ring->settings().domain},
    {"peers", peers.size()},
    {"records", from.node->metrics->records.load()},
    {"adapters", from.node->metrics->adapters.load()},
    {"sip", std::move(phones)},
    {"ticket",
     {{"issued", time_text(ticket.not_before)},
      {"expires", time_text(ticket.expires)},
      {"peers", ticket.max_peers}}},
    {"started", time_text(from.started)},
    {"uptime_s", std::chrono::duration_cast<std::chrono::seconds>(up).count()}};
  if (from.cluster)
    body["cluster"] = cluster_json(*from.cluster->get());
  return make_answer(body);
}

admin_answer metrics_answer(const admin_sources& from,
                            const std::vector<inspected_peer>& peers) {
  metrics_sources figures{peers,
                          *from.node->metrics,
                          *from.journal,
                          {},
                          health_of(from, peers).is_ready(),
                          from.started,
                          condition_of(from).ticket_ends,
                          {}};
  if (from.cluster)
    figures.cluster = from.cluster->get();
  if (from.links)
    figures.links = from.links();
  admin_answer result;
  result.content_type = metrics_text::content_type;
  result.body = metrics_page(figures);
  return result;
}

} // namespace

admin_routes::admin_routes(admin_sources sources)
  : sources_(std::make_shared<const admin_sources>(std::move(sources))) {}

const std::vector<admin_routes::route>& admin_routes::table() {
  static const std::vector<route> routes{
    {"GET", {"health"}, &admin_routes::tell_health},
    {"GET", {"metrics"}, &admin_routes::tell_metrics},
    {"GET", {"v1", "node"}, &admin_routes::tell_node},
    {"GET", {"v1", "peers"}, &admin_routes::tell_peers},
    {"GET", {"v1", "ring"}, &admin_routes::tell_ring},
    {"GET", {"v1", "links"}, &admin_routes::tell_links},
    {"GET", {"v1", "lookup"}, &admin_routes::look_up},
    {"GET", {"v1", "users", ""}, &admin_routes::tell_user},
    {"GET", {"v1", "calls", ""}, &admin_routes::tell_call},
    {"POST", {"v1", "leave"}, &admin_routes::leave},
  };
  return routes;
}

void admin_routes::answer(std::string_view method, const request_target& target,
                          const take_admin_answer& done) const {
  const auto found = std::ranges::find_if(
    table(), [&](const route& one) { return one.matches(target); });
  if (found == table().end()) {
    done(make_refusal(404, "there is nothing here; see docs/admin.md"));
  } else if (found->method != method) {
    auto refusal =
      make_refusal(405, "this wants the method " + std::string{found->method});
    refusal.allow = found->method;
    done(std::move(refusal));
  } else {
    (this->*found->serve)(target, done);
  }
}

void admin_routes::with_peers(
  const take_admin_answer& done,
  std::function<admin_answer(const std::vector<inspected_peer>&)> describe)
  const {
  ask_actor<peers_report>(
    *sources_->system, sources_->inspector,
    [done,
     describe = std::move(describe)](const expected<peers_report>& report) {
      done(report ? describe(**report) : make_refusal(report.error()));
    },
    view_atom_v);
}

void admin_routes::tell_health(const request_target&,
                               const take_admin_answer& done) const {
  with_peers(done, [from = sources_](const auto& peers) {
    const auto state = health_of(*from, peers);
    json body{{"status", state.status}};
    if (!state.is_ready())
      body["reason"] = state.reason;
    return make_answer(body, state.is_ready() ? 200 : 503);
  });
}

void admin_routes::tell_metrics(const request_target&,
                                const take_admin_answer& done) const {
  with_peers(done, [from = sources_](const auto& peers) {
    return metrics_answer(*from, peers);
  });
}

void admin_routes::tell_node(const request_target&,
                             const take_admin_answer& done) const {
  with_peers(done, [from = sources_](const auto& peers) {
    return node_answer(*from, peers);
  });
}

void admin_routes::tell_peers(const request_target& target,
                              const take_admin_answer& done) const {
  const auto limit =
    number_in(target, "limit", defaults::admin_page, defaults::max_admin_page);
  const auto offset =
    number_in(target, "offset", 0, identity::defaults::max_peers);
  if (!limit || !offset) {
    done(make_refusal(limit ? offset.error() : limit.error()));
    return;
  }
  with_peers(done,
             [limit = *limit, offset = *offset,
              cluster = sources_->cluster](const auto& peers) {
               auto body = peers_json(peers, offset, limit);
               if (cluster)
                 add_holders(body, *cluster->get());
               return make_answer(body);
             });
}

void admin_routes::tell_ring(const request_target&,
                             const take_admin_answer& done) const {
  done(make_answer(ring_json(*sources_->node->ring)));
}

void admin_routes::tell_links(const request_target&,
                              const take_admin_answer& done) const {
  auto body = links_json(sources_->links ? sources_->links().open
                                         : std::vector<link_view>{});
  if (!sources_->links)
    body["note"] =
      "no links: neither overlay.listen nor overlay.bootstrap is set";
  done(make_answer(body));
}

void admin_routes::look_up(const request_target& target,
                           const take_admin_answer& done) const {
  const auto* key = target.find("key");
  if (key == nullptr || key->empty()) {
    done(make_refusal(400,
                      "expected ?key=, 40 hexadecimal digits or a text "
                      "like bob@example.org"));
    return;
  }
  const auto& node = *sources_->node;
  const auto id = chord::ring_id::from_hex(*key).value_or(
    chord::ring_id::hash(as_bytes(*key)));
  ask_actor<lookup_outcome>(
    *sources_->system, sources_->inspector,
    [done, key = *key, time = node.time,
     begin = node.time->now()](const expected<lookup_outcome>& answer) {
      if (!answer)
        done(make_refusal(answer.error()));
      else if (!*answer)
        done(make_refusal(answer->error()));
      else
        done(make_answer(lookup_json(key, **answer, time->now() - begin)));
    },
    lookup_atom_v, id);
}

void admin_routes::tell_user(const request_target& target,
                             const take_admin_answer& done) const {
  const auto who =
    user_in(target.path.back(), sources_->node->ring->settings().domain);
  if (!who) {
    done(make_refusal(who.error()));
    return;
  }
  ask_actor<user_report>(
    *sources_->system, sources_->inspector,
    [done, who = *who,
     journal = sources_->journal](const expected<user_report>& found) {
      if (!found) {
        done(make_refusal(found.error()));
        return;
      }
      const auto is_unknown = [](const auto& what) {
        return !what && what.error().code == errc::no_such_record;
      };
      if (is_unknown(found->where.found) && is_unknown(found->key.bundle))
        done(
          make_refusal(404, "the ring knows nobody named " + to_string(who)));
      else
        done(make_answer(user_json(who, *found, journal->alarms(who.user))));
    },
    get_atom_v, *who);
}

void admin_routes::tell_call(const request_target& target,
                             const take_admin_answer& done) const {
  const auto& trace = target.path.back();
  if (const auto story = sources_->journal->find(trace))
    done(make_answer(call_json(trace, *story)));
  else
    done(make_refusal(404,
                      "this node remembers no such call; it keeps the "
                      "latest "
                        + std::to_string(defaults::journal_stories)));
}

void admin_routes::leave(const request_target&,
                         const take_admin_answer& done) const {
  auto answer = make_answer({{"status", "leaving"}}, 202);
  answer.afterwards = sources_->leave;
  done(std::move(answer));
}

} // namespace carillon
