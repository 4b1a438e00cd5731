// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <tickwork/cpp/storage.hpp>
#include <tickwork/tickwork.hpp>

using namespace tickwork;

namespace {

const ArrowArray& column(const Array& array, int64_t i) { return *array->children[i]; }

template <class T>
T cell(const ArrowArray& array, int64_t row) {
  return static_cast<const T*>(array.buffers[1])[row];
}

std::string text_cell(const ArrowArray& array, int64_t row) {
  const auto* bytes = static_cast<const char*>(array.buffers[2]);
  return {bytes + cell<int32_t>(array, row), bytes + cell<int32_t>(array, row + 1)};
}

bool bit(const void* bits, int64_t i) {
  return static_cast<const uint8_t*>(bits)[i / 8] >> (i % 8) & 1;
}

Columns mixed() { return {{"time", "tsn:"}, {"f", "g"}, {"u", "L"}, {"b", "b"}, {"s", "u"}}; }

// Hands out two runs of one row, then fails.
struct Source {
  int* alive;
  int next_row = 0;
  ~Source() { --*alive; }
  void schema(ArrowSchema* out) { mixed().schema(out); }
  bool next(tw_rows& out) {
    if (next_row == 2) throw Error{TW_E_IO, "the disk is gone"};
    Columns table = mixed();
    table.row(int64_t{next_row++}, 0.5, uint64_t{1}, true, "x");
    table.array(&out.array);
    return true;
  }
};

struct Answer {
  bool cancelled = false;
  bool next(tw_result& out) {
    out.name = TW_STR("table");
    return !cancelled;
  }
  void cancel() noexcept { cancelled = true; }
};

struct HeardFeed : Feed {
  using Feed::tell;
};

}  // namespace

TEST(Columns, BecomeArrowArrays) {
  Columns table = mixed();
  for (int64_t i = 0; i < 9; ++i)
    table.row(i, 0.5 * static_cast<double>(i), static_cast<uint64_t>(i), i % 2 == 1,
              std::string(static_cast<size_t>(i), 'x'));
  Array array;
  table.array(array.out());
  ASSERT_EQ(array->length, 9);
  EXPECT_EQ(table.rows(), 0u);
  EXPECT_EQ(cell<int64_t>(column(array, 0), 8), 8);
  EXPECT_EQ(cell<double>(column(array, 1), 7), 3.5);
  EXPECT_EQ(cell<uint64_t>(column(array, 2), 3), 3u);
  EXPECT_TRUE(bit(column(array, 3).buffers[1], 7));
  EXPECT_FALSE(bit(column(array, 3).buffers[1], 8));
  EXPECT_EQ(text_cell(column(array, 4), 0), "");
  EXPECT_EQ(text_cell(column(array, 4), 3), "xxx");
  EXPECT_EQ(column(array, 4).buffers[0], nullptr);
}

TEST(Columns, KeepNullsApart) {
  Columns table{{"a", "g"}, {"b", "u"}};
  table.add();
  table.set(0, value(1.5));
  table.add();
  table.set(1, value("x"));
  table.set(1, value("longer"));  // the last one counts
  Array array;
  table.array(array.out());
  EXPECT_EQ(column(array, 0).null_count, 1);
  EXPECT_TRUE(bit(column(array, 0).buffers[0], 0));
  EXPECT_FALSE(bit(column(array, 0).buffers[0], 1));
  EXPECT_EQ(text_cell(column(array, 1), 1), "longer");
}

TEST(Columns, RefuseOtherTypes) {
  Columns table{{"a", "g"}};
  try {
    table.row(1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "column \"a\" has another type");
  }
  EXPECT_THROW(table.row(1.0, 2.0), Error);
}

TEST(Columns, ChildrenOutliveTheirParent) {
  Columns table{{"a", "l"}};
  table.row(7);
  Array whole, part;
  table.array(whole.out());
  *part = std::exchange(*whole->children[0], ArrowArray{});
  whole.reset();
  EXPECT_EQ(cell<int64_t>(*part, 0), 7);
  Schema names, name;
  table.schema(names.out());
  *name = std::exchange(*names->children[0], ArrowSchema{});
  names.reset();
  EXPECT_STREQ(name->name, "a");
}

