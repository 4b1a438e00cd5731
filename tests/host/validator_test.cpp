// SPDX-License-Identifier: MIT
// The judgements of the validator that no plugin of tests/bad brings about.
#include <gtest/gtest.h>
#include <unistd.h>

#include <tickwork/arrow.h>

#include <csignal>
#include <string>
#include <vector>

#include "check/arrow_check.hpp"
#include "check/manifest.hpp"
#include "check/report.hpp"
#include "check/sandbox.hpp"
#include "check/utf8.hpp"

namespace tickwork::host::check {
namespace {

TEST(Utf8, TakesWellFormedTextOnly) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"));
  for (const char* bad : {"\x80", "\xC0\xAF", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80",
                          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xFF", "a\xE2\x82"})
    EXPECT_FALSE(is_utf8(bad)) << bad;
}

// A string column of ["a", "bc"], as valid as can be; each test breaks one thing.
struct Column {
  int32_t offsets[3] = {0, 1, 3};
  char bytes[4] = "abc";
  uint8_t valid[1] = {0b11};
  const void* buffers[3] = {valid, offsets, bytes};
  ArrowSchema schema{};
  ArrowArray array{};
  Column() {
    schema.format = "u";
    schema.name = "host";
    schema.release = [](ArrowSchema*) {};
    array.length = 2;
    array.n_buffers = 3;
    array.buffers = buffers;
    array.release = [](ArrowArray*) {};
  }
  std::string flaw() const { return arrow_flaw(schema, array); }
};

TEST(Arrow, FindsWhatIsBroken) {
  EXPECT_EQ(Column{}.flaw(), "");
  Column c;
  c.offsets[1] = 4;
  EXPECT_EQ(c.flaw(), "column host: offsets go backwards");
  c = Column{};
  c.buffers[0] = c.valid, c.buffers[1] = c.offsets, c.buffers[2] = c.bytes;
  c.array.buffers = c.buffers;
  c.bytes[0] = '\xFF';
  EXPECT_EQ(c.flaw(), "column host: a string is not UTF-8");
  Column nulls;
  nulls.valid[0] = 0b01;
  EXPECT_EQ(nulls.flaw(), "column host: null_count is 0, the bitmap has 1");
  nulls.array.null_count = 1;
  EXPECT_EQ(nulls.flaw(), "");
  Column few;
  few.array.n_buffers = 2;
  EXPECT_EQ(few.flaw(), "column host: format u has 2 buffers, expected 3");
  Column released;
  released.array.release = nullptr;
  EXPECT_EQ(released.flaw(), "column host: the array is released already");
}

TEST(Manifest, NamesEveryFlaw) {
  const char script[] = "export default class extends HTMLElement {}";
  const tw_file files[] = {{"panel.js", "text/javascript", script, sizeof script - 1}, {}};
  const char* good = "id = 'a.b'\nname = 'B'\napi = 1\nelement = 'tw-b'\nmodule = 'panel.js'\n";
  EXPECT_TRUE(manifest_flaws({sizeof(tw_panel), good, files}).empty());
  const char* bad = "id = 'a.b'\nname = 'B'\napi = 2\nelement = 'b'\nmodule = 'x.js'\n";
  EXPECT_EQ(manifest_flaws({sizeof(tw_panel), bad, files}),
            (std::vector<std::string>{"element \"b\" has no hyphen", "api is not 1",
                                      "module \"x.js\" is not among its files"}));
  EXPECT_EQ(manifest_flaws({sizeof(tw_panel), "id = 'a.b'", files})[0],
            "panel.toml: name is required\npanel.toml: api is required\n"
            "panel.toml: element is required\npanel.toml: module is required");
}

TEST(Sandbox, NamesCrashesHangsAndExits) {
  using namespace std::chrono_literals;
  const Subject subject{"/nothing", "", 1};
  const auto run = [&](void (*f)(Case&)) {
    const Outcome o = run_sandboxed({1, "test", f}, subject, 300ms);
    return o.findings.empty() ? "" : o.findings.back().text;
  };
  EXPECT_EQ(run([](Case&) {}), "");
  EXPECT_EQ(run([](Case& c) { c.error("seen"); }), "seen");
  EXPECT_EQ(run([](Case& c) { c.doing("crashing"), std::raise(SIGSEGV); }),
            "crashed with SIGSEGV (crashing)");
  EXPECT_EQ(run([](Case& c) { c.doing("leaving"), _exit(7); }),
            "ended the process with exit code 7 (leaving)");
  EXPECT_EQ(run([](Case& c) {
              c.doing("sleeping");
              for (;;) pause();
            }),
            "did not end in 0 s (sleeping)");
  EXPECT_EQ(run([](Case&) { throw std::runtime_error{"boom"}; }), "threw boom");
}

TEST(Report, EscapesForItsReaders) {
  const FileReport file{"a<b>.so",
                        {{{21, "create-destroy", nullptr}, {{Severity::error, "says \"x\"\n"}}}}};
  EXPECT_TRUE(file.failed());
  EXPECT_NE(json_report({file}).find("\"says \\\"x\\\"\\u000a\""), std::string::npos);
  EXPECT_NE(junit_report({file}).find("name=\"a&lt;b&gt;.so\" tests=\"1\" failures=\"1\""),
            std::string::npos);
  EXPECT_NE(text_report(file, false).find("tickwork-check 1.0: 0/1"), std::string::npos);
}

}  // namespace
}  // namespace tickwork::host::check
