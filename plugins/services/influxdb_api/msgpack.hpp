// SPDX-License-Identifier: MIT
// MessagePack: the notation, and the documents of /query in it.
#pragma once

#include "document.hpp"

namespace tickwork::influxdb_api {

// Appends values as Go's msgp library does: integers in the least signed form that it picks.
namespace msgpack {
void map(std::string& out, size_t members);
void array(std::string& out, size_t items);
void text(std::string& out, std::string_view value);
void integer(std::string& out, int64_t value);
void unsigned_integer(std::string& out, uint64_t value);
void number(std::string& out, double value);
void boolean(std::string& out, bool value);
void nil(std::string& out);
void time(std::string& out, int64_t ns);  // extension 5: seconds and nanoseconds
}  // namespace msgpack

// One map for the whole answer; kept until it is complete, because counts come first.
class MsgpackDocument {
 public:
  MsgpackDocument(const DocumentOptions& options, Send send)
      : options_{options}, send_{std::move(send)} {}
  void add(Table& table);
  void finish();

 private:
  void close_result();

  DocumentOptions options_;
  Send send_;
  std::string results_, series_bytes_, message_, error_;
  size_t results_count_ = 0, series_ = 0;
  int32_t statement_ = -1;
};

// A map a chunk of rows, as ChunkedDocument.
class MsgpackChunks {
 public:
  MsgpackChunks(const DocumentOptions& options, Send send)
      : options_{options}, send_{std::move(send)} {}
  void add(Table& table);
  void finish();

 private:
  void release(bool more_of_statement);

  DocumentOptions options_;
  Send send_;
  std::string held_;  // the one series of a chunk
  std::string message_, error_;
  bool holds_ = false, has_series_ = false, marks_ = false;
  int32_t statement_ = -1;
};

}  // namespace tickwork::influxdb_api
