// SPDX-License-Identifier: MIT
// The commands for a store's folder, through the module's table, on stores that no process writes;
// tests/storage has those beside a running program.
#include <gtest/gtest.h>

#include <fstream>

#include "command_harness.hpp"
#include "durable_file.hpp"
#include "export_text.hpp"
#include "store_harness.hpp"

namespace tickwork::lmdb_test {
namespace {

namespace fs = std::filesystem;

const std::string head =
    "# INFLUXDB EXPORT: 1677-09-21T00:12:43Z - 2262-04-11T23:47:16Z\n"
    "# DDL\nCREATE DATABASE db WITH NAME autogen\n# DML\n# CONTEXT-DATABASE:db\n"
    "# CONTEXT-RETENTION-POLICY:autogen\n# writing tsm data\n";

struct CommandsTest : ::testing::Test {
  CommandsTest() {
    settings.texts["path"] = path("data");
    store = std::make_unique<Harness>(settings);
    EXPECT_EQ(store->open(), "");
  }
  std::string path(const std::string& name) const { return folder.path() + "/" + name; }
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(path(name)) << text;
    return path(name);
  }
  // What a store of that name in this test's folder answers.
  std::string scan_of(const std::string& name, const std::string& measurement) {
    Settings s = settings;
    s.texts["path"] = path(name);
    s.databases.clear();
    Harness other(s);
    const std::string why = other.open();
    return why.empty() ? other.scan({measurement}) : why;
  }
  void damage(const std::string& needle) {
    for (const auto& entry : fs::recursive_directory_iterator(path("data/db"))) {
      if (entry.path().filename() != "data.mdb") continue;
      const size_t at = lmdb::read_file(entry.path()).find(needle);
      if (at == std::string::npos) continue;
      std::fstream changed(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
      changed.seekp(static_cast<std::streamoff>(at));
      changed << '#';
    }
  }
  TemporaryFolder folder;
  Settings settings;
  std::unique_ptr<Harness> store;
};

TEST_F(CommandsTest, ExportWritesAValueALine) {
  store->write("cpu,host=b\\,c v=1.5,n=2i 10\ncpu,host=a ok=true,s=\"q\\\"\\\\\",v=1e6 20");
  store->close();
  const Outcome outcome = run("export", {path("data")});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, head +
                             "cpu,host=a ok=true 20\ncpu,host=a s=\"q\\\"\\\\\" 20\n"
                             "cpu,host=a v=1e+06 20\ncpu,host=b\\,c n=2i 10\n"
                             "cpu,host=b\\,c v=1.5 10\n");
}

TEST_F(CommandsTest, ExportHasWhatOnlyTheLogHas) {
  store->write("m v=1 1");
  fs::copy(path("data"), path("crashed"), fs::copy_options::recursive);
  EXPECT_EQ(run("export", {path("crashed")}).out, head + "m v=1 1\n");
  const Outcome inspected = run("inspect", {path("crashed"), "--json"});
  EXPECT_NE(inspected.out.find("\"rows\":1,\"damage\":\"\""), std::string::npos) << inspected.out;
}

TEST_F(CommandsTest, ExportKeepsToTimesAndNames) {
  store->write("m v=1 1000000000\nm v=2 2000000000\nm v=3 3000000000");
  store->close();
  const Outcome outcome = run("export", {path("data"), "--start", "1970-01-01T00:00:02Z", "--end",
                                         "1970-01-01T01:00:02+01:00", "--database=db"});
  EXPECT_NE(outcome.out.find("autogen\n# writing tsm data\nm v=2 2000000000\n"), std::string::npos);
  EXPECT_EQ(outcome.out.find("v=1"), std::string::npos);
  EXPECT_EQ(outcome.out.find("v=3"), std::string::npos);
  EXPECT_EQ(run("export", {path("data"), "--database", "other"}).err,
            path("data") + " has no database other\n");
  EXPECT_EQ(run("export", {path("data"), "--retention", "x"}).code, 2);
  EXPECT_EQ(run("export", {path("data"), "--start", "yesterday"}).code, 2);
}

TEST_F(CommandsTest, ImportReadsWhatExportWrote) {
  store->write(
      "cpu,host=a v=1.5,n=2i,s=\"line\n# CONTEXT-DATABASE:no\nend\" 10\ncpu,host=b v=2 10");
  store->define_policy("week", 0);
  store->write("cpu v=7 1", "db", "week");
  const std::string before = store->scan({"cpu"});
  store->close();
  ASSERT_EQ(run("export", {path("data"), "--out", path("text.gz"), "-compress"}).code, 0);
  EXPECT_EQ(lmdb::read_file(path("text.gz")).substr(0, 2), "\x1f\x8b");
  const Outcome outcome = run("import", {path("copy"), path("text.gz")});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "5 values read\n");
  EXPECT_EQ(scan_of("copy", "cpu"), before);
  EXPECT_NE(run("export", {path("copy"), "--database", "db", "--retention", "week"})
                .out.find("cpu v=7 1\n"),
            std::string::npos);
}

