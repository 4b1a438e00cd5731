// SPDX-License-Identifier: MIT
// Tasks fed with points: what comes out of nodes, alerts and endpoints.
#include "task.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "topic.hpp"

namespace tickwork::stream {
namespace {

constexpr int64_t second = 1'000'000'000;

struct Heard : Notifier {
  std::vector<Event>& events;
  explicit Heard(std::vector<Event>& e) : events{e} {}
  void notify(const Event& event) override { events.push_back(event); }
};

struct TaskTest : testing::Test {
  std::vector<std::string> lines;
  std::vector<Event> events;
  std::vector<PointPtr> written;
  std::map<std::string, std::string> kept;
  std::vector<std::function<void()>> timers;
  std::atomic<int64_t> clock{1000 * second};  // tasks read it on their threads
  Services services;
  std::unique_ptr<Topics> topics;
  std::unique_ptr<Task> task;
  Options made_options;

  TaskTest() { open_topics(); }
  ~TaskTest() override { task.reset(); }

  void open_topics() {
    topics = std::make_unique<Topics>(
        Keeper{[this](auto& key) { return kept[key]; },
               [this](auto& key, auto& value) { kept[key] = value; }},
        [this](int, auto& line) { lines.push_back(line); }, [this] { return clock.load(); });
    services.topics = topics.get();
    services.now = [this] { return clock.load(); };
    services.log = [this](int, const std::string& line) { lines.push_back(line); };
    services.write = [this](auto&, auto&, auto& points) {
      written.insert(written.end(), points.begin(), points.end());
    };
    services.make_notifier = [this](const std::string&, const Options& options) {
      made_options = options;
      return std::make_shared<Heard>(events);
    };
    services.every = [this](int64_t, int64_t, std::function<void()> fire) {
      return timers.push_back(fire), timers.size();
    };
    services.cancel = [](uint64_t) {};
  }