TEST(Columns, StreamOneArray) {
  Columns table{{"name", "u"}};
  table.row("a").row("b");
  ArrowStream stream;
  table.stream(stream.out());
  Schema schema;
  ASSERT_EQ(stream->get_schema(&*stream, schema.out()), 0);
  EXPECT_STREQ(schema->format, "+s");
  EXPECT_STREQ(schema->children[0]->name, "name");
  Array array;
  ASSERT_EQ(stream->get_next(&*stream, array.out()), 0);
  EXPECT_EQ(array->length, 2);
  Array end;
  ASSERT_EQ(stream->get_next(&*stream, end.out()), 0);
  EXPECT_FALSE(end);
}

TEST(Answers, ScannersTellWhatIsThrownAndFreeTheirSource) {
  int alive = 1;
  {
    Scanner scanner;
    give_scanner(std::unique_ptr<Source>{new Source{&alive}}, *scanner.out());
    tw_error error = empty_error();
    Schema schema;
    EXPECT_EQ(scanner->schema(&*scanner, schema.out(), &error), TW_OK);
    EXPECT_EQ(schema->n_children, 5);
    for (int64_t i = 0; i < 2; ++i) {
      tw_rows rows{};
      ASSERT_EQ(scanner->next(&*scanner, &rows, &error), TW_OK);
      Array array;
      *array = rows.array;
      EXPECT_EQ(cell<int64_t>(column(array, 0), 0), i);
    }
    tw_rows rows{};
    EXPECT_EQ(scanner->next(&*scanner, &rows, &error), TW_E_IO);
    EXPECT_STREQ(error.message, "the disk is gone");
  }
  EXPECT_EQ(alive, 0);
}

TEST(Answers, ResultsBeginEmptyAndCanBeCancelled) {
  Results results;
  give_results(std::make_unique<Answer>(), *results.out());
  tw_error error = empty_error();
  tw_result result{};
  result.size = sizeof result;
  result.statement = 7;
  EXPECT_EQ(results->next(&*results, &result, &error), TW_OK);
  EXPECT_EQ(result.size, sizeof result);
  EXPECT_EQ(result.statement, 0);
  EXPECT_EQ(view(result.name), "table");
  results->cancel(&*results);
  EXPECT_EQ(results->next(&*results, &result, &error), TW_DONE);
}

TEST(StorageParts, KeysAreEscapedAsInLineProtocol) {
  const std::array<tw_tag, 2> tags{
      {{TW_STR("a b"), TW_STR("x=y")}, {TW_STR("host"), TW_STR("n,1")}}};
  EXPECT_EQ(series_key("my cpu,0", tags), R"(my\ cpu\,0,a\ b=x\=y,host=n\,1)");
  EXPECT_EQ(series_key("a=b", {}), "a=b");
}

TEST(StorageParts, EveryListHasItsColumns) {
  for (uint32_t what = TW_DATABASES; what <= TW_CONTINUOUS_QUERIES; ++what) {
    if (what == TW_ROWS) continue;
    EXPECT_FALSE(list_columns(what).columns().empty()) << what;
  }
  EXPECT_THROW(list_columns(TW_ROWS), Error);
  EXPECT_THROW(list_columns(99), Error);
}

TEST(StorageParts, FeedsTellUntilUnlisten) {
  HeardFeed feed;
  std::string heard;
  const tw_listener listener{
      sizeof(tw_listener), &heard,
      [](const tw_listener* me, tw_str database, tw_str retention, const tw_batch*) {
        *static_cast<std::string*>(me->self) += string(database) + "." + string(retention) + " ";
      }};
  feed.listen(&listener);
  feed.tell("db", "autogen", {});
  feed.unlisten(&listener);
  feed.tell("db", "autogen", {});
  EXPECT_EQ(heard, "db.autogen ");
}
