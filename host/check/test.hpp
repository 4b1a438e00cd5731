// SPDX-License-Identifier: MIT
// What a test of the validator is, and what it can say about the library under test.
#pragma once

#include <tickwork/module.h>

#include <cstdint>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace tickwork::host::check {

enum class Severity { note, warning, error };

struct Finding {
  Severity severity;
  std::string text;
};

// What stays the same for all tests of one run.
struct Subject {
  std::string path;     // absolute
  std::string options;  // TOML that replaces the made-up options, empty: none
  uint64_t seed = 1;
};

// The library cannot be used by this test; the reason was said already.
struct Unusable {};

// One run of one test, in a child process of its own. Says what it finds, and beforehand what it is
// about to do, so that a crash has a name.
class Case {
 public:
  using Say = std::function<void(const Finding&)>;
  using Doing = std::function<void(const std::string&)>;
  Case(const Subject& subject, Say say, Doing doing)
      : subject_{subject}, say_{std::move(say)}, doing_{std::move(doing)} {}

  const Subject& subject() const { return subject_; }
  void error(const std::string& text) const { say_({Severity::error, text}); }
  void warning(const std::string& text) const { say_({Severity::warning, text}); }
  void note(const std::string& text) const { say_({Severity::note, text}); }
  void doing(const std::string& what) const { doing_(what); }

  // The library, loaded on first use; throws Unusable after an error.
  const tw_module& module();
  void use(const tw_module& module) { module_ = &module; }  // instead of loading it
  std::vector<const tw_plugin*> plugins();
  // The plugins that have an extension; says "no input here" when there are none.
  std::vector<const tw_plugin*> plugins_with(const char* ext, const char* kind);

 private:
  const Subject& subject_;
  Say say_;
  Doing doing_;
  const tw_module* module_ = nullptr;
};

struct Test {
  int number;
  const char* name;
  void (*run)(Case&);
  bool gate = false;  // when it fails, the tests behind it would only crash
};

const void* ext_of(const tw_plugin& plugin, const char* id);

std::span<const Test> file_tests();
std::span<const Test> table_tests();
std::span<const Test> loading_tests();
std::span<const Test> lifecycle_tests();
std::span<const Test> stopping_tests();
std::span<const Test> input_tests();
std::span<const Test> pipeline_tests();
std::span<const Test> format_tests();
std::span<const Test> storage_tests();
std::span<const Test> query_tests();
std::span<const Test> data_tests();
std::span<const Test> isolated_tests();
// All of them, in order.
std::vector<Test> all_tests();

}  // namespace tickwork::host::check