  void define(const std::string& script, const Overrides& overrides = {}) {
    auto pipeline = compile_script(script, overrides, {[](auto& n) { return n == "double"; }, {}});
    task = std::make_unique<Task>("t", std::move(pipeline),
                                  std::vector<DatabaseRetention>{{"db", "rp"}}, services);
    task->start();
  }
  void feed(const std::string& host, int64_t seconds, double value,
            const std::string& name = "cpu") {
    auto p = std::make_shared<Point>();
    p->name = name;
    p->database = "db";
    p->retention = "rp";
    p->tags = {{"host", host}};
    p->fields = {{"value", Value::of(value)}};
    p->time = seconds * second;
    task->feed(std::make_shared<Points>(Points{p}), false);
  }
  std::string out() {
    task->wait_idle();
    topics->wait_idle();
    std::string json;
    return task->endpoint("out", json) ? json : "none";
  }
  std::string error(const std::string& script) {
    try {
      define(script);
      return "no error";
    } catch (const ScriptError& e) {
      return e.what();
    }
  }
};

TEST_F(TaskTest, HttpOutShowsTheLatestRowOfEachGroup) {
  define("stream|from().measurement('cpu').groupBy('host')|httpOut('out')");
  EXPECT_EQ(out(), "{\"series\":null}");
  feed("b", 1, 1);
  feed("a", 2, 2.5);
  feed("b", 3, 3);
  EXPECT_EQ(out(),
            "{\"series\":[{\"name\":\"cpu\",\"tags\":{\"host\":\"b\"},\"columns\":[\"time\","
            "\"value\"],\"values\":[[\"1970-01-01T00:00:03Z\",3]]},"
            "{\"name\":\"cpu\",\"tags\":{\"host\":\"a\"},\"columns\":[\"time\",\"value\"],"
            "\"values\":[[\"1970-01-01T00:00:02Z\",2.5]]}]}");
}

TEST_F(TaskTest, FromFiltersAndStopsAtErrors) {
  define(
      "stream|from().measurement('cpu').where(lambda: \"value\" > 1.0).where(lambda: \"host\" == "
      "'a')|httpOut('out')");
  feed("a", 1, 0.5);
  feed("b", 1, 5);
  feed("a", 1, 5, "mem");
  EXPECT_EQ(out(), "{\"series\":null}");
  feed("a", 2, 5);
  EXPECT_NE(out().find("00:00:02Z"), std::string::npos);
}

// A window is [close - period, close); the point that closes it belongs to the next; the result's
// time is the close.
TEST_F(TaskTest, WindowMeanTakesTheClosingTime) {
  define(
      "stream|from().measurement('cpu')|window().period(10s).every(10s)|mean('value')|httpOut('out'"
      ")");
  for (int64_t t = 0; t < 10; ++t) feed("a", t, static_cast<double>(t));
  EXPECT_EQ(out(), "{\"series\":null}");
  feed("a", 10, 100);
  EXPECT_EQ(out(),
            "{\"series\":[{\"name\":\"cpu\",\"columns\":[\"time\",\"mean\"],\"values\":[[\"1970-01-"
            "01T00:00:10Z\",4.5]]}]}");
}

TEST_F(TaskTest, AlignedWindowsCloseOnMultiples) {
  define("stream|from()|window().period(10s).every(10s).align()|count('value')|httpOut('out')");
  feed("a", 7, 1);
  feed("a", 9, 1);
  feed("a", 14, 1);
  EXPECT_NE(out().find("[\"1970-01-01T00:00:10Z\",2]"), std::string::npos) << out();
}

TEST_F(TaskTest, EmptyWindowsCountZero) {
  define("stream|from()|window().period(2s).every(10s)|count('value')|httpOut('out')");
  feed("a", 0, 1);
  feed("a", 30, 1);
  EXPECT_NE(out().find("[\"1970-01-01T00:00:10Z\",0]"), std::string::npos) << out();
}

TEST_F(TaskTest, SlidingWindowsAreOpenOnTheLeft) {
  define("stream|from()|window().period(3s)|sum('value')|httpOut('out')");
  for (int64_t t = 1; t <= 4; ++t) feed("a", t, static_cast<double>(t));
  EXPECT_NE(out().find("[\"1970-01-01T00:00:04Z\",9]"), std::string::npos) << out();
}

TEST_F(TaskTest, CountWindows) {
  define("stream|from()|window().periodCount(3).everyCount(2)|sum('value')|httpOut('out')");
  for (int64_t t = 1; t <= 4; ++t) feed("a", t, static_cast<double>(t));
  EXPECT_NE(out().find("[\"1970-01-01T00:00:04Z\",9]"), std::string::npos) << out();
}

TEST_F(TaskTest, SelectorsRenameAndKeepTags) {
  define("stream|from()|window().period(10s).every(10s)|max('value')|httpOut('out')");
  feed("a", 0, 1);
  feed("b", 1, 9);
  feed("a", 10, 0);
  EXPECT_EQ(out(),
            "{\"series\":[{\"name\":\"cpu\",\"tags\":{\"host\":\"b\"},\"columns\":[\"time\","
            "\"max\"],\"values\":[[\"1970-01-01T00:00:10Z\",9]]}]}");
}

TEST_F(TaskTest, PercentileIsNearestRank) {
  define("stream|from()|window().period(10s).every(10s)|percentile('value', 50.0)|httpOut('out')");
  for (int64_t t = 0; t < 4; ++t) feed("a", t, static_cast<double>(t + 1));
  feed("a", 10, 0);
  EXPECT_NE(out().find(",2]"), std::string::npos) << out();
}

TEST_F(TaskTest, EvalKeepsOnlyResultsUnlessTold) {
  define(
      "stream|from()|eval(lambda: \"value\" * 2.0, lambda: \"twice\" + 1.0).as('twice', "
      "'more')|httpOut('out')");
  feed("a", 1, 2);
  EXPECT_NE(
      out().find(
          "\"columns\":[\"time\",\"more\",\"twice\"],\"values\":[[\"1970-01-01T00:00:01Z\",5,4]]"),
      std::string::npos)
      << out();
  define(
      "stream|from()|eval(lambda: \"value\" * 2.0, lambda: 'x').as('twice', "
      "'kind').tags('kind').keep('twice', 'value')|httpOut('out')");
  feed("a", 1, 2);
  EXPECT_NE(out().find("\"kind\":\"x\"},\"columns\":[\"time\",\"twice\",\"value\"]"),
            std::string::npos)
      << out();
}

TEST_F(TaskTest, DerivativePerUnit) {
  define("stream|from()|derivative('value').unit(10s).nonNegative().as('rate')|httpOut('out')");
  feed("a", 0, 10);
  EXPECT_EQ(out(), "{\"series\":null}");
  feed("a", 5, 20);
  EXPECT_NE(out().find(",20,20]"), std::string::npos) << out();
  feed("a", 6, 0);
  EXPECT_NE(out().find("00:00:05Z"), std::string::npos);
}

TEST_F(TaskTest, StateDurationAndCount) {
  define(
      "stream|from()|stateDuration(lambda: \"value\" > 5.0)|stateCount(lambda: \"value\" > "
      "5.0)|httpOut('out')");
  feed("a", 0, 9);
  feed("a", 4, 9);
  EXPECT_NE(out().find(",2,4,9]"), std::string::npos) << out();
  feed("a", 5, 1);
  EXPECT_NE(out().find(",-1,-1,1]"), std::string::npos) << out();
}

TEST_F(TaskTest, AlertsFollowLevels) {
  define(
      "stream|from().groupBy('host')|alert().info(lambda: \"value\" > 1.0).crit(lambda: \"value\" "
      "> 10.0).log('/tmp/x')");
  for (double v : {0.0, 2.0, 20.0, 20.0, 0.0, 0.0})
    feed("a", static_cast<int64_t>(events.size()) * 0 + ++clock % 100, v);
  out();
  std::string levels;
  for (auto& e : events) levels += std::string{name(e.state.level)} + "<" + name(e.previous) + " ";
  EXPECT_EQ(levels, "INFO<OK CRITICAL<INFO CRITICAL<CRITICAL OK<CRITICAL ");
  EXPECT_EQ(events[0].id, "cpu:host=a");
  EXPECT_EQ(events[0].state.message, "cpu:host=a is INFO");
}

TEST_F(TaskTest, EventJson) {
  define(
      "stream|from()|window().period(10s).every(10s)|count('value')|alert().crit(lambda: \"count\" "
      "> 5).details('<{{ .ID }}>').log('/x')");
  for (int64_t t = 0; t <= 10; ++t) feed("a", t, 1);
  out();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].json(),
            "{\"id\":\"cpu:nil\",\"message\":\"cpu:nil is "
            "CRITICAL\",\"details\":\"\\u003ccpu:nil\\u003e\",\"time\":\"1970-01-01T00:00:10Z\","
            "\"duration\":0,\"level\":\"CRITICAL\",\"data\":{\"series\":[{\"name\":\"cpu\","
            "\"columns\":[\"time\",\"count\"],"
            "\"values\":[[\"1970-01-01T00:00:10Z\",10]]}]},\"previousLevel\":\"OK\","
            "\"recoverable\":true}");
}

