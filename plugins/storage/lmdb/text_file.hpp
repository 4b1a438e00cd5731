// SPDX-License-Identifier: MIT
// Text to and from files, plain or gzip. "-" is standard input, or the command's output.
#pragma once

#include <zlib.h>
#include <tickwork/draft/command.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace tickwork::lmdb {

class TextOutput {
 public:
  // A new file, or one that is replaced. Throws Failure, as all of this.
  TextOutput(const CommandCall& call, const std::string& path, bool compress);
  ~TextOutput();
  TextOutput(const TextOutput&) = delete;
  TextOutput& operator=(const TextOutput&) = delete;

  void add(std::string_view text);
  void finish();  // everything is in the file; without it the file is not complete

 private:
  void write_out(bool last);
  void put(std::string_view bytes);
  const CommandCall& call_;
  std::string path_, buffer_;
  int file_ = -1;
  std::unique_ptr<z_stream> stream_;
};

class TextInput {
 public:
  explicit TextInput(const std::string& path);  // gzip is recognized by its first bytes
  ~TextInput();
  TextInput(const TextInput&) = delete;
  TextInput& operator=(const TextInput&) = delete;

  // Appends up to that many bytes; false at the end. A gzip file that ends early is a Failure.
  bool read(std::string& out, size_t most);

 private:
  std::string path_;
  gzFile file_ = nullptr;
};

}  // namespace tickwork::lmdb
