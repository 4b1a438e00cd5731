#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <tickwork/testing.hpp>
#include <tickwork/tickwork.hpp>

// A storage in a journal of its own, and its calls as text.
class @CLASS@ : public testing::Test {
 protected:
  @CLASS@() {
    std::remove("test.journal");
    open();
    tw_definition database{};
    database.size = sizeof database;
    database.what = TW_DATABASES;
    database.database = TW_STR("db");
    EXPECT_EQ(call(&tw_storage::define, &database), "");
  }
  ~@CLASS@() override {
    storage_.destroy();
    std::remove("test.journal");
  }

  void open() {
    storage_ = host_.create("@ID@");
    ASSERT_EQ(storage_.start(), "");
  }

  // Everything of the measurement cpu.
  static tw_scan all() {
    tw_scan scan{};
    scan.size = sizeof scan;
    scan.database = TW_STR("db");
    scan.measurement = TW_STR("cpu");
    scan.from_ns = INT64_MIN;
    scan.to_ns = INT64_MAX;
    return scan;
  }

  template <class F, class... A>
  std::string call(F tw_storage::*function, A... arguments) {
    const auto& table = *storage_.ext<tw_storage>(TW_STORAGE);
    return storage_.call([&](tw_error* e) { return (table.*function)(storage_.self(), arguments..., e); });
  }

  std::string write(std::string_view lines, std::string_view database = "db") {
    const tickwork::testing::Points points{lines};
    const tw_batch batch = points.batch();
    return call(&tw_storage::write, tickwork::str(database), tw_str{}, &batch);
  }

  // "host=a 1 busy=0.5" for each row; columns of floats only.
  std::string scan(const tw_scan& wanted = all()) {
    tickwork::Scanner scanner;
    EXPECT_EQ(call(&tw_storage::scan, &wanted, &*scanner), "");
    tickwork::Schema schema;
    tw_error error = tickwork::empty_error();
    EXPECT_EQ(scanner->schema(&*scanner, schema.out(), &error), TW_OK);
    std::string lines;
    tw_rows rows{};
    while (rows.size = sizeof rows, scanner->next(&*scanner, &rows, &error) == TW_OK) {
      tickwork::Array array;
      *array = rows.array;
      for (int64_t i = 0; i < array->length; i++) lines += tags_of(rows) + row(*schema, *array, i) + "\n";
    }
    return lines;
  }

  // The lines of a list about all measurements, columns of strings only.
  std::string list(uint32_t what) {
    tw_scan wanted = all();
    wanted.measurement = {};
    tickwork::ArrowStream stream;
    EXPECT_EQ(call(&tw_storage::list, what, &wanted, &*stream), "");
    std::string lines;
    for (tickwork::Array array; stream->get_next(&*stream, array.out()) == 0 && array;)
      for (int64_t i = 0; i < array->length; i++) {
        for (int64_t c = 0; c < array->n_children; c++) {
          const auto* ends = static_cast<const int32_t*>(array->children[c]->buffers[1]);
          const auto* bytes = static_cast<const char*>(array->children[c]->buffers[2]);
          lines += (c ? " " : "") + std::string{bytes + ends[i], bytes + ends[i + 1]};
        }
        lines += "\n";
      }
    return lines;
  }

  tickwork::testing::Host host_{"path = 'test.journal'"};
  tickwork::testing::Instance storage_ = host_.create("@ID@");

 private:
  static std::string tags_of(const tw_rows& rows) {
    std::string text;
    for (uint32_t i = 0; i < rows.n_tags; i++)
      text += tickwork::string(rows.tags[i].key) + "=" + tickwork::string(rows.tags[i].value) + " ";
    return text;
  }

  static std::string row(const ArrowSchema& schema, const ArrowArray& array, int64_t i) {
    std::string text = std::to_string(static_cast<const int64_t*>(array.children[0]->buffers[1])[i]);
    for (int64_t c = 1; c < array.n_children; c++) {
      const ArrowArray& column = *array.children[c];
      const auto* valid = static_cast<const uint8_t*>(column.buffers[0]);
      if (valid && !(valid[i / 8] >> (i % 8) & 1)) continue;
      char number[40];
      snprintf(number, sizeof number, "%g", static_cast<const double*>(column.buffers[1])[i]);
      text += " " + std::string{schema.children[c]->name} + "=" + number;
    }
    return text;
  }
};