TEST_F(TaskTest, StateChangesOnlyWithReminder) {
  define("stream|from()|alert().crit(lambda: \"value\" > 1.0).stateChangesOnly(10s).log('/x')");
  for (int64_t t : {0, 4, 8, 12}) feed("a", t, 5);
  out();
  EXPECT_EQ(events.size(), 2u);
  EXPECT_EQ(events[1].state.time, 12 * second);
  EXPECT_EQ(events[1].state.duration, 12 * second);
}

TEST_F(TaskTest, ResetsHoldALevel) {
  define(
      "stream|from()|alert().warn(lambda: \"value\" > 10.0).warnReset(lambda: \"value\" < "
      "5.0).log('/x')");
  int64_t t = 0;
  for (double v : {11.0, 7.0, 4.0}) feed("a", ++t, v);
  out();
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[1].state.level, warning);
  EXPECT_EQ(events[2].state.level, ok);
}

TEST_F(TaskTest, AlertStateSurvivesARestart) {
  auto script = "stream|from()|alert().crit(lambda: \"value\" > 1.0).stateChangesOnly().log('/x')";
  define(script);
  feed("a", 1, 5);
  out();
  task.reset();
  open_topics();
  define(script);
  feed("a", 2, 5);
  out();
  EXPECT_EQ(events.size(), 1u);  // still critical: no change, nothing said
  feed("a", 3, 0);
  out();
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[1].previous, critical);
}

