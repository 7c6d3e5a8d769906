#include "protocols/chord/forwarding.hpp"

#include "protocols/chord/defaults.hpp"

namespace carillon::chord {

std::string_view to_string(routing_strategy strategy) noexcept {
  switch (strategy) {
  case routing_strategy::semi_recursive:
    return "semi-recursive";
  case routing_strategy::recursive:
    return "recursive";
  case routing_strategy::iterative:
    return "iterative";
  case routing_strategy::guarded:
    return "guarded";
  }
  return "unknown";
}

void forward_lookup(const routing_view& view, lookup request,
                    std::span<const ring_id> exclude, outbox& out) {
  const auto way = find_route(view, request.key, request.final, exclude);
  if (way.what == route::kind::here) {
    lookup_answer answer{request.request, request.key,
                         *way.next,       view.member.successors(),
                         request.hops,    std::move(request.path)};
    if (request.strategy == routing_strategy::recursive && !answer.path.empty())
      pass_back(std::move(answer), out);
    else
      out.push_back({request.origin, std::move(answer)});
    return;
  }
  if (!can_go_on(way, request))
    return;
  go_on(view, way, request);
  out.push_back({*way.next, std::move(request)});
}

bool can_go_on(const route& way, const lookup& request) noexcept {
  return (way.what == route::kind::owner || way.what == route::kind::forward)
    && request.hops < defaults::hop_limit;
}

void go_on(const routing_view& view, const route& way, lookup& request) {
  if (request.strategy == routing_strategy::recursive)
    request.path.push_back(view.member.self());
  request.final = way.what == route::kind::owner;
  ++request.hops;
}

void pass_back(lookup_answer answer, outbox& out) {
  auto previous = std::move(answer.path.back());
  answer.path.pop_back();
  out.push_back({std::move(previous), std::move(answer)});
}

void answer_next_hop(const routing_view& view, const peer_ref& from,
                     const get_next_hop& question, outbox& out) {
  const auto way =
    find_route(view, question.key, question.final, question.exclude);
  if (way.what == route::kind::none)
    return;
  next_hop answer{
    question.request, *way.next, way.what != route::kind::forward, {}};
  if (way.what == route::kind::here)
    answer.successors = view.member.successors();
  out.push_back({from, std::move(answer)});
}

void answer_routes(const routing_view& view, const peer_ref& from,
                   const get_routes& question, outbox& out) {
  if (view.member.current_state() != ring_member::state::member)
    return;
  out.push_back({from,
                 routes{question.request, view.member.predecessor(),
                        view.member.successors(), view.fingers.entries()}});
}

} // namespace carillon::chord
