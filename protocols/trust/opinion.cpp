#include "protocols/trust/opinion.hpp"

namespace carillon::trust {

namespace {

double fused_base_rate(const opinion& first, const opinion& second) {
  const auto u1 = first.uncertainty;
  const auto u2 = second.uncertainty;
  const auto weight = u1 + u2 - 2 * u1 * u2;
  // Both are certain, or neither knows anything.
  if (weight == 0)
    return (first.base_rate + second.base_rate) / 2;
  return (first.base_rate * u2 + second.base_rate * u1
          - (first.base_rate + second.base_rate) * u1 * u2)
    / weight;
}

} // namespace

opinion from_evidence(double good, double bad, double base_rate) {
  const auto total = good + bad + defaults::prior_weight;
  return {good / total, bad / total, defaults::prior_weight / total, base_rate};
}

double expectation(const opinion& value) {
  return value.belief + value.base_rate * value.uncertainty;
}

opinion fuse(const opinion& first, const opinion& second) {
  const auto u1 = first.uncertainty;
  const auto u2 = second.uncertainty;
  const auto base_rate = fused_base_rate(first, second);
  const auto kappa = u1 + u2 - u1 * u2;
  if (kappa == 0)
    return {(first.belief + second.belief) / 2,
            (first.disbelief + second.disbelief) / 2, 0, base_rate};
  return {(first.belief * u2 + second.belief * u1) / kappa,
          (first.disbelief * u2 + second.disbelief * u1) / kappa,
          u1 * u2 / kappa, base_rate};
}

opinion discount(const opinion& source, const opinion& said) {
  const auto trust = expectation(source);
  const auto belief = trust * said.belief;
  const auto disbelief = trust * said.disbelief;
  return {belief, disbelief, 1 - belief - disbelief, said.base_rate};
}

} // namespace carillon::trust