TEST_F(TaskTest, AlertPassesOnOnlyWhatItSent) {
  define(
      "stream|from()|alert().crit(lambda: \"value\" > "
      "1.0).levelTag('level').idField('id')|httpOut('out')");
  feed("a", 1, 0);
  EXPECT_EQ(out(), "{\"series\":null}");
  feed("a", 2, 5);
  EXPECT_NE(out().find("\"level\":\"CRITICAL\""), std::string::npos) << out();
}

TEST_F(TaskTest, HandlerPropertiesBecomeOptions) {
  define(
      "stream|from()|alert().crit(lambda: "
      "TRUE).post('http://h/').header('a','b').header('c','d').captureResponse().timeout(5s)");
  ASSERT_EQ(made_options.size(), 4u);
  EXPECT_EQ(made_options[0].name, "url");
  EXPECT_EQ(made_options[1].name, "headers");
  EXPECT_EQ(made_options[1].values[1].text, "c: d");
  EXPECT_EQ(made_options[2].name, "capture_response");
  EXPECT_EQ(made_options[3].values[0].integer, 5 * second);
}

TEST_F(TaskTest, NamedTopicsAndMatch) {
  EXPECT_EQ(topics->add_handler("team", {"h", "log", "changed() == TRUE AND \"host\" == 'a'", "{}"},
                                std::make_shared<Heard>(events)),
            "");
  define("stream|from().groupBy('host')|alert().crit(lambda: \"value\" > 1.0).topic('team')");
  feed("a", 1, 5);
  feed("a", 2, 5);
  feed("b", 3, 5);
  out();
  EXPECT_EQ(events.size(), 1u);
  EXPECT_EQ(topics->list("", ok)[0].collected, 3);
  EXPECT_EQ(topics->events("team", warning).size(), 2u);
}

TEST_F(TaskTest, InnerJoinMatchesTimes) {
  define(
      "var a = stream|from().measurement('a')\nvar b = stream|from().measurement('b')\n"
      "a|join(b).as('a','b').tolerance(2s)|eval(lambda: \"a.value\" + "
      "\"b.value\").as('sum')|httpOut('out')");
  feed("x", 10, 1, "a");
  feed("x", 11, 2, "b");
  EXPECT_EQ(out(), "{\"series\":null}");  // 11 s rounds up to 12 s, 10 s stays: no match
  feed("x", 12, 5, "a");
  EXPECT_NE(out().find("[\"1970-01-01T00:00:12Z\",7]"), std::string::npos) << out();
}

TEST_F(TaskTest, UnionWaitsForBothSides) {
  define(
      "var a = stream|from().measurement('a')\nvar b = "
      "stream|from().measurement('b')\na|union(b).rename('u')|httpOut('out')");
  feed("x", 1, 1, "a");
  EXPECT_EQ(out(), "{\"series\":null}");
  feed("x", 2, 2, "b");
  EXPECT_NE(out().find("\"name\":\"u\""), std::string::npos);
  EXPECT_NE(out().find("00:00:01Z"), std::string::npos) << out();
}

