// SPDX-License-Identifier: MIT
// What a running instance is given one option at a time, and how its table is shown.
#include "config/setting.hpp"

#include <gtest/gtest.h>

#include "cli/runtime_changes.hpp"
#include "config/credentials.hpp"
#include "config/toml.hpp"
#include "config/toml_text.hpp"
#include "config_plugins.hpp"

namespace tickwork::host {
namespace {

// "key = value" as TOML, or what is wrong.
std::string understood(std::string_view text, const char* plugin = "inputs.cpu") {
  const auto catalogue = plugins_for_tests();
  const auto setting = read_setting(text, (*catalogue.find(plugin))->options);
  if (!setting) return setting.failure().message;
  return setting->first + " = " + toml_text(setting->second);
}

TEST(Setting, IsTomlOrBareTextWhereTheOptionIsText) {
  EXPECT_EQ(understood("count=12"), "count = 12");
  EXPECT_EQ(understood("ratio=0.5"), "ratio = 0.5");
  EXPECT_EQ(understood("ratio=2.0"), "ratio = 2.0");
  EXPECT_EQ(understood("percpu=false"), "percpu = false");
  EXPECT_EQ(understood("names=[\"a\", 'b']"), "names = [\"a\", \"b\"]");
  EXPECT_EQ(understood("extra={ a = 1, b-c = \"x=y\" }"), "extra = { a = 1, b-c = \"x=y\" }");
  EXPECT_EQ(understood("token=lamp"), "token = \"lamp\"");
  EXPECT_EQ(understood("token=\"lamp\""), "token = \"lamp\"");
  EXPECT_EQ(understood("token=12"), "token = \"12\"");
  EXPECT_EQ(understood("token=two words"), "token = \"two words\"");
  EXPECT_EQ(understood("token="), "token = \"\"");
  EXPECT_EQ(understood("timeout=10s"), "timeout = \"10s\"");
  EXPECT_EQ(understood("timeout=10"), "timeout = 10");
  EXPECT_EQ(understood("limit=64MiB"), "limit = \"64MiB\"");
  EXPECT_EQ(understood("interval=1m"), "interval = \"1m\"") << "an option of the host";
  EXPECT_EQ(understood("Time_Out=1s"), "timeout = \"1s\"") << "the option's own spelling";
}

TEST(Setting, SaysWhatIsNoSetting) {
  EXPECT_EQ(understood("count"), "\"count\" is no KEY=VALUE; write for example interval=10s");
  EXPECT_EQ(understood("=1"), "\"=1\" is no KEY=VALUE; write for example interval=10s");
  EXPECT_EQ(
      understood("count=many"),
      "the value of \"count\" is not TOML; write 10, true, \"text\", [\"a\", \"b\"] or { a = 1 "
      "}, quoted for the shell");
  EXPECT_EQ(understood("names=lamp").substr(0, 32), "the value of \"names\" is not TOML");
}

// The configuration of these files with options of inputs.cpu set, or its mistakes.
std::string with_set(std::string_view toml, std::vector<std::string> settings, ReadMode mode = {}) {
  const auto catalogue = plugins_for_tests();
  Overrides overrides;
  for (const auto& text : settings) {
    auto setting = read_setting(text, (*catalogue.find("inputs.cpu"))->options);
    setting->second.origin = {"set inputs.cpu", 0, 0};
    overrides["inputs.cpu"].push_back(std::move(*setting));
  }
  Sources sources;
  add_source("a.toml", std::string{toml}, mode, sources);
  const auto checked = check_sources(sources, catalogue, mode, overrides);
  std::string out;
  for (const auto& error : checked.errors) out += to_text(error) + "\n";
  if (!out.empty()) return out;
  for (const auto& instance : checked.configuration.instances)
    out += instance.name + "\n" + instance_toml(instance.plugin, instance.raw);
  return out;
}

TEST(Overrides, TakeThePlaceOfWhatTheFileSays) {
  EXPECT_EQ(with_set("[[inputs.cpu]]\ncount = 1\nTimeOut = \"1s\"\n[[inputs.cpu]]\ncount = 2\n",
                     {"count=7", "timeout=2s"}),
            "inputs.cpu\n[[inputs.cpu]]\n  count = 7\n  timeout = \"2s\"\n"
            "inputs.cpu#2\n[[inputs.cpu]]\n  count = 2\n");
}

TEST(Overrides, AreCheckedEvenWhereMistakesAreForgiven) {
  const std::string unknown =
      "set inputs.cpu: inputs.cpu has no option \"cuont\"; did you mean \"count\"?\n";
  EXPECT_EQ(with_set("[[inputs.cpu]]\n", {"cuont=7"}), unknown);
  EXPECT_EQ(with_set("[[inputs.cpu]]\n", {"cuont=7"}, {.lenient = true}), unknown);
  // In a file the host ignores this.
  EXPECT_TRUE(with_set("[[inputs.cpu]]\n", {"interval=7"}).starts_with("set inputs.cpu: "));
  EXPECT_EQ(with_set("[[inputs.cpu]]\ninterval = 7\n", {"count=1"}),
            "inputs.cpu\n[[inputs.cpu]]\n  interval = 7\n  count = 1\n");
}

TEST(InstanceToml, ReadsBackAsItWas) {
  const std::string text =
      "[[inputs.cpu]]\n"
      "  count = -3\n"
      "  token = \"a\\\"b\\\\c\\n\\u0001\"\n"
      "  names = [\"x\", \"y\"]\n"
      "  ratio = 1e+30\n"
      "  [inputs.cpu.extra]\n"
      "    \"two words\" = true\n"
      "  [[inputs.cpu.item]]\n"
      "    a = []\n"
      "  [[inputs.cpu.item]]\n"
      "    b = { c = 1 }\n";
  const auto parsed = parse_toml(text, "t");
  ASSERT_TRUE(std::holds_alternative<Table>(parsed)) << to_text(std::get<Diagnostic>(parsed));
  const auto& kind = std::get<Table>(std::get<Table>(parsed)[0].second.data);
  const auto& list = std::get<Array>(kind[0].second.data);
  const auto written = instance_toml("inputs.cpu", std::get<Table>(list[0].data));
  EXPECT_EQ(written.substr(0, written.find("  [[inputs")), text.substr(0, text.find("  [[inputs")));
  const auto again = parse_toml(written, "t");
  ASSERT_TRUE(std::holds_alternative<Table>(again)) << written;
  EXPECT_TRUE(instance_toml("org.example.config:inputs.cpu", {})
                  .starts_with("[[inputs.\"org.example.config:inputs.cpu\"]]"));
}

TEST(Credentials, AreMaskedInUrlsConnectionStringsAndHeaders) {
  const auto shown = [](const std::string& text) {
    return std::get<std::string>(without_credentials(Value{text, {}}).data);
  };
  EXPECT_EQ(shown("redis://me:s3@cret@localhost:6379/0"), "redis://me:(secret)@localhost:6379/0");
  EXPECT_EQ(shown("amqp://:x@a:1,amqp://u:y@b:2"), "amqp://:(secret)@a:1,amqp://u:(secret)@b:2");
  EXPECT_EQ(shown("http://h:8086/write?u=me&p=s3cret&db=a"),
            "http://h:8086/write?u=me&p=(secret)&db=a");
  EXPECT_EQ(shown("host=a user=me Password=s3cret dbname=b"),
            "host=a user=me Password=(secret) dbname=b");
  for (const char* plain : {"http://localhost:8086/a:b@c", "http://me@host/", "10.0.0.1:80",
                            "SELECT p FROM a WHERE p=1", "mailto:me@host", "p=5", "password="}) {
    EXPECT_EQ(shown(plain), plain);
  }
  Table headers{{"Authorization", Value{std::string{"Bearer s3cret"}, {}}},
                {"Accept", Value{std::string{"text/csv"}, {}}}};
  Table table{{"headers", Value{std::move(headers), {}}},
              {"urls", Value{Array{Value{std::string{"tcp://a:b@c"}, {}}}, {}}}};
  EXPECT_EQ(toml_text(without_credentials(Value{std::move(table), {}})),
            "{ headers = { Authorization = \"(secret)\", Accept = \"text/csv\" }, "
            "urls = [\"tcp://a:(secret)@c\"] }");
}

TEST(RuntimeChanges, AreToldWithSecretsMasked) {
  RuntimeChanges changes;
  changes.removed.insert("inputs.cpu#2");
  changes.added["lamp"] = "[[inputs.cpu]]";
  changes.set["inputs.cpu"]["token"] = {Value{std::string{"s3cret"}, {}}, true};
  changes.set["inputs.cpu"]["count"] = {Value{int64_t{7}, {}}, false};
  EXPECT_EQ(to_text(changes),
            "# removed: inputs.cpu#2\n# added: lamp\n[[inputs.cpu]]\n"
            "# set: inputs.cpu count = 7\n# set: inputs.cpu token = \"(secret)\"\n");
  auto other = changes;
  EXPECT_TRUE(other == changes);
  other.set["inputs.cpu"]["token"].value.data = std::string{"other"};
  EXPECT_FALSE(other == changes);
}

}  // namespace
}  // namespace tickwork::host