TEST_F(@CLASS@, GivesBackWhatItTookAfterAStart) {
  EXPECT_EQ(write("cpu,host=b busy=3 20\ncpu,host=a busy=1 20\ncpu,host=a busy=2 10\nmem free=5 10"), "");
  EXPECT_EQ(write("cpu,host=a busy=4,idle=96 20"), "");  // the last write wins
  const char* rows = "host=a 10 busy=2\nhost=a 20 busy=4 idle=96\nhost=b 20 busy=3\n";
  EXPECT_EQ(scan(), rows);
  storage_.stop();
  open();
  EXPECT_EQ(scan(), rows);
  EXPECT_EQ(list(TW_MEASUREMENTS), "cpu\nmem\n");
  EXPECT_EQ(list(TW_TAG_VALUES), "cpu host a\ncpu host b\n");
  EXPECT_EQ(list(TW_FIELD_KEYS), "cpu busy float\ncpu idle float\nmem free float\n");
}

TEST_F(@CLASS@, ReadsPartsFromEitherEnd) {
  write("cpu,host=a busy=1,idle=9 10\ncpu,host=a busy=2 20\ncpu,host=b busy=3 30");
  tw_scan wanted = all();
  wanted.flags = TW_SCAN_DESCENDING;
  wanted.limit = 1;
  EXPECT_EQ(scan(wanted), "host=a 20 busy=2\nhost=b 30 busy=3\n");
  wanted = all();
  wanted.from_ns = 20;
  wanted.to_ns = 30;
  EXPECT_EQ(scan(wanted), "host=a 20 busy=2\n");
  wanted = all();
  const tw_str idle = TW_STR("idle");
  wanted.columns = &idle;
  wanted.n_columns = 1;
  EXPECT_EQ(scan(wanted), "host=a 10 idle=9\n");
  wanted = all();
  const tw_where not_a{TW_STR("host"), TW_STR("a"), TW_NE, 0};
  wanted.where = &not_a;
  wanted.n_where = 1;
  EXPECT_EQ(scan(wanted), "host=b 30 busy=3\n");
}

TEST_F(@CLASS@, ForgetsWhatIsDropped) {
  write("cpu,host=a busy=1 10\ncpu,host=a busy=2 20\nmem free=5 10");
  tw_scan range = all();
  range.to_ns = 15;
  EXPECT_EQ(call(&tw_storage::drop, uint32_t{TW_ROWS}, &range), "");
  storage_.stop();
  open();
  EXPECT_EQ(scan(), "host=a 20 busy=2\n");
  const tw_scan cpu = all();
  EXPECT_EQ(call(&tw_storage::drop, uint32_t{TW_MEASUREMENTS}, &cpu), "");
  EXPECT_EQ(list(TW_SERIES), "mem\n");
  EXPECT_EQ(list(TW_DATABASES), "db\n");
}

TEST_F(@CLASS@, SaysWhatIsWrongAndKeepsTheRest) {
  write("cpu busy=1 10");
  EXPECT_EQ(write("cpu busy=2i 20\ncpu busy=3 30"),
            "field type conflict: input field \"busy\" on measurement \"cpu\" is type integer, already exists as "
            "type float dropped=1");
  EXPECT_EQ(storage_.status(), TW_PARTIAL);
  EXPECT_EQ(scan(), "10 busy=1\n30 busy=3\n");
  EXPECT_EQ(write("cpu busy=1 10", "x"), "database not found: x");
}

TEST_F(@CLASS@, TellsListenersOfWrites) {
  std::string heard;
  const tw_listener listener{sizeof(tw_listener), &heard,
                             [](const tw_listener* me, tw_str database, tw_str, const tw_batch* batch) {
                               *static_cast<std::string*>(me->self) +=
                                   tickwork::string(database) + " " + std::to_string(batch->count) + "\n";
                             }};
  const auto& feed = *storage_.ext<tw_feed>(TW_FEED);
  EXPECT_EQ(storage_.call([&](tw_error* e) { return feed.listen(storage_.self(), &listener, e); }), "");
  write("cpu busy=1 10\ncpu busy=2 20");
  feed.unlisten(storage_.self(), &listener);
  write("cpu busy=3 30");
  EXPECT_EQ(heard, "db 2\n");
}
