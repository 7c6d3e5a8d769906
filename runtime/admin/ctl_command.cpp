#include "runtime/admin/ctl_command.hpp"

#include "runtime/admin/admin_client.hpp"
#include "runtime/admin/admin_token.hpp"
#include "runtime/admin/ctl_output.hpp"
#include "runtime/command_line.hpp"
#include "runtime/config.hpp"

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <ostream>
#include <string_view>
#include <utility>

namespace carillon {

using nlohmann::json;

namespace {

struct ctl_options {
  std::string node;
  std::filesystem::path ca;
  std::filesystem::path token_file;
  bool prints_json = false;
  /// What a command is about: a key, a user, a trace id.
  std::string subject;
  size_t limit = defaults::admin_page;
};

using shared_ctl_options = std::shared_ptr<ctl_options>;

/// Prints an answer for people.
using answer_printer = std::function<void(const json&, std::ostream&)>;

constexpr std::string_view variable = "CARILLON_ADMIN_LISTEN=";

std::string default_node(const std::vector<std::string>& environment) {
  for (const auto& item : environment)
    if (item.starts_with(variable) && item.size() > variable.size())
      return item.substr(variable.size());
  return "http://" + to_string(*admin_config{}.listen);
}

/// Makes what a node refused an error of the command.
error explain_refusal(const admin_reply& reply) {
  constexpr unsigned not_found = 404;
  constexpr unsigned server_error = 500;
  const auto body = json::parse(reply.body, nullptr, false);
  auto why = "the node answers with status " + std::to_string(reply.status);
  if (body.is_object() && body.contains("error") && body["error"].is_string())
    why = body["error"].get<std::string>();
  if (reply.status == not_found)
    return {errc::no_such_record, std::move(why)};
  return {reply.status < server_error ? errc::invalid_configuration
                                      : errc::unreachable,
          std::move(why)};
}

expected<admin_question> question_of(const ctl_options& options) {
  admin_question result;
  auto where = parse_node_url(options.node);
  if (!where)
    return fail(errc::invalid_configuration,
                "--node " + options.node + ": " + where.error().detail);
  result.where = std::move(*where);
  result.ca = options.ca;
  if (options.token_file.empty())
    return result;
  auto token = read_admin_token(options.token_file);
  if (!token)
    return fail(errc::invalid_configuration,
                "--token-file: " + token.error().detail);
  result.token = std::move(*token);
  return result;
}

/// Asks the node and prints the answer.
/// @returns the answer, or why there is none.
expected<json> ask_and_print(command_line& program, const ctl_options& options,
                             const std::string& method,
                             const std::string& target,
                             const answer_printer& print) {
  auto question = question_of(options);
  if (!question)
    return tl::unexpected{question.error()};
  question->method = method;
  question->target = target;
  const auto reply = ask_admin(*question);
  if (!reply)
    return tl::unexpected{reply.error()};
  constexpr unsigned first_refusal = 300;
  if (options.prints_json)
    program.out() << reply->body;
  if (reply->status >= first_refusal)
    return tl::unexpected{explain_refusal(*reply)};
  auto answer = json::parse(reply->body, nullptr, false);
  if (answer.is_discarded())
    return fail(errc::malformed,
                to_string(question->where) + " gives something else than JSON");
  if (!options.prints_json)
    print(answer, program.out());
  return answer;
}

/// The commands of `ctl`, as they are added one by one.
class ctl_commands {
public:
  ctl_commands(command_line& program, shared_ctl_options options)
    : program_(program)
    , options_(std::move(options))
    , group_(program.add_group("ctl", "ask or steer a running node")) {
    group_.add_option("--node", options_->node, "where its admin interface is")
      ->type_name("URL")
      ->capture_default_str();
    group_
      .add_option("--ca", options_->ca,
                  "whom the certificate of an https node is of")
      ->type_name("FILE");
    group_
      .add_option("--token-file", options_->token_file,
                  "holds the token that the node wants")
      ->type_name("FILE");
    group_.add_flag("--json", options_->prints_json,
                    "print the answer as it came, for programs");
  }

  /// Adds a command without arguments.
  CLI::App& add(const char* name, const char* description,
                std::function<std::string(const ctl_options&)> target,
                answer_printer print, const char* method = "GET") {
    auto run = [&program = program_, options = options_,
                target = std::move(target), print = std::move(print),
                method]() -> expected<void> {
      return ask_and_print(program, *options, method, target(*options), print)
        .map([](const json&) {});
    };
    return add_action(name, description, std::move(run));
  }

  /// Adds a command about something.
  void add_about(const char* name, const char* description, const char* subject,
                 const char* what,
                 std::function<std::string(const ctl_options&)> target,
                 answer_printer print) {
    add(name, description, std::move(target), std::move(print))
      .add_option(subject, options_->subject, what)
      ->required();
  }

  CLI::App& add_action(const char* name, const char* description,
                       command_line::action run) {
    auto& command = program_.add_to(group_, name, description, std::move(run));
    // The options of the group may stand behind the command.
    command.fallthrough();
    return command;
  }

private:
  command_line& program_;
  shared_ctl_options options_;
  CLI::App& group_;
};

std::function<std::string(const ctl_options&)> fixed(const char* target) {
  return [target](const ctl_options&) {
    return std::string{target};
  };
}

std::function<std::string(const ctl_options&)> about(const char* prefix) {
  return [prefix](const ctl_options& options) {
    return prefix + escape_for_url(options.subject);
  };
}

/// Prints how the node is, and fails when it is not ready.
expected<void> run_status(command_line& program, const ctl_options& options) {
  const auto answer =
    ask_and_print(program, options, "GET", "/v1/node", print_node);
  if (!answer)
    return tl::unexpected{answer.error()};
  const auto status = answer->find("status");
  if (status == answer->end() || *status != "ready")
    return fail(errc::unreachable, "the node is not ready");
  return {};
}

} // namespace

void add_ctl_commands(command_line& program,
                      const std::vector<std::string>& environment) {
  auto options = std::make_shared<ctl_options>();
  options->node = default_node(environment);
  ctl_commands commands{program, options};
  commands.add_action(
    "status", "tell how the node is; fails unless it is ready",
    [&program, options] { return run_status(program, *options); });
  commands
    .add(
      "peers", "list the node's peers",
      [](const ctl_options& given) {
        return "/v1/peers?limit=" + std::to_string(given.limit);
      },
      print_peers)
    .add_option("--limit", options->limit, "the most to list")
    ->capture_default_str();
  commands.add("ring", "describe the ring", fixed("/v1/ring"), print_ring);
  commands.add("links", "list the links to other nodes", fixed("/v1/links"),
               print_links);
  commands.add_about("lookup", "find who is responsible for a key", "key",
                     "40 hexadecimal digits, or a text like bob@example.org",
                     about("/v1/lookup?key="), print_lookup);
  commands.add_about("user", "tell where a user is and which key the user has",
                     "name", "a user of the ring's domain", about("/v1/users/"),
                     print_user);
  commands.add_about("call", "tell the steps of a call or registration",
                     "trace", "its id, as in the log", about("/v1/calls/"),
                     print_call);
  commands.add(
    "leave", "have the node leave the ring and end", fixed("/v1/leave"),
    [](const json&, std::ostream& out) { out << "the node leaves the ring\n"; },
    "POST");
}

} // namespace carillon