TEST_F(CommandsTest, ImportTellsWhatItRefuses) {
  store->close();
  const std::string text = file("text", head + "m v=1 1\nm v=\nm v=\"x\" 2\n");
  const Outcome outcome = run("import", {path("copy"), text});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("unable to parse 'm v=': missing field value"), std::string::npos);
  EXPECT_NE(outcome.err.find("field type conflict"), std::string::npos) << outcome.err;
  EXPECT_EQ(scan_of("copy", "m"), "m 1 v=1\n");
  EXPECT_NE(
      run("import", {path("other"), file("rows", "# DML\nm v=1 1\n")}).err.find("is it an export?"),
      std::string::npos);
  EXPECT_NE(run("import", {path("other"), path("none")}).err.find("No such file"),
            std::string::npos);
}

TEST_F(CommandsTest, ADamagedBlockIsNamedAndCostsItsRows) {
  store->write("m,h=a s=\"needle in block a\" 1\nm,h=b s=\"needle in block b\" 1\nm,h=c s=\"c\" 1");
  store->close();
  EXPECT_EQ(run("check", {path("data")}).code, 0);
  damage("needle in block b");
  const Outcome checked = run("check", {path("data")});
  EXPECT_EQ(checked.code, 1);
  EXPECT_NE(checked.out.find("/data.mdb: shard 3, generation"), std::string::npos) << checked.out;
  EXPECT_NE(checked.out.find("series 2 (m,h=b): checksum of a column does not match"),
            std::string::npos);
  EXPECT_NE(checked.out.find(": 1 damages"), std::string::npos) << checked.out;
  const Outcome exported = run("export", {path("data")});
  EXPECT_EQ(exported.code, 1);
  EXPECT_EQ(exported.out, head + "m,h=a s=\"needle in block a\" 1\nm,h=c s=\"c\" 1\n");
  EXPECT_NE(exported.err.find("(m,h=b)"), std::string::npos) << exported.err;
}

TEST_F(CommandsTest, SharedBlocksAreReadCheckedAndNamed) {
  std::string lines, expected;
  for (int i = 100; i < 200; ++i) {
    lines += "m,h=" + std::to_string(i) + " s=\"needle " + std::to_string(i) + "\" 1\n";
  }
  store->write(lines);
  store->close();
  const Outcome inspected = run("inspect", {path("data"), "--json"});
  EXPECT_NE(inspected.out.find("\"series\":100,\"segments\":1,\"blocks\":1,\"rows\":100"),
            std::string::npos)
      << inspected.out;
  EXPECT_EQ(run("export", {path("data")}).out, head + lines);
  const Outcome sound = run("check", {path("data")});
  EXPECT_NE(sound.out.find(" 1 blocks, 100 rows: sound"), std::string::npos) << sound.out;
  damage("needle 150");
  const Outcome checked = run("check", {path("data")});
  EXPECT_EQ(checked.code, 1);
  EXPECT_NE(checked.out.find("block of the series from 1 (m,h=100) on: checksum of a block"),
            std::string::npos)
      << checked.out;
  EXPECT_EQ(run("export", {path("data")}).code, 1);
}