TEST_F(TaskTest, DeadmanNumbersAndFires) {
  define("stream|from().groupBy('host')|deadman(0.0, 10s).log('/x')");
  std::string kinds;
  for (auto& node : task->pipeline().nodes) kinds += node->label + " ";
  EXPECT_EQ(kinds, "stream0 from1 stats2 noop3 derivative4 alert5 ");
  feed("a", 1, 1);
  out();
  for (int i = 0; i < 2; ++i) {
    timers[0]();
    out();
    clock += 10 * second;
  }
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].state.message, "host=a:from1 for task 't' is dead: 0.000 points/10s.");
}

TEST_F(TaskTest, InfluxDBOutBuffers) {
  define(
      "stream|from()|influxDBOut().database('o').retentionPolicy('r').measurement('m').tag('k','v')"
      ".buffer(2)");
  feed("a", 1, 1);
  out();
  EXPECT_TRUE(written.empty());
  feed("a", 2, 1);
  out();
  ASSERT_EQ(written.size(), 2u);
  EXPECT_EQ(written[0]->name, "m");
  EXPECT_EQ(written[0]->database, "o");
  EXPECT_EQ(*find(written[0]->tags, "k"), "v");
}

TEST_F(TaskTest, VarsSubstituteAndLambdasInline) {
  define(
      "var limit = 2.0 * 5.0\nvar over = lambda: \"value\" > limit\nvar tags = ['host']\n"
      "stream|from().groupBy(tags).where(lambda: over AND TRUE)|httpOut('out')");
  feed("a", 1, 9);
  EXPECT_EQ(out(), "{\"series\":null}");
  feed("a", 1, 11);
  EXPECT_NE(out(), "{\"series\":null}");
}

TEST_F(TaskTest, ScriptErrorsSayWhereAndWhat) {
  EXPECT_EQ(error("stream|from().measurement(\"cpu\")"),
            "line 1 char 15: cannot assign *ast.ReferenceNode to type string, did you use double "
            "quotes instead of single quotes?");
  EXPECT_EQ(error("stream|from()|foo()"),
            "line 1 char 15: no method or property \"foo\" on *pipeline.FromNode");
  EXPECT_EQ(error("stream|from().window()"),
            "line 1 char 15: no property method \"window\" on *pipeline.FromNode, but chaining "
            "method does exist. Use '|' operator instead");
  EXPECT_EQ(error("stream|from()|measurement('a')"),
            "line 1 char 15: no chaining method \"measurement\" on *pipeline.FromNode, but "
            "property does exist. Use '.' operator instead");
  EXPECT_EQ(error("var x = 1\nvar x = 2"),
            "line 2 char 1: attempted to redefine x, vars are immutable");
  EXPECT_EQ(error("stream|from()|window().period(1s).every(1s)|window()"),
            "line 1 char 45: cannot Window batch edge");
  EXPECT_EQ(error("stream|from().groupBy(*, 'a')"),
            "line 1 char 15: cannot group by both '*' and named dimensions.");
  EXPECT_EQ(error("var x int\nstream|from()"), "line 1 char 1: missing value for var \"x\".");
  EXPECT_EQ(error("stream|from()|deadman(1, 10s)"),
            "line 1 char 15: error calling func \"deadman\" on obj *pipeline.FromNode: reflect: "
            "Call using int64 as type float64");
  EXPECT_EQ(error("stream|from()|httpOut('a')|httpOut('a')"),
            "route already registered for endpoint \"a\"");
}

