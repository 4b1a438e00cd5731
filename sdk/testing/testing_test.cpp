// SPDX-License-Identifier: MIT
// The fake host, driven through a plugin of every shape that it supports.
#include <gtest/gtest.h>

#include <thread>
#include <tickwork/testing.hpp>
#include <tickwork/tickwork.hpp>

namespace {

using tickwork::testing::Host;
using tickwork::testing::Points;
using tickwork::testing::sorted;

struct Source {
  tickwork::Host host;
  std::string label;
  int64_t every, bytes, last;
  double factor;
  std::vector<std::string> names;
  tickwork::Config config;
  std::thread thread;
  uint64_t timer = 0;

  Source(tickwork::Host h, tickwork::Config c)
      : host{h},
        label{c.str("label")},
        every{c.num("every")},
        bytes{c.num("bytes")},
        last{c.count("limits") ? c.num("limits", c.count("limits") - 1) : 0},
        factor{c.real("factor")},
        names{c.strings("names")},
        config{c} {
    if (label == "bad") throw tickwork::Error{TW_E_INVALID, "label must not be bad"};
  }
  void start() {
    if (label == "emits") thread = std::thread{[this] { emit(1); }};
    if (label == "ticks")
      host.need<tw_timer>().set(
          host.raw(), 5, 10, this, [](void* me) { static_cast<Source*>(me)->emit(2); }, &timer);
  }
  void stop() {
    if (thread.joinable()) thread.join();
  }
  void emit(int v) {
    const std::string name = "emitted";
    const tw_field f{TW_STR("v"), tickwork::value(v)};
    const tw_point p{
        .name = tickwork::str(name), .fields = &f, .n_fields = 1, .time_ns = host.now()};
    host.emit(&p, 1);
  }
  void gather(tickwork::Sink sink) {
    if (label == "fails") throw tickwork::Error{TW_E_IO, "cannot read /x"};
    if (label == "nan") return void(sink.point("m").field("v", 0.0 / 0.0).send());
    sink.point("m")
        .tag("z", "1")
        .tag("a b", label)
        .field("every", every)
        .field("bytes", bytes)
        .field("factor", factor)
        .field("last", last)
        .field("n", names.size())
        .send();
    if (config.count("sub"))
      for (const std::string& key : config.table("sub").keys())
        sink.point("sub").field(key, config.table("sub").str(key.c_str())).time(1).send();
  }
};

struct Reader {
  tickwork::Ref<tw_parser> parser;
  tickwork::Ref<tw_output> peer;
  Reader(tickwork::Host h, tickwork::Config c)
      : parser{h.make<tw_parser>("formats." + c.str("data_format"), nullptr, 0, TW_MAKE_INHERIT)},
        peer{h.find<tw_output>("there")} {}
  void gather(tickwork::Sink sink) {
    size_t used = 0;
    parser.call(&tw_parser::parse, TW_STR("a v=1 5\nb v=2i 6\n"), 1u, &used, sink.raw());
  }
};

struct Doubler {
  std::vector<double> seen;
  Doubler(tickwork::Host, tickwork::Config) {}
  void process(tickwork::Batch batch, tickwork::Sink sink) {
    for (const tw_point& p : batch) sink.add(p), sink.add(p);
  }
  void add(tickwork::Batch batch) {
    for (const tw_point& p : batch) seen.push_back(p.fields[0].value.as.f);
  }
  void push(tickwork::Sink sink) { sink.point("n").field("n", seen.size()).send(); }
  void write(tickwork::Batch batch) {
    if (batch.size() > 2) throw tickwork::Error{TW_PARTIAL, "took 2"};
  }
  void save(tickwork::Writer w) { w.write(std::to_string(seen.size())); }
  void load(std::string_view s) {
    if (s.empty()) throw tickwork::Error{TW_E_INVALID, "empty"};
    seen.resize(static_cast<size_t>(s[0] - '0'));
  }
};

constexpr tw_option source_options[] = {{"label", TW_OPT_STRING, 0, "\"plain\"", "Label"},
                                        {"every", TW_OPT_DURATION, 0, "\"1m30s\"", "Duration"},
                                        {"bytes", TW_OPT_SIZE, 0, "\"2KiB\"", "Size"},
                                        {"factor", TW_OPT_FLOAT, 0, "1", "Factor"},
                                        {"limits", TW_OPT_INT, TW_LIST, "[1, 2]", "Limits"},
                                        {"names", TW_OPT_STRING, TW_LIST, "[]", "Names"},
                                        {"sub", TW_OPT_TABLE, 0, nullptr, "Table"},
                                        {}};
constexpr tw_option reader_options[] = {{"data_format", TW_OPT_STRING, 0, "\"influx\"", "Format"},
                                        {"must", TW_OPT_INT, TW_REQUIRED, nullptr, "Needed"},
                                        {}};

TEST(FakeHost, FillsInDefaults) {
  Host host;
  EXPECT_EQ(host.gather("inputs.source"),
            "m,a\\ b=plain,z=1 every=90000000000i,bytes=2048i,factor=1,last=2i,n=0u");
}

TEST(FakeHost, ReadsToml) {
  Host host{
      "label = 'x'\nevery = 2\nbytes = 5\nfactor = 0.5\nlimits = [7]\nnames = ['a', 'b']\n"
      "interval = '10s'\n[sub]\nz = 'last'\na = 'first'\n"};
  EXPECT_EQ(host.gather("inputs.source"),
            "m,a\\ b=x,z=1 every=2000000000i,bytes=5i,factor=0.5,last=7i,n=2u\n"
            "sub z=\"last\" 1\nsub a=\"first\" 1");
}

TEST(FakeHost, NamesMistakesInOptions) {
  Host host{"labell = 'x'\nevery = 'soon'\nlimits = 3"};
  EXPECT_EQ(host.create("inputs.source").error(),
            "inputs.source has no option \"labell\"\n"
            "inputs.source: every must be a duration\n"
            "inputs.source: limits must be an array, each an integer");
  EXPECT_EQ(host.create("inputs.reader", "").error(), "inputs.reader: must is required");
  EXPECT_EQ(host.create("inputs.source", "label = 'bad'").error(), "label must not be bad");
  EXPECT_FALSE(host.create("inputs.source", "label = 'bad'"));
  EXPECT_THROW(host.create("inputs.nothing"), std::invalid_argument);
}

TEST(FakeHost, KeepsErrorsOfCalls) {
  Host host{"label = 'fails'"};
  auto source = host.create("inputs.source");
  ASSERT_EQ(source.start(), "");
  EXPECT_EQ(source.gather(), "");
  EXPECT_EQ(source.error(), "cannot read /x");
  EXPECT_EQ(source.status(), TW_E_IO);
  EXPECT_EQ(source.stop(), "");
  EXPECT_EQ(source.start(), "") << "start after stop is allowed";
}

TEST(FakeHost, ComplainsAboutBadPoints) {
  Host host{"label = 'nan'"};
  EXPECT_EQ(host.gather("inputs.source"), "");
  ASSERT_EQ(host.complaints().size(), 1u);
  EXPECT_EQ(host.complaints()[0], "inputs.source: field \"v\" is not finite of \"m\"");
}

TEST(FakeHost, CollectsWhatThreadsEmit) {
  Host host{"label = 'emits'"};
  auto source = host.create("inputs.source");
  source.start();
  ASSERT_TRUE(host.wait_emitted(1));
  EXPECT_EQ(host.emitted(), "emitted v=1i 1704067200000000000");
  EXPECT_EQ(host.emitted(), "");
}

TEST(FakeHost, FiresTimersAtTheirTimes) {
  Host host{"label = 'ticks'"};
  host.set_now(100);
  auto source = host.create("inputs.source");
  source.start();
  host.advance(std::chrono::nanoseconds{25});
  EXPECT_EQ(host.emitted(), "emitted v=2i 105\nemitted v=2i 115\nemitted v=2i 125");
  EXPECT_EQ(host.now(), 125);
  source.stop();
  host.advance(std::chrono::nanoseconds{25});
  EXPECT_EQ(host.emitted(), "");
}

TEST(FakeHost, MakesParsersAndFindsWhatTheTestProvides) {
  Host host{"must = 1\ninflux_anything = 3"};
  EXPECT_EQ(host.create("inputs.reader").error(),
            "no instance \"there\" with tw.output/1; the test provides none");
  auto doubler = host.create("processors.doubler", "");
  host.provide(TW_OUTPUT, "there", doubler);
  EXPECT_EQ(host.gather("inputs.reader"), "a v=1 5\nb v=2i 6");
}

TEST(FakeHost, DrivesEveryKind) {
  Host host;
  auto d = host.create("processors.doubler");
  ASSERT_EQ(d.start(), "");
  EXPECT_EQ(d.process("a,t=1 v=1 5"), "a,t=1 v=1 5\na,t=1 v=1 5");
  EXPECT_EQ(d.add("a v=1\na v=2"), "");
  EXPECT_EQ(d.push(), "n n=2u");
  EXPECT_EQ(d.write("a v=1"), "");
  EXPECT_EQ(d.write("a v=1\na v=2\na v=3"), "took 2");
  EXPECT_EQ(d.status(), TW_PARTIAL);
  EXPECT_EQ(d.save(), "2");
  auto e = host.create("processors.doubler");
  EXPECT_EQ(e.load(""), "empty");
  EXPECT_EQ(e.load("3"), "");
  auto f = host.create("formats.influx");
  f.start();
  EXPECT_EQ(f.parse("a v=1 5\nb v=", false), "a v=1 5");
  EXPECT_EQ(f.used(), 8u);
  EXPECT_EQ(f.serialize("a v=\"x y\" 5"), "a v=\"x y\" 5\n");
}

TEST(FakeHost, SaysAgainWhenFullAndNothingWhenBare) {
  Host host;
  auto d = host.create("processors.doubler");
  d.start();
  host.set_full(true);
  EXPECT_EQ(d.process("a v=1"), "");
  host.set_bare(true);
  EXPECT_EQ(d.host()->ext(d.host(), TW_EMIT), nullptr);
}

TEST(Points, ReadAndPrintLineProtocol) {
  const char* text =
      "cpu\\,x,host=a\\ b,zone=z\\=1 f=1.5,i=-3i,u=4u,b=true,s=\"say \\\"hi\\\"\" 99";
  EXPECT_EQ(Points{text}.text(), text);
  EXPECT_EQ(Points{"m b=f\n\n# note\n n v=2\n"}.text(), "m b=false\nn v=2");
  EXPECT_EQ(std::string(Points{"m,b=1,a=2 v=1"}[0].series.data), "m,b=1,a=2");
  EXPECT_EQ(Points{"m,b=1,a=2 v=1"}.text(), "m,a=2,b=1 v=1") << "tags are sorted";
  EXPECT_THROW(Points{"m"}, std::invalid_argument);
  EXPECT_THROW(Points{"m v=x"}, std::invalid_argument);
  EXPECT_THROW(Points{",t=1 v=1"}, std::invalid_argument);
  EXPECT_EQ(sorted("b\na\nc"), "a\nb\nc");
}

}  // namespace

TICKWORK_MODULE("org.tickwork.test", "0.1.0", "MIT",
                tickwork::plugin<Source>("inputs.source", "Test input", source_options),
                tickwork::plugin<Reader>("inputs.reader", "Test reader", reader_options),
                tickwork::plugin<Doubler>("processors.doubler", "Test processor"));
