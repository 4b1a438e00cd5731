// SPDX-License-Identifier: MIT
#include "kit/gotemplate/gotemplate.hpp"

#include <gtest/gtest.h>

namespace tickwork::gotemplate {
namespace {

Value text(const char* s) { return Value::of(std::string{s}); }

Value event() {
  return Value::map(Missing::error,
                    {{"Name", text("cpu")},
                     {"Group", text("host=a")},
                     {"Tags", Value::map(Missing::empty, {{"dc", text("x")}, {"host", text("a")}})},
                     {"Fields", Value::map(Missing::no_value, {{"big", Value::of(1e6)},
                                                               {"n", Value::of(int64_t{10})},
                                                               {"v", Value::of(97.1)}})},
                     {"Level", text("CRITICAL")},
                     {"Time", Value::time(31536010'000000000)},
                     {"Duration", Value::duration(60'000000000)}});
}

std::string render(std::string_view source, Escape escape = Escape::none) {
  auto parsed = Template::parse("t", source);
  if (!parsed.value) return parsed.error;
  std::string out, error;
  return parsed.value->render(event(), escape, out, error) ? out : error;
}

TEST(Template, FieldsAndMaps) {
  EXPECT_EQ(render("{{ .Name }}:{{.Group}} {{ index .Tags \"host\" }}{{ .Tags.dc }}"),
            "cpu:host=a ax");
  EXPECT_EQ(render("[{{ index .Tags \"no\" }}] {{ index .Fields \"no\" }}"), "[] <no value>");
  EXPECT_EQ(render("{{ .Nope }}"), "template: t:1: executing \"t\": can't evaluate field Nope");
}

TEST(Template, GoPrintsValues) {
  EXPECT_EQ(render("{{ index .Fields \"n\" }} {{ .Fields.v }} {{ .Fields.big }}"), "10 97.1 1e+06");
  EXPECT_EQ(render("{{ .Time }}"), "1971-01-01 00:00:10 +0000 UTC");
  EXPECT_EQ(render("{{ .Duration }}"), "1m0s");
  EXPECT_EQ(render("{{ .Tags }}"), "map[dc:x host:a]");
}

TEST(Template, Printf) {
  EXPECT_EQ(render("{{ index .Fields \"v\" | printf \"%0.2f\" }}"), "97.10");
  EXPECT_EQ(render("{{ printf \"%s-%05d|%-4s|%v%%\" .Name 42 \"a\" true }}"),
            "cpu-00042|a   |true%");
  EXPECT_EQ(render("{{ printf \"%d\" .Name }}"), "%!d(string=cpu)");
  EXPECT_EQ(render("{{ printf \"%d %d\" 1 }}"), "1 %!d(MISSING)");
}

TEST(Template, Conditions) {
  auto source =
      "{{ if eq .Level \"OK\" }}ok{{ else if eq .Level \"CRITICAL\" }}bad{{ else }}hm{{ end }}";
  EXPECT_EQ(render(source), "bad");
  EXPECT_EQ(render("{{ if and (gt .Fields.v 97.0) (ne .Name \"mem\") }}y{{ end }}"), "y");
  EXPECT_EQ(render("{{ if not (or false 0) }}y{{ end }}"), "y");
  EXPECT_EQ(render("{{ if lt .Fields.n 9.5 }}y{{ end }}"),
            "template: t:1: executing \"t\": error calling lt: incompatible types for comparison");
}

TEST(Template, RangeWithAndVariables) {
  EXPECT_EQ(render("{{ range $k, $v := .Tags }}{{ $k }}={{ $v }};{{ end }}"), "dc=x;host=a;");
  EXPECT_EQ(render("{{ with .Tags.host }}<{{ . }}>{{ else }}none{{ end }}"), "<a>");
  EXPECT_EQ(render("{{ with index .Tags \"q\" }}x{{ else }}none{{ end }}"), "none");
  EXPECT_EQ(render("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}"), "2");
}

TEST(Template, TrimsAndComments) {
  EXPECT_EQ(render("a  {{- .Name -}}  b {{/* no */}}c"), "acpub c");
}

TEST(Template, Methods) {
  EXPECT_EQ(render("{{ .Time.Format \"2006-01-02T15:04:05Z07:00 Mon Jan 2\" }}"),
            "1971-01-01T00:00:10Z Fri Jan 1");
  EXPECT_EQ(render("{{ .Time.Unix }} {{ .Duration.Seconds }}"), "31536010 60");
}

TEST(Template, HtmlEscapesActionsOnly) {
  EXPECT_EQ(render("<b>{{ print \"<\" .Name \"'\" }}</b>", Escape::html), "<b>&lt;cpu&#39;</b>");
  EXPECT_EQ(render("{{ json .Tags }}", Escape::html),
            "{&#34;dc&#34;:&#34;x&#34;,&#34;host&#34;:&#34;a&#34;}\n");
  EXPECT_EQ(render("{{ jsonCompact .Fields }}"), "{\"big\":1000000,\"n\":10,\"v\":97.1}");
}

TEST(Template, ParseErrors) {
  EXPECT_EQ(render("{{ .Name"), "template: t:1: unclosed action");
  EXPECT_EQ(render("a\n{{ nothing 1 }}"), "template: t:2: function \"nothing\" not defined");
  EXPECT_EQ(render("{{ if .Name }}x"), "template: t:1: unexpected EOF");
  EXPECT_EQ(render("{{ end }}"), "template: t:1: unexpected {{end}} or {{else}}");
}

TEST(Duration, GoNotation) {
  EXPECT_EQ(print_duration(0), "0s");
  EXPECT_EQ(print_duration(1'500'000'000), "1.5s");
  EXPECT_EQ(print_duration(100'000'000), "100ms");
  EXPECT_EQ(print_duration(3'661'000'000'000), "1h1m1s");
  EXPECT_EQ(print_duration(-1'500), "-1.5\xC2\xB5s");
}

}  // namespace
}  // namespace tickwork::gotemplate