TEST_F(TaskTest, BatchQueriesAskForTheirRange) {
  std::string asked;
  services.query = [&](const std::string& text) {
    asked = text;
    return std::vector<Series>{
        {"cpu",
         {{"host", "a"}},
         {{980 * second, {{"v", Value::of(3.0)}}}, {990 * second, {{"v", Value::of(5.0)}}}}}};
  };
  define(
      "batch|query('SELECT v FROM \"db\".\"rp\".cpu WHERE dc = "
      "\\'x\\'').period(1m).every(10s).offset(5s).groupBy('host')|mean('v')|httpOut('out')");
  ASSERT_EQ(timers.size(), 1u);
  timers[0]();
  EXPECT_EQ(out(),
            "{\"series\":[{\"name\":\"cpu\",\"tags\":{\"host\":\"a\"},\"columns\":[\"time\","
            "\"mean\"],\"values\":[[\"1970-01-01T00:16:35Z\",4]]}]}");
  EXPECT_EQ(asked,
            "SELECT v FROM db.rp.cpu WHERE (dc = 'x') AND time >= '1970-01-01T00:15:35Z' AND time "
            "< '1970-01-01T00:16:35Z' GROUP BY host");
}

TEST_F(TaskTest, FlattenNamesFieldsByTags) {
  define("stream|from()|flatten().on('host').tolerance(2s)|httpOut('out')");
  feed("a", 10, 1);
  feed("b", 10, 2);
  EXPECT_EQ(out(), "{\"series\":null}");
  feed("a", 20, 3);
  EXPECT_EQ(out(),
            "{\"series\":[{\"name\":\"cpu\",\"columns\":[\"time\",\"a.value\",\"b.value\"],"
            "\"values\":[[\"1970-01-01T00:00:10Z\",1,2]]}]}");
}

TEST_F(TaskTest, CombineChoosesPairs) {
  define("stream|from()|combine(lambda: \"host\" == 'a', lambda: TRUE).as('x','y')|httpOut('out')");
  feed("b", 10, 2);
  feed("a", 10, 1);
  feed("a", 20, 0);
  EXPECT_EQ(out(),
            "{\"series\":[{\"name\":\"cpu\",\"tags\":{\"x.host\":\"a\",\"y.host\":\"b\"},"
            "\"columns\":[\"time\",\"x.value\",\"y.value\"],"
            "\"values\":[[\"1970-01-01T00:00:10Z\",1,2]]}]}");
}

TEST_F(TaskTest, BarriersCloseWindows) {
  define(
      "stream|from()|barrier().idle(10s)|window().period(5s).every(5s)|count('value')|httpOut('out'"
      ")");
  feed("a", 1, 1);
  feed("a", 2, 1);
  EXPECT_EQ(out(), "{\"series\":null}");
  clock += 10 * second;
  timers[0]();
  EXPECT_NE(out().find("[\"1970-01-01T00:00:06Z\",2]"), std::string::npos) << out();
}

TEST_F(TaskTest, HttpPostPassesOnTheStatus) {
  define(
      "stream|from()|httpPost('http://127.0.0.1:1/{{ .Name "
      "}}').codeField('code').timeout(1s)|httpOut('out')");
  feed("a", 1, 1);
  EXPECT_NE(out().find(",0,1]"), std::string::npos) << out();  // nobody listens on port 1
  ASSERT_FALSE(lines.empty());
  EXPECT_NE(lines[0].find("http://127.0.0.1:1/cpu"), std::string::npos) << lines[0];
}

TEST_F(TaskTest, BatchQueriesAreChecked) {
  services.query = [](const std::string&) { return std::vector<Series>{}; };
  EXPECT_EQ(error("batch|query('SELECT v FROM \"x\".\"y\".cpu').period(1m).every(10s)"),
            "batch query is not allowed to request data from \"x\".\"y\"");
  EXPECT_NE(
      error("batch|query('SHOW DATABASES').every(1s)").find("query is not a select statement"),
      std::string::npos);
  EXPECT_EQ(error("batch|query('SELECT v FROM a').period(1m)"),
            "must define one of 'every' or 'cron'");
}

TEST_F(TaskTest, FailingTemplatesEndTheTask) {
  define("stream|from()|alert().crit(lambda: TRUE).message('{{ .Nope }}')|httpOut('out')");
  feed("a", 1, 1);
  EXPECT_EQ(out(), "none");
  EXPECT_NE(task->error().find("can't evaluate field Nope"), std::string::npos);
}

}  // namespace
}  // namespace tickwork::stream
