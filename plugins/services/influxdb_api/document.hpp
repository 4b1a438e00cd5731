// SPDX-License-Identifier: MIT
// The documents of /query: one JSON object, a JSON object a chunk, or CSV. Fed table by table; what
// is written of one is sent before the next rows are read.
#pragma once

#include <functional>
#include <optional>

#include "table.hpp"

namespace tickwork::influxdb_api {

struct DocumentOptions {
  Times times;
  bool pretty = false;
  size_t chunk_size = 0;  // 0: one document
};

using Send = std::function<void(std::string_view)>;

class JsonDocument {
 public:
  JsonDocument(const DocumentOptions& options, Send send)
      : options_{options}, send_{std::move(send)} {}
  void add(Table& table);
  void finish();

 private:
  void close_result();
  void open_result(const Table& table);
  void fail(const std::string& error);
  void flush(size_t limit);

  DocumentOptions options_;
  Send send_;
  std::string out_;
  bool begun_ = false, open_ = false;
  int32_t statement_ = -1;
  size_t series_ = 0;
  size_t result_at_ = std::string::npos;  // in out_, behind its head; npos: part of it is sent
  std::string message_;
};

// One document a chunk of rows, each held back until it is known whether more follows.
class ChunkedDocument {
 public:
  ChunkedDocument(const DocumentOptions& options, Send send)
      : options_{options}, send_{std::move(send)} {}
  void add(Table& table);
  void finish();

 private:
  void release(bool more_of_statement);

  DocumentOptions options_;
  Send send_;
  std::string held_;
  int32_t statement_ = -1;
  bool marks_ = false;  // of the held chunk: SHOW answers have no partial marks
  bool any_ = false;
};

class CsvDocument {
 public:
  CsvDocument(const DocumentOptions& options, Send send)
      : options_{options}, send_{std::move(send)} {}
  void add(Table& table);
  void finish() {}

 private:
  DocumentOptions options_;
  Send send_;
  int32_t statement_ = -1;
  std::vector<std::string> columns_;
};

// JSON with line breaks and an indent of four, as Go's MarshalIndent makes it.
std::string indented(std::string_view json);

}  // namespace tickwork::influxdb_api
