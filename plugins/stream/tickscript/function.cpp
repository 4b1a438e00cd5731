// SPDX-License-Identifier: MIT
// A user-defined function in a script: @name() is an instance of the plugin stream.<name>, and the
// properties that follow are its options.
#include "nodes.hpp"
#include "script.hpp"
#include "task.hpp"

namespace tickwork::stream {
namespace {

class FunctionNode : public Node {
 public:
  FunctionNode(const std::string& method, Edge edge)
      : Node{method, "UDFNode", edge, edge}, method_{method} {}

  bool other_property(const std::string& option_name, Args& args) override {
    Option option{option_name, {}};
    for (size_t i = 0; i < args.size(); ++i) {
      if (args[i].kind != Object::Kind::value)
        throw ScriptError{"cannot use " + type_name(args[i]) + " as an option of @" + method_};
      option.values.push_back(args[i].value);
    }
    if (args.size() == 0) option.values.push_back(Value::of(true));
    option.list = args.size() > 1;
    options_.push_back(std::move(option));
    return true;
  }

  void start(Task& t) override {
    function_ =
        t.services().make_function(method_, options_, [this](Point p) { take(std::move(p)); });
  }
  void stop() override { function_.reset(); }

  void point(const PointPtr& p, size_t) override {
    current_ = p;
    out_ = nullptr;
    function_->points(*p->group, p->name, 0, {p});
  }
  void batch(const BatchPtr& b, size_t) override {
    current_ = b->points.empty() ? nullptr : b->points[0];
    auto out = std::make_shared<Batch>(*b);
    out->points.clear();
    out_ = out.get();
    function_->open(*b);
    if (!b->points.empty()) function_->points(*b->group, b->name, b->tmax, b->points);
    function_->close(*b);
    out_ = nullptr;
    emit(BatchPtr{out});
  }

 private:
  // What comes back keeps the group that went in, and names what the function left open.
  void take(Point p) {
    if (current_) {
      p.database = current_->database;
      p.retention = current_->retention;
      p.group = current_->group;
      if (p.time == INT64_MIN) p.time = current_->time;
    } else {
      p.group = std::make_shared<Group>();
    }
    auto shared = std::make_shared<Point>(std::move(p));
    if (out_)
      out_->points.push_back(shared);
    else
      emit(PointPtr{shared});
  }

  std::string method_;
  Options options_;
  std::unique_ptr<Function> function_;
  PointPtr current_;
  Batch* out_ = nullptr;
};

}  // namespace

Node* make_udf(Pipeline& pipeline, Node& parent, const std::string& method) {
  if (parent.provides == Edge::none)
    throw ScriptError{"cannot call @" + method + " on " + parent.message_type()};
  Node& node = pipeline.add(std::make_unique<FunctionNode>(method, parent.provides));
  parent.add_child(node);
  return &node;
}

}  // namespace tickwork::stream
