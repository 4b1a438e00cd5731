// SPDX-License-Identifier: MIT
// A library's plugins as tables whose instances live in processes of their own.
#pragma once

#include <tickwork/module.h>

#include <memory>
#include <string>
#include <vector>

namespace tickwork::host::check {

class IsolatedModule {
 public:
  // Those of the module's plugins that can be isolated, up to sixteen. One at a time exists.
  IsolatedModule(const tw_module& module, const std::string& file, const std::string& program);
  ~IsolatedModule();
  IsolatedModule(const IsolatedModule&) = delete;
  IsolatedModule& operator=(const IsolatedModule&) = delete;

  const tw_module& module() const { return module_; }
  size_t size() const { return plugins_.size() - 1; }
  // "services.http: calls of tw.http-server/1 do not cross processes"
  const std::vector<std::string>& left_out() const { return left_out_; }

  struct Row;

 private:
  std::vector<std::unique_ptr<Row>> rows_;
  std::vector<const tw_plugin*> plugins_;
  std::vector<std::string> left_out_;
  tw_module module_{};
};

}  // namespace tickwork::host::check
