// SPDX-License-Identifier: MIT
// Engine: the tasks that are defined, which of them run, and the ways points come to them.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "task.hpp"
#include "topic.hpp"

namespace tickwork::stream {

/// A failure of a request, with its HTTP status.
struct ApiError : std::runtime_error {
  ApiError(int status, const std::string& message) : std::runtime_error{message}, code{status} {}
  int code;
};

struct Definition {
  std::string id, type, script, template_id, vars_json = "{}";
  std::vector<DatabaseRetention> dbrps;
  bool enabled = false, from_file = false;
  int64_t created = 0, modified = 0, last_enabled = 0;
};

/// What PATCH and POST may give; empty members were not given.
struct Change {
  std::string id, type, script, template_id, vars_json, status;
  std::vector<DatabaseRetention> dbrps;
};

/// A task as the API shows it.
struct TaskView {
  Definition definition;
  std::shared_ptr<Task> task;  // empty when it does not run
  std::string error;
};

class Engine {
 public:
  Engine(Services& services, Keeper keeper, Environment environment);
  ~Engine();

  void load();  ///< defines what was kept and starts what was enabled
  void stop();

  void create(const Change& change);
  void update(const std::string& id, const Change& change);
  void remove(const std::string& id);
  TaskView view(const std::string& id) const;
  std::vector<TaskView> views(const std::string& pattern) const;

  void create_template(const Change& change);
  void remove_template(const std::string& id);
  std::vector<Definition> templates(const std::string& pattern) const;
  Definition find_template(const std::string& id) const;

  /// Handlers of topics made over HTTP; kept. Throws ApiError 500.
  void add_handler(const std::string& topic, const HandlerInfo& info);
  void remove_handler(const std::string& topic, const std::string& id);

  /// Tasks of *.tick files: define, redefine or remove so that they agree with the folder.
  void sync_folder(const std::string& folder);

  /// Hands points to every task that wants them; returns how many were dropped.
  size_t feed(const std::string& database, const std::string& retention, const Points& points,
              bool may_drop);
  bool wanted(const std::string& database, const std::string& retention) const;

  Topics& topics() { return *services_.topics; }
  Services& services() { return services_; }
  const Environment& environment() const { return environment_; }
  /// Formats a script; the text itself when it does not parse.
  static std::string format(const std::string& script);
  /// The graph of a definition, from its task when it runs.
  std::string dot(const TaskView& view, bool attributes) const;
  std::vector<Variable> variables(const std::string& script) const;

 private:
  using Tasks = std::vector<std::shared_ptr<Task>>;
  struct Entry {
    Definition definition;
    std::shared_ptr<Task> task;
    std::string error;
  };
  std::unique_ptr<Pipeline> compile(Definition& definition, bool only_check) const;
  std::string script_of(const Definition& definition) const;
  void start(Entry& entry);
  void stop(Entry& entry);
  void publish();  ///< renews the list that feed reads
  void save(const Entry& entry);
  void save_index();
  void load_handlers();
  void save_handlers();
  Entry& find(const std::string& id, const char* otherwise);

  Services& services_;
  Keeper keeper_;
  Environment environment_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::map<std::string, Definition> templates_;
  std::map<std::pair<std::string, std::string>, HandlerInfo> handlers_;  // by topic and id
  std::map<std::string, std::string> files_;  // task id: script of its file
  mutable std::mutex tasks_mutex_;
  std::shared_ptr<const Tasks> tasks_ = std::make_shared<Tasks>();
};

/// Values of a "vars" JSON object; throws ApiError 400.
Overrides parse_vars(const std::string& json);

}  // namespace tickwork::stream