TEST_F(CommandsTest, DamageOfIndexPagesAndLogsIsNamed) {
  for (int i = 1; i < 5; ++i) store->write("m,h=unique v=" + std::to_string(i) + " 1");
  fs::copy(path("data"), path("crashed"), fs::copy_options::recursive);
  store->close();
  damage("m,h=unique");
  const Outcome checked = run("check", {path("data")});
  EXPECT_EQ(checked.code, 1);
  EXPECT_NE(checked.out.find("/index/data.mdb: block of series keys 1 (1)"), std::string::npos)
      << checked.out;
  for (const auto& entry : fs::directory_iterator(path("crashed/log"))) {
    std::fstream log(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    log.seekp(static_cast<std::streamoff>(fs::file_size(entry.path()) / 2));
    log << "\xff\xff";
  }
  const Outcome torn = run("check", {path("crashed")});
  EXPECT_NE(torn.out.find(".log: damage at byte"), std::string::npos) << torn.out;
}

TEST_F(CommandsTest, DamagedPagesEndOnlyTheChild) {
  std::string lines;
  for (int i = 0; i < 3000; ++i) lines += "m,h=" + std::to_string(i) + " v=1 1\n";
  store->write(lines);
  store->close();
  for (const auto& entry : fs::recursive_directory_iterator(path("data/db"))) {
    if (entry.path().string().find("shard") == std::string::npos) continue;
    if (entry.path().filename() == "data.mdb") fs::resize_file(entry.path(), 3 * 4096);
  }
  const Outcome checked = run("check", {path("data")});
  EXPECT_EQ(checked.code, 1);
  EXPECT_NE(checked.out.find("/data.mdb: "), std::string::npos) << checked.out;
}

TEST_F(CommandsTest, BackupAndRestore) {
  store->write("m v=1 1\nm v=2 2");
  const std::string before = store->scan({"m"});
  store->close();
  ASSERT_EQ(run("backup", {path("data"), path("backup")}).code, 0);
  EXPECT_EQ(run("check", {path("backup")}).code, 0);
  EXPECT_EQ(run("restore", {path("backup"), path("restored") + "/"}).code, 0);
  EXPECT_EQ(scan_of("restored", "m"), before);
  const Outcome again = run("restore", {path("backup"), path("restored")});
  EXPECT_EQ(again.code, 1);
  EXPECT_NE(again.err.find("restored is not empty"), std::string::npos) << again.err;
  EXPECT_EQ(run("backup", {path("data"), path("backup")}).code, 1);
  fs::remove(path("backup/BACKUP"));
  EXPECT_NE(run("restore", {path("backup"), path("other")}).err.find("is no complete backup"),
            std::string::npos);
}

TEST_F(CommandsTest, NoStoreAndWrongArguments) {
  EXPECT_EQ(run("inspect", {path("none")}).code, 1);
  EXPECT_NE(run("inspect", {path("none")}).err.find("is no store of storage.lmdb"),
            std::string::npos);
  for (const char* name : {"inspect", "check", "export", "import", "backup", "restore"}) {
    EXPECT_EQ(run(name, {}).code, 2) << name;
    EXPECT_EQ(run(name, {"--nothing"}).code, 2) << name;
    EXPECT_EQ(run(name, {"--help"}).code, 0) << name;
  }
}

TEST(ExportText, FloatsAndNamesAreInfluxs) {
  const auto text = [](double value) {
    std::string out;
    lmdb::append_float(out, value);
    return out;
  };
  EXPECT_EQ(text(1.5), "1.5");
  EXPECT_EQ(text(999999), "999999");
  EXPECT_EQ(text(1e6), "1e+06");
  EXPECT_EQ(text(123456789012), "1.23456789012e+11");
  EXPECT_EQ(text(0.0001), "0.0001");
  EXPECT_EQ(text(0.00001), "1e-05");
  EXPECT_EQ(text(-0.0), "-0");
  EXPECT_EQ(lmdb::create_line("my data", "select"),
            "CREATE DATABASE \"my data\" WITH NAME \"select\"");
  const auto names = lmdb::parse_create_line("create database \"a \\\"b\" with name x");
  ASSERT_TRUE(names);
  EXPECT_EQ(names->database, "a \"b");
  EXPECT_EQ(names->policy, "x");
  EXPECT_FALSE(lmdb::parse_create_line("DROP DATABASE x"));
}

}  // namespace
}  // namespace tickwork::lmdb_test
